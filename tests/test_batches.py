"""The law of the line: pages in = articles + rejects, whatever the pages are."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import psutil
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from columnist.pipelines.batch.clean_batches import (
    CLEANED,
    Cleaned,
    clean_batch,
    clean_pages,
    clean_to_row,
    pack,
)
from columnist.pipelines.batch.sandbox.pool import Sandbox
from columnist.pipelines.clean import clean
from columnist.pipelines.dataset.state.rows import KINDS, unpack
from columnist.pipelines.records.arrow_schema import batch_from_bytes
from columnist.pipelines.records.article import REASONS, Article, Page, Paragraph, Reject
from columnist.pipelines.records.options import CleanOptions, SandboxOptions

SENTENCE = "The council of the town adopted the budget on Tuesday after a debate of four hours. "
NOW = datetime(2026, 3, 1, tzinfo=UTC)
REASON_NAMES = {reason for reason, _ in REASONS}


def html_page(number: int, body: str = SENTENCE * 5) -> Page:
    html = f"<html lang=en><title>Budget {number}</title><article><h1>Budget {number}</h1><p>{body}</p></article></html>"
    return Page(url=f"https://news.example/{number}", html=html.encode(), fetched_at=NOW)


def row_of(cleaned: Cleaned) -> dict[str, object]:
    packed = cleaned.row
    (row,) = batch_from_bytes(unpack(packed.payload, packed.size), KINDS[packed.kind]).to_pylist()
    return dict(row)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(SandboxOptions(workers=2, page_megabytes=1)) as opened:
        yield opened


def test_every_page_comes_out_once_and_in_order(sandbox: Sandbox) -> None:
    source = Reject(url="file:bad", site="file", reason="bad-input", fetched_at=NOW, run_id="test")
    pages: list[Page | Reject] = [html_page(n) for n in range(20)]
    pages[3] = Page(url="https://news.example/empty", html=b"", fetched_at=NOW)
    pages[5] = source
    pages[7] = Page(url="https://news.example/huge", html=b"x" * 2_000_000, fetched_at=NOW)

    found = list(clean_pages(pages, sandbox))

    assert [c.row.url for c in found] == [p.url for p in pages]
    assert {n: c.reason for n, c in enumerate(found) if c.reason} == {
        3: "empty",
        5: "bad-input",
        7: "too-large",
    }
    assert found[0].title == "Budget 0"
    assert found[0].row.kind == "articles"


def test_a_page_that_its_worker_cannot_bear_becomes_a_reject_with_its_facts(sandbox: Sandbox) -> None:
    class NoOptions:
        """Not importable in the worker, so that no page can even be handed over."""

    page = replace(html_page(1), requested_url="https://news.example/asked", run_id="run-7")
    source = Reject(url="file:bad", site="file", reason="bad-input", fetched_at=NOW, run_id="test")

    found = list(clean_pages([page, source], sandbox, NoOptions()))  # type: ignore[arg-type]

    row = row_of(found[0])
    assert (row["reason"], row["requested_url"], row["run_id"]) == ("crashed", page.requested_url, "run-7")
    assert row_of(found[1])["reason"] == "bad-input"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"<html><body><p>", b"<script type=application/ld+json>", b"\xff\xfe"]),
)
def test_any_bytes_become_one_row(body: bytes, prefix: bytes) -> None:
    cleaned = clean_to_row(Page(url="https://news.example/x", html=prefix + body, fetched_at=NOW))

    row = row_of(cleaned)
    assert cleaned.row.kind == "articles" or row["reason"] in REASON_NAMES


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=400), st.text(max_size=40))
def test_any_text_and_address_become_one_row(text: str, url: str) -> None:
    cleaned = clean_to_row(Page(url=url, text=text, fetched_at=NOW))

    row = row_of(cleaned)
    assert cleaned.row.kind == "articles" or row["reason"] in REASON_NAMES


def test_cleaning_twice_gives_the_same_row() -> None:
    assert clean_to_row(html_page(1)) == clean_to_row(html_page(1))


def test_what_arrow_refuses_is_mended_and_costs_no_row() -> None:
    article = clean(html_page(1))
    assert isinstance(article, Article)
    odd = replace(
        article,
        title="Snow \ud800 fell \ud83d\ude00",
        paragraphs=(Paragraph("p", "a\udfffb"),),
        tags=("x\ud800",),
        found_by={"title\ud800": "meta"},
        http_status=99_999,
        published_offset=10**9,
    )

    row = row_of(pack(odd))

    assert row["title"] == "Snow  fell 😀"
    assert row["paragraphs"] == [{"kind": "p", "text": "ab"}]
    assert (row["tags"], row["found_by"]) == (["x"], [("title", "meta")])
    assert (row["http_status"], row["published_offset"]) == (None, None)


def test_an_address_with_half_a_character_still_gives_its_reject() -> None:
    row = row_of(clean_to_row(Page(url="https://news.example/\ud800", html=b"", fetched_at=NOW)))

    assert (row["url"], row["reason"]) == ("https://news.example/", "empty")


def test_an_engine_gets_one_row_a_page() -> None:
    rows = [{"url": f"https://news.example/{n}", "html": html_page(n).html} for n in range(3)]
    rows.append({"url": "https://news.example/null", "html": None})
    batch = pa.RecordBatch.from_pylist(rows)

    out = clean_batch(batch, CleanOptions())

    assert out.schema == CLEANED
    assert out.num_rows == batch.num_rows
    assert [r["url"] if r else None for r in out.column("article").to_pylist()] == [
        *(r["url"] for r in rows[:3]),
        None,
    ]
    assert out.column("reject").to_pylist()[3]["reason"] == "bad-input"


def test_a_table_of_pages_comes_back_as_a_table() -> None:
    halves = [{"url": page.url, "html": page.html, "fetched_at": NOW} for page in map(html_page, range(2))]
    table = pa.concat_tables(pa.Table.from_pylist([half]) for half in halves)

    out = clean_batch(table)

    assert isinstance(out, pa.Table)
    assert out.schema == CLEANED
    assert [row["url"] for row in out.column("article").to_pylist()] == [half["url"] for half in halves]


def kill_workers_now_and_then(stop: threading.Event) -> None:
    chance = random.Random(3)
    while not stop.wait(0.2):
        workers = [w for nursery in psutil.Process().children() for w in nursery.children()]
        if workers:
            with contextlib.suppress(psutil.NoSuchProcess):
                chance.choice(workers).kill()


@pytest.mark.slow
def test_deaths_of_workers_cost_no_page() -> None:
    pages = [html_page(n, SENTENCE * (n % 50 + 5)) for n in range(300)]
    stop = threading.Event()
    killer = threading.Thread(target=kill_workers_now_and_then, args=(stop,))
    with Sandbox(SandboxOptions(workers=2)) as sandbox:
        killer.start()
        found = list(clean_pages(pages, sandbox))
        stop.set()
        killer.join()

    assert [c.row.url for c in found] == [p.url for p in pages]
    assert {c.row.kind for c in found} == {"articles"}


@pytest.mark.torture
def test_memory_stays_flat_over_twenty_thousand_pages() -> None:
    def memory() -> tuple[int, int]:
        me = psutil.Process()
        workers = [w.memory_info().rss for nursery in me.children() for w in nursery.children()]
        return me.memory_info().rss >> 20, max(workers) >> 20

    seen: list[tuple[int, int]] = []
    with Sandbox(SandboxOptions(workers=2, pages_per_worker=0)) as sandbox:
        numbers = range(100_000, 120_000)
        pages = (html_page(n, f"Number {n}. " + SENTENCE * (n % 40 + 5)) for n in numbers)
        for count, cleaned in enumerate(clean_pages(pages, sandbox)):
            assert cleaned.row.kind == "articles", cleaned.reason
            if count % 5_000 == 4_999:
                seen.append(memory())

    parent, workers = ([pair[side] for pair in seen] for side in (0, 1))
    assert parent[-1] - parent[0] < 30, seen
    assert workers[-1] - workers[0] < 60, seen


@pytest.mark.slow
def test_what_is_warm_loads_nothing_more() -> None:
    code = (
        "import sys; from columnist.pipelines.batch.clean_batches import clean_to_row, warm_up; from columnist.pipelines.records.article import Page; warm_up();"
        f"known = set(sys.modules); pages = [Page(url='u', html=b'<p>{SENTENCE * 5}'), Page(url='t', text='{SENTENCE * 5}')];"
        "[clean_to_row(page) for page in pages]; print(sorted(set(sys.modules) - known))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
