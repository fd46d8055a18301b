"""What is forgotten leaves every file and every state, whoever wrote it, and never comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from crashline import count_ticks, die_at, in_child
from crawldriver import crawl as crawl_really
from fakesite import Answer, FakeSite, article, links, sitemap
from newsroom import (
    NOON,
    a_reject,
    addresses,
    an_article,
    crawl,
    files,
    identities,
    read,
    rows_of,
    with_text,
    write,
)

from columnist.pipelines.dataset.files.locations import open_output
from columnist.pipelines.dataset.open_store import StoreOptions, open_store
from columnist.pipelines.dataset.state.state import STATE_NAME, open_state
from columnist.pipelines.dataset.upkeep.forget.forget import Forgot, forget
from columnist.pipelines.dataset.upkeep.forget.ledger import LEDGER
from columnist.pipelines.dataset.upkeep.forget.targets import BadTarget, Names, read_targets
from columnist.pipelines.dataset.upkeep.repair.verify import verify
from columnist.pipelines.dataset.writers.at_work import Claim, at_work
from columnist.pipelines.document.addresses import article_id
from columnist.pipelines.records.article import Paragraph
from columnist.pipelines.records.options import DatasetOptions
from columnist.scraper.cli.main import run
from columnist.scraper.frontier.frontier import Frontier
from columnist.scraper.frontier.records import Candidate, VisitResult

STORY = "https://paper.example/story"
ASKED, CANONICAL, MOVED = (
    "https://paper.example/?p=7",
    "https://paper.example/amp",
    "https://paper.example/moved",
)
TOLD = an_article(STORY, requested_url=ASKED, canonical_url=CANONICAL)
OTHER = an_article("https://paper.example/other")
LATER = replace(TOLD, url=MOVED, title="A newer headline")
BY = {
    "url": STORY,
    "requested_url": ASKED,
    "canonical_url": CANONICAL,
    "id": article_id(CANONICAL),
    "another revision's url": MOVED,
    "as it is shared": f"{STORY}?utm_source=x#top",
    "site": "paper.example",
}


def out(data: Path | str, *words: str, state: Path | None = None) -> Forgot:
    """Forget, as the command does it."""
    targets = read_targets(words, Names)
    return forget(data, targets, "asked to", StoreOptions(state_folder=state, command="columnist forget"))


def urls(data: Path) -> list[str]:
    kinds = [kind for kind in ("articles", "rejects") if list((data / kind).rglob("*.parquet"))]
    return sorted(url for kind in kinds for url in read(data, kind)["url"].to_pylist())


def bytes_of(data: Path) -> bytes:
    return b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())


@pytest.mark.parametrize("form", BY)
def test_a_page_goes_with_all_revisions_by_whatever_it_is_named(tmp_path: Path, form: str) -> None:
    write(tmp_path, TOLD, an_article("https://gazette.example/1", site="gazette.example"))
    write(tmp_path, LATER, an_article("https://gazette.example/2", site="gazette.example"))
    write(tmp_path, a_reject(STORY), replace(a_reject("https://gazette.example/3"), site="gazette.example"))
    assert len(urls(tmp_path)) == 6

    done = out(tmp_path, BY[form])

    assert [f"https://gazette.example/{n}" for n in (1, 2, 3)] == urls(tmp_path)
    assert (done.rows, done.files, done.unknown) == (3, 3, ())
    assert verify(tmp_path, repair=False).problems == ()
    for record in (TOLD, LATER, replace(TOLD, requested_url=STORY, canonical_url=None), a_reject(ASKED)):
        assert write(tmp_path, record)["events"].get("forgotten") == 1
    assert len(urls(tmp_path)) == 3


def test_pages_in_are_articles_rejects_duplicates_unchanged_and_forgotten(tmp_path: Path) -> None:
    write(tmp_path, TOLD, OTHER, a_reject())
    out(tmp_path, STORY)
    pages = [
        TOLD,
        OTHER,
        replace(OTHER, title="Changed"),
        a_reject(),
        a_reject("https://paper.example/y"),
        LATER,
    ]

    events = write(tmp_path, *pages)["events"]

    names = ("new", "changed", "unchanged", "duplicate:same-address", "rejected:index-page", "forgotten")
    known_reject = 1  # the same reject again: counted by who brings it, no event
    assert len(pages) == sum(events.get(name, 0) for name in names)
    assert (events["forgotten"], known_reject, events["rejected:index-page"]) == (2, 1, 1)


def test_a_forgotten_address_lies_nowhere_in_clear(tmp_path: Path) -> None:
    crawl(tmp_path, [*addresses(40), STORY])
    with open_store(tmp_path, StoreOptions(command=f"columnist clean '{STORY}'")) as store:
        Frontier(store.state).add([Candidate(f"{STORY}#more", "paper.example")])
        for row in rows_of(TOLD, OTHER):
            store.outbox.stage(row)
    assert STORY.encode() in bytes_of(tmp_path)

    out(tmp_path, STORY)

    assert STORY.encode() not in bytes_of(tmp_path)
    assert article_id(STORY).encode() not in bytes_of(tmp_path)
    assert b"https://paper.example/?p=7" not in bytes_of(tmp_path)


def test_rows_that_are_in_no_file_yet_are_forgotten_too(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        for row in rows_of(TOLD, OTHER, a_reject(STORY)):
            store.outbox.stage(row)
    done = out(tmp_path, STORY)

    assert urls(tmp_path) == [OTHER.url]
    assert done.rows == 2
    assert verify(tmp_path, repair=False).problems == ()


def test_a_site_goes_with_all_that_comes_later_and_below_it(tmp_path: Path) -> None:
    hosts = ("paper.example", "www.paper.example", "newspaper.example")
    write(tmp_path, *(an_article(f"https://{host}/1", site=host) for host in hosts))
    out(tmp_path, "paper.example")

    assert urls(tmp_path) == ["https://newspaper.example/1"]
    later = [an_article(f"https://{host}/later", site="a-site-file") for host in hosts]
    assert write(tmp_path, *later)["events"]["forgotten"] == 2
    with open_store(tmp_path) as store:
        frontier = Frontier(store.state)
        assert frontier.add(Candidate(f"https://{host}/", host) for host in hosts) == 1
        assert len(frontier.forgotten) == 2


def test_the_same_text_on_the_same_site_does_not_come_back_by_another_address(tmp_path: Path) -> None:
    write(tmp_path, TOLD, OTHER)
    out(tmp_path, STORY)
    printed = replace(
        TOLD, url=f"{STORY}/print", requested_url=None, canonical_url=None, id=article_id(f"{STORY}/print")
    )

    assert write(tmp_path, printed)["events"] == {"forgotten": 1}
    assert write(tmp_path, replace(printed, site="agency.example"))["events"]["new"] == 1


def test_an_address_that_led_to_other_articles_too_does_not_take_them_along(tmp_path: Path) -> None:
    latest = "https://paper.example/latest"
    write(tmp_path, replace(TOLD, requested_url=latest), replace(OTHER, requested_url=latest))
    out(tmp_path, STORY)

    assert urls(tmp_path) == [OTHER.url]
    assert write(tmp_path, replace(OTHER, requested_url=latest, title="x"))["events"] == {"forgotten": 1}


def test_who_finds_a_forgotten_address_does_not_ask_for_it(tmp_path: Path) -> None:
    crawl(tmp_path, [STORY])
    out(tmp_path, STORY)
    with open_store(tmp_path) as store:
        frontier = Frontier(store.state)
        for via in ("link", "feed", "sitemap", "seed", "url-list"):
            assert frontier.add([Candidate(STORY, "paper.example", via=via)]) == 0
        frontier.add_list([Candidate(STORY, "paper.example", via="url-list")], NOON)
        assert frontier.lease(5, NOON) == []
        assert store.finish()["events"]["filtered:forgotten"] == 1


def test_an_address_that_turns_out_to_be_forgotten_is_not_kept(tmp_path: Path) -> None:
    write(tmp_path, TOLD)
    out(tmp_path, STORY)
    twin = "https://paper.example/twin"
    with open_store(tmp_path) as store:
        frontier = Frontier(store.state)
        frontier.add([Candidate(twin, "paper.example")])
        (lease,) = frontier.lease(1, NOON)
        frontier.forget(lease)
        assert frontier.add([Candidate(twin, "paper.example")]) == 0
        store.finish()
    with closing(open_state(tmp_path / STATE_NAME)) as state:
        assert state.forgotten.covers(twin)
        assert (
            twin.encode()
            not in json.dumps(state.connection.execute("SELECT url FROM url").fetchall()).encode()
        )
    assert verify(tmp_path, repair=False).problems == ()


# Whoever wrote a file, wherever it lies


def test_another_state_accepts_the_rewritten_files_and_forgets_too(tmp_path: Path) -> None:
    data, one, two = tmp_path / "data", tmp_path / "one", tmp_path / "two"
    write(data, TOLD, OTHER, state=one)
    crawl_at(data, two, [STORY, "https://gazette.example/1"])
    with open_store(data, StoreOptions(state_folder=two)) as store:  # and a row that is in no file yet
        store.outbox.stage(rows_of(LATER)[0])
    out(data, STORY, state=one)

    with open_store(data, StoreOptions(state_folder=two)) as store:
        found = store.recovery
        assert (found.quarantined, found.damaged, found.missing) == ((), (), ())
        assert store.outbox.stage(rows_of(TOLD)[0]).decision == "forgotten"
        store.finish()
    assert [url for url in urls(data) if "gazette" not in url] == [OTHER.url]
    assert STORY.encode() not in bytes_of(two)
    for state in (one, two):
        assert verify(data, state, repair=False).problems == ()


def crawl_at(data: Path, state: Path, addresses: list[str]) -> None:
    with open_store(data, StoreOptions(state_folder=state)) as store:
        frontier = Frontier(store.state)
        frontier.add(Candidate(url, url.split("/")[2]) for url in addresses)
        for lease in frontier.lease(10, NOON, per_site=10):
            store.outbox.stage(rows_of(an_article(lease.url, site=lease.site))[0])
            frontier.done(lease, VisitResult(200), NOON)
        store.finish()


def test_a_part_that_another_state_had_published_and_not_committed_is_adopted(tmp_path: Path) -> None:
    data, one, two = tmp_path / "data", tmp_path / "one", tmp_path / "two"
    with open_store(data, StoreOptions(state_folder=two)) as store:
        for row in rows_of(TOLD, OTHER):
            store.outbox.stage(row)
        (part,) = store.dataset.allocate_all()
        store.dataset.write(part)
    out(data, STORY, state=one)

    with open_store(data, StoreOptions(state_folder=two)) as store:
        assert (store.recovery.adopted, store.recovery.quarantined) == ((part.name,), ())
        store.finish()
    assert urls(data) == [OTHER.url]
    assert verify(data, two, repair=False).problems == ()


def test_a_file_that_is_forgotten_as_a_whole_is_missed_by_nobody(tmp_path: Path) -> None:
    data, two = tmp_path / "data", tmp_path / "two"
    write(data, TOLD)
    write(data, OTHER, state=two)
    out(data, STORY)

    with open_store(data, StoreOptions(state_folder=two)) as store:
        assert store.recovery.missing == ()
        store.finish()
    assert verify(data, two, repair=False).problems == ()
    assert verify(data, repair=False).problems == ()


def test_a_dataset_on_a_store(tmp_path: Path) -> None:
    place, memory = f"memory://{tmp_path.name}-forget", fsspec.filesystem("memory")
    write(place, TOLD, OTHER, a_reject(STORY), state=tmp_path)
    done = out(place, STORY, state=tmp_path)

    assert (done.rows, done.files) == (2, 2)
    (left,) = memory.find(f"/{tmp_path.name}-forget/articles")
    with memory.open(left) as file:
        assert pq.read_table(file)["url"].to_pylist() == [OTHER.url]
    assert memory.find(f"/{tmp_path.name}-forget/rejects") == []
    assert verify(place, tmp_path, repair=False).problems == ()
    assert write(place, TOLD, state=tmp_path)["events"] == {"forgotten": 1}


def test_a_lost_state_learns_what_was_forgotten_from_the_ledger(tmp_path: Path) -> None:
    write(tmp_path, TOLD, OTHER)
    out(tmp_path, STORY)
    for name in (STATE_NAME, f"{STATE_NAME}-wal", f"{STATE_NAME}-shm"):
        (tmp_path / name).unlink(missing_ok=True)

    assert write(tmp_path, TOLD, OTHER)["events"] == {"forgotten": 1, "unchanged": 1}


# Killed


def newspaper(data: Path) -> None:
    """Three files of articles, one of which is forgotten as a whole, and one of rejects."""
    options = DatasetOptions(rows_per_file=4)
    write(
        data, *(an_article(url, site=url.split("/")[2]) for url in addresses(8)), TOLD, LATER, options=options
    )
    write(data, a_reject(STORY), a_reject(), an_article(ASKED, title="z"))
    with open_store(data) as store:
        Frontier(store.state).add(
            [Candidate(STORY, "paper.example"), Candidate("https://paper.example/new", "paper.example")]
        )
        store.outbox.stage(rows_of(replace(TOLD, title="Staged"))[0])


def check_forgotten(data: Path, wanted: list[str]) -> None:
    assert wanted == urls(data)
    assert verify(data, repair=False).problems == ()
    assert STORY.encode() not in bytes_of(data)
    assert not (data / "quarantine").exists()
    assert list((data / "tmp").iterdir()) == []
    hashes = [json.loads(line)["id_hash"] for line in (data / LEDGER).read_text().splitlines()]
    assert len(hashes) == len(set(hashes)) == 6  # the named one, three further addresses, two texts
    assert write(data, TOLD, LATER)["events"] == {"forgotten": 2}


def points(tmp_path: Path) -> Iterator[int]:
    newspaper(tmp_path / "counted")
    names = count_ticks(lambda: out(tmp_path / "counted", STORY))
    assert "before columnist.pipelines.dataset.files.fsync:overwrite" in names
    yield from range(len(names))


@pytest.mark.slow
@pytest.mark.parametrize("between", [False, True], ids=["at once", "after another run"])
def test_killed_at_any_step_it_is_run_again_and_ends_alike(tmp_path: Path, between: bool) -> None:
    wanted = sorted([*addresses(8), a_reject().url])
    for point in list(points(tmp_path))[between::8]:  # half a second each
        data = tmp_path / str(point)
        newspaper(data)
        in_child(lambda data=data, point=point: die_at(point, lambda: out(data, STORY)))  # type: ignore[misc]
        if between:  # who comes between sees whole files, and neither alarm nor quarantine
            with open_store(data) as store:
                assert (store.recovery.quarantined, store.recovery.damaged, store.recovery.missing) == (
                    (),
                    (),
                    (),
                )
                store.finish()
            assert len(urls(data)) == len(set(identities(data))) + len(list(read_rejects(data)))
        out(data, STORY)
        check_forgotten(data, wanted)


def read_rejects(data: Path) -> list[str]:
    found: list[str] = read(data, "rejects")["url"].to_pylist()
    return found


# Crawled


@pytest.mark.slow
def test_a_crawl_never_asks_for_what_is_forgotten(tmp_path: Path) -> None:
    gone, kept = "/2026/11/22/the-council-adopts-its-budget", "/2026/11/22/the-bridge-opens-again"
    old = "/2026/11/21/an-old-address-of-the-story"
    with FakeSite() as site:
        site.route("/", links(gone, kept))
        site.route(gone, article("The council adopts its budget"))
        site.route(kept, article("The bridge opens again"))
        crawl_really(tmp_path, [f"{site.base}/"])
        out(tmp_path, f"{site.base}{gone}")
        site.route("/", links(gone, kept, old))
        site.route("/sitemap.xml", sitemap(site.base, [gone]))
        site.route(old, Answer(301, headers=(("Location", gone),)))
        before = len(site.hits)
        done = crawl_really(tmp_path, [f"{site.base}/"])
        crawl_really(tmp_path, [f"{site.base}/"])
        asked = [hit.path for hit in site.hits[before:]]

    assert gone not in asked
    assert asked.count(old) == 1, "where it leads to is known after the first time"
    assert done["summary"]["filtered"] == {"forgotten": 2}
    assert [url.rpartition("/")[2] for url in urls(tmp_path)] == [kept.rpartition("/")[2]]
    assert verify(tmp_path, repair=False).problems == ()


# What is said


def test_what_is_unknown_is_told_and_refused_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, OTHER)

    assert told(tmp_path, STORY) == 1
    assert f"{STORY}: nothing of it was here; it is never fetched now" in capsys.readouterr().err
    assert told(tmp_path, STORY) == 0, "it is forgotten already"
    assert f"{STORY}: it was forgotten before, nothing of it is left" in capsys.readouterr().err
    assert write(tmp_path, TOLD)["events"] == {"forgotten": 1}


def told(data: Path, *words: str) -> int:
    return run(["forget", *words, "--data", str(data), "--reason", "asked to"])


def test_the_summary_counts_rows_files_and_addresses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, TOLD, OTHER)
    before = files(tmp_path)
    assert run(["forget", STORY, "--data", str(tmp_path), "--dry-run"]) == 0
    assert capsys.readouterr().out == "would forget 1 row in 1 file, 3 addresses, 0 unknown targets\n"
    assert files(tmp_path) == before

    assert told(tmp_path, STORY) == 0
    assert capsys.readouterr().out == "forgot 1 row in 1 file, 3 addresses, 0 unknown targets\n"
    (line, *_) = (json.loads(line) for line in (tmp_path / LEDGER).read_text().splitlines())
    assert line["why"] == "asked to"
    assert line["what"] == "named"
    assert article_id(STORY)[:12] not in line["id_hash"]


@pytest.mark.slow
def test_the_preview_counts_what_the_call_itself_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [f"/2026/11/22/the-council-of-ward-{n}-adopts-its-budget" for n in range(3)]
    with FakeSite() as site:
        site.route("/", links(*paths, "/2026/11/22/a-page-that-is-gone"))
        for path in paths:
            site.route(path, article(path))
        crawl_really(tmp_path, [f"{site.base}/"])
        before = files(tmp_path)
        name = site.base.removeprefix("http://")

        assert run(["forget", name, "--data", str(tmp_path), "--dry-run"]) == 0
        would = capsys.readouterr().out
        assert files(tmp_path) == before
        assert told(tmp_path, name) == 0
        did = capsys.readouterr().out
        again = crawl_really(tmp_path, [f"{site.base}/"])
        assert run(["crawl", f"{site.base}/", "--data", str(tmp_path), "--quiet"]) == 1

    assert would == did.replace("forgot", "would forget")
    assert again["summary"]["filtered"] == {"forgotten": 1}
    said = capsys.readouterr().err
    assert f"{name}: `columnist forget` was told of it" in said
    assert "no site gave anything (1 forgotten): name others" in said


@pytest.mark.parametrize(
    "word", ["co.uk", "nonsense", "paper.example/story", "ftp://paper.example/", "", "story.html"]
)
def test_what_is_no_target_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], word: str
) -> None:
    write(tmp_path, OTHER)
    before = files(tmp_path)

    assert told(tmp_path, word) == 2
    assert repr(word) in capsys.readouterr().err
    assert files(tmp_path) == before


def test_a_name_in_the_column_site_is_a_site(tmp_path: Path) -> None:
    write(tmp_path, replace(OTHER, site="the-paper"), an_article("notes/a.html", site="files"))

    assert told(tmp_path, "the-paper") == 0
    assert told(tmp_path, "notes/a.html") == 0
    assert urls(tmp_path) == []
    with pytest.raises(BadTarget, match="the-paper"):
        read_targets(["the-paper"], Names)


def test_without_a_reason_nothing_is_forgotten(tmp_path: Path) -> None:
    write(tmp_path, TOLD)

    assert run(["forget", STORY, "--data", str(tmp_path)]) == 2
    assert run(["forget", STORY, "--data", str(tmp_path), "--reason", " "]) == 2
    assert run(["forget", STORY, "--data", str(tmp_path / "none"), "--reason", "x"]) == 2
    assert urls(tmp_path) == [STORY]


def test_it_needs_the_dataset_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, two = tmp_path / "data", tmp_path / "two"
    write(data, TOLD)
    with open_store(data, StoreOptions(state_folder=two, command="columnist crawl x")):
        assert told(data, STORY) == 4
    assert "columnist crawl x" in capsys.readouterr().err
    with at_work(open_output(data), Claim("columnist compact", alone=True)):
        assert told(data, STORY) == 4
    assert urls(data) == [STORY]


def test_columns_that_others_added_stay(tmp_path: Path) -> None:
    write(tmp_path, TOLD, OTHER)
    (path,) = (tmp_path / "articles").rglob("*.parquet")
    table = pq.read_table(path, partitioning=None)
    mine = table.append_column("stars", pa.array([5, 3], pa.int8())).drop_columns(["canonical_url"])
    pq.write_table(mine, path)
    write(tmp_path)
    out(tmp_path, STORY)

    (path,) = (tmp_path / "articles").rglob("*.parquet")
    left = pq.read_table(path, partitioning=None).to_pylist()
    assert [(row["url"], row["stars"]) for row in left] == [
        (OTHER.url, 5 if table["url"][0].as_py() == OTHER.url else 3)
    ]


def test_texts_of_pages_are_not_told_apart_by_their_site_alone(tmp_path: Path) -> None:
    body = (Paragraph("p", "The same words on two pages of one paper, as they came."),)
    twins: list[Any] = [with_text(replace(a, paragraphs=body)) for a in (TOLD, OTHER)]
    write(tmp_path, *twins)
    out(tmp_path, STORY)

    assert urls(tmp_path) == [OTHER.url]
    assert write(tmp_path, twins[1])["events"] == {"unchanged": 1}
