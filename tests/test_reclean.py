"""`columnist reclean`: stored pages cleaned again, each difference a new revision, nothing doubled."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from commandline import COMMAND
from fakesite import Answer, FakeSite, article, articles_text, links, rss
from newsroom import an_article, rows_of, write
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

import columnist
from columnist.pipelines.batch.reclean.compare import differences
from columnist.pipelines.dataset.open_store import open_store
from columnist.pipelines.dataset.upkeep.repair.verify import verify
from columnist.scraper.cli.main import run

FILE = "20241103-0.warc.gz"
# The site's file, written after the crawl: its headline stands in an h2, which was a paragraph until then.
LATER = """
seeds = ["https://a.example/"]
[[layout]]
title = "h2.headline"
"""
PAGES = 40
CHANGED = ("title", "text", "paragraphs", "word_count", "text_share", "content_hash", "found_by", "removed")


def page(number: int) -> bytes:
    """Return a page whose headline is read from its h1, until the site's file says where it stands."""
    place = f"town {number}"
    body = article(f"The council of {place}", articles_text(place))
    return body.replace(b"</h1>", f"</h1><h2 class=headline>Budget of {place} adopted</h2>".encode())


def archive(data: Path, bodies: Iterable[bytes], name: str = FILE, host: str = "a.example") -> Path:
    """Write a WARC of pages into the data folder, as a crawl does: a gzip member for each record."""
    path = data / "archive" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        writer.write_record(writer.create_warcinfo_record(name, {"software": "test"}))
        for number, body in enumerate(bodies):
            kind = [("Content-Type", "text/html; charset=utf-8"), ("X-Robots-Tag", "noarchive")]
            answer = StatusAndHeaders("200 OK", kind, protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    f"https://{host}/2024/11/the-council-of-town-{number}", "response", payload=io.BytesIO(body),
                    http_headers=answer, warc_headers_dict={"WARC-Date": f"2024-11-0{number % 4 + 1}T04:05:06Z"},
                )
            )  # fmt: skip
    return path


def reclean(data: Path, *words: str) -> tuple[int, dict[str, Any]]:
    """Run the command in this process; return its exit code and what it says."""
    out, before = io.StringIO(), sys.stdout
    sys.stdout = out
    try:
        code = run(["reclean", "--data", str(data), "--json", "--workers", "2", *words])
    finally:
        sys.stdout = before
    return code, json.loads(out.getvalue())


def files(data: Path) -> set[str]:
    return {str(path.relative_to(data)) for path in data.rglob("*") if path.is_file()}


def rows(data: Path, all_revisions: bool = True) -> list[dict[str, Any]]:
    table = columnist.read(data, all_revisions=all_revisions).to_table()
    found: list[dict[str, Any]] = table.sort_by([("url", "ascending"), ("revision", "ascending")]).to_pylist()
    return found


def test_a_page_that_cannot_be_had_or_is_no_article_now_keeps_its_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    path = archive(data, map(page, range(6)))
    other = archive(data, [page(0), page(1)], "other.warc.gz", "b.example")
    assert run(["clean", str(path), str(other), "--data", str(data), "--quiet"]) == 0
    with open_store(data) as store:
        for row in rows_of(an_article()):  # from a file, without a stored page
            store.outbox.stage(row)
        store.finish()
    other.unlink()
    at = rows(data)[2]["archive_offset"]
    whole = path.read_bytes()
    path.write_bytes(whole[: at + 40] + bytes(20) + whole[at + 60 :])
    before = rows(data)
    capsys.readouterr()

    code, told = reclean(data, "--min-characters", "100", "--languages", "de")

    assert (code, told["recleaned"], told["rejected"]) == (1, 0, {"wrong-language": 5})
    assert told["unread"] == {"without_page": 1, "damaged": 1, "gone": {"other.warc.gz": 2}}
    said = capsys.readouterr().err
    assert f"{FILE} at {at}" in said
    assert "archive/other.warc.gz is not in" in said
    assert "5 pages would be no article now; their rows stay as they are" in said
    assert rows(data) == before


def test_only_the_newest_revision_is_cleaned_again(tmp_path: Path) -> None:
    write(tmp_path, an_article(), an_article(title="Another headline"))
    with open_store(tmp_path) as store:
        (row,) = rows_of(an_article(title="As it is read today"))
        decided = [store.outbox.stage_recleaned(row, of) for of in (0, 1, 1)]
        met_again = store.outbox.stage(row)
        store.finish()

    assert [one.decision for one in decided] == ["unchanged", "recleaned", "unchanged"]
    assert (decided[1].revision, decided[1].change_kind) == (2, "recleaned")
    assert met_again.decision == "unchanged"  # a crawl finds the page as it was
    assert [row["revision"] for row in rows(tmp_path)] == [0, 1, 2]


def test_a_newer_page_of_another_state_wins_over_an_old_one_cleaned_again(tmp_path: Path) -> None:
    data, other = tmp_path / "data", tmp_path / "other"
    write(data, an_article())
    with open_store(data) as store:  # killed before its row is in a file
        (row,) = rows_of(an_article(title="The first page, as it is read today"))
        assert store.outbox.stage_recleaned(row, 0).decision == "recleaned"
    write(data, an_article(title="The second page"), state=other)
    again = write(data, an_article(title="The second page"))

    assert [(row["revision"], row["title"]) for row in rows(data)][1:] == [(1, "The second page")]
    assert again["events"]["unchanged"] == 1
    assert verify(data).problems == ()


@pytest.mark.slow
def test_what_comes_out_otherwise_today_is_a_new_revision_though_the_run_is_killed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    path = archive(data, map(page, range(PAGES)))
    assert run(["clean", str(path), "--data", str(data), "--quiet"]) == 0
    (data / "sites").mkdir()
    (data / "sites" / "a.example.toml").write_text(LATER)
    before = files(data)
    some = reclean(data, "--dry-run", "--site", "a.example", "--since", "2024-11-03")
    assert files(data) == before
    kill_in_the_middle(data)
    half = len(rows(data))

    code, told = reclean(data)
    again, nothing = reclean(data)

    assert PAGES < half < 2 * PAGES
    assert (some[0], some[1]["recleaned"], len(some[1]["examples"])) == (0, PAGES // 2, 10)
    assert (code, told["columns"]) == (0, dict.fromkeys(CHANGED, told["recleaned"]))
    assert (again, nothing["recleaned"], nothing["known"], nothing["parts"]) == (0, 0, PAGES, [])
    titles = [one for one in told["examples"] if one["column"] == "title"]
    assert (titles[0]["before"][:19], titles[0]["after"][:14]) == ("The council of town", "Budget of town")
    found = rows(data)
    assert [(row["revision"], row["change_kind"]) for row in found] == [(0, None), (1, "recleaned")] * PAGES
    for old, new in zip(found[::2], found[1::2], strict=True):
        same = set(old) - {"revision", "change_kind", "run_id", *CHANGED}
        assert {name: old[name] for name in same} == {name: new[name] for name in same}
        assert new["title"].startswith("Budget of town")
    assert {row["revision"] for row in rows(data, all_revisions=False)} == {1}
    assert verify(data).problems == ()
    manifest = json.loads((data / "runs" / f"{told['run_id']}.json").read_text())
    assert manifest["events"]["recleaned"] == manifest["rows"]["staged"] == told["recleaned"]


def kill_in_the_middle(data: Path) -> None:
    """Start the command in a process group of its own, and kill the group once a file is there."""
    words = ["reclean", "--data", str(data), "--rows-per-file", "5", "--quiet"]
    command = [*COMMAND, *words]
    at_work = subprocess.Popen(command, start_new_session=True)
    there = len(files(data / "articles"))
    while len(files(data / "articles")) == there and at_work.poll() is None:
        time.sleep(0.005)
    os.killpg(at_work.pid, signal.SIGKILL)
    assert at_work.wait() == -signal.SIGKILL, "it ended before it was killed"


@pytest.mark.parametrize(
    ("column", "before", "after", "shown"),
    [
        ("title", "Budget | News", "Budget", ("Budget | News", "Budget")),
        ("title", None, "Budget", ("(nothing)", "Budget")),
        ("text", "One.\n" * 90 + "Two.", "One.\n" * 90 + "Three.\nTwo.", ("Two.", "Three.")),
        ("text", "a " * 90 + "left", "a " * 90 + "right", ("... a a a a a a a left", "... a a a a a a a right")),
        ("authors", ["Ada", "Bo"], ["Ada"], ("Bo", "(nothing)")),
        ("removed", [{"rule": "a", "characters": 2}], [{"rule": "b", "characters": 1}, {"rule": "a", "characters": 2}],
         ("(nothing)", "b: 1")),
        ("found_by", [{"key": "text", "value": "blocks"}, {"key": "title", "value": "h1"}],
         [{"key": "title", "value": "h1"}, {"key": "text", "value": "script"}], ("text: blocks", "text: script")),
        ("paragraphs", [{"kind": "p", "text": "A"}], [{"kind": "h2", "text": "A"}], ("p: A", "h2: A")),
        ("text_share", 0.48211, 0.48232, ("0.48211", "0.48232")),
        ("rights", {"search": None, "usage": "x"}, {"search": True, "usage": "x"}, ("(nothing)", "search: True")),
    ],
)  # fmt: skip
def test_an_example_shows_the_first_part_that_differs(
    column: str, before: object, after: object, shown: tuple[str, str]
) -> None:
    (told,) = differences({column: before}, {column: after})

    assert (told.before, told.after) == shown


@pytest.mark.slow
def test_right_after_a_crawl_nothing_differs(tmp_path: Path) -> None:
    """Hints of a feed, headers, robots.txt, packed bodies, further parts and a site's file all make rows."""
    paths = [f"/2026/11/22/the-council-adopts-budget-number-{n}" for n in range(3)]
    by_feed, in_parts, packed = paths
    with FakeSite() as site:
        site.route(
            "/robots.txt", b"User-agent: *\nAllow: /\nContent-Usage: train-ai=n\nLicense: /terms.xml\n"
        )
        site.route(
            "/", links(in_parts, packed, head='<link rel="alternate" type="application/rss+xml" href="/f">')
        )
        site.route("/f", rss(site.base, [by_feed]))
        undated = article("The council").replace(b'lang="en"', b"")
        site.route(by_feed, undated)
        more = f'<a rel="next" href="{in_parts}?page=2">Next page</a>'
        site.route(in_parts, article("In parts", articles_text("one half"), more=more))
        site.route(f"{in_parts}?page=2", article("In parts", articles_text("the other half")))
        tags = (("X-Robots-Tag", "noai"), ("X-Robots-Tag", "nosnippet"), ("Content-Encoding", "gzip"))
        site.route(packed, Answer(body=gzip.compress(page(7)), headers=tags))
        (tmp_path / "sites").mkdir()
        facts = LATER.replace("https://a.example/", f"{site.base}/")
        (tmp_path / "sites" / "paper.toml").write_text(facts)
        words = ["crawl", "paper", "--data", str(tmp_path), "--delay", "0", "--quiet"]
        command = [*COMMAND, *words]
        subprocess.run(command, check=True, timeout=120)
    found = {row["url"].removeprefix(site.base): row for row in rows(tmp_path)}
    sources = {entry["key"]: entry["value"] for entry in found[by_feed]["found_by"]}
    before = files(tmp_path)

    code, told = reclean(tmp_path, "--dry-run")

    assert (sources["published_at"], found[packed]["title"]) == ("feed", "Budget of town 7 adopted")
    assert "the other half" in found[in_parts]["text"]
    assert found[packed]["rights"]["x_robots"] == "noai, nosnippet"
    assert found[in_parts]["rights"]["train_ai"] is False
    assert (code, told["known"], told["unread"]["without_page"], told["examples"]) == (0, 3, 0, [])
    assert files(tmp_path) == before
