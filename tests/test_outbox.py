"""The outbox decides what is new, and keeps it before it says so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from newsroom import HOUR, NOON, a_reject, an_article, rows_of, with_text

from columnist.pipelines.dataset.state.outbox import Outbox
from columnist.pipelines.dataset.state.rows import BadRow, pack, row_of, unpack
from columnist.pipelines.dataset.state.state import State
from columnist.pipelines.records.arrow_schema import (
    ARTICLES,
    batch_from_bytes,
    batch_to_bytes,
    to_batch,
    to_row,
)
from columnist.pipelines.records.article import Article, Paragraph


def edit(article: Article, at: int, text: str) -> Article:
    paragraphs = list(article.paragraphs)
    paragraphs[at] = Paragraph("p", text)
    return with_text(replace(article, paragraphs=tuple(paragraphs)))


def stored(state: State) -> list[dict[str, object]]:
    found = state.connection.execute(
        "SELECT bytes, body FROM staged JOIN payload USING (id) WHERE kind = 'articles'"
    )
    return [batch_from_bytes(unpack(body, size), ARTICLES).to_pylist()[0] for size, body in found]


def seen(state: State) -> set[str]:
    return {key.hex() for (key,) in state.connection.execute("SELECT id FROM article")}


def test_an_article_is_new_once(state: State) -> None:
    outbox = Outbox(state)

    decisions = [outbox.stage(row).decision for row in rows_of(an_article(), an_article())]

    assert decisions == ["new", "unchanged"]
    assert outbox.waiting() == 1


ORIGINAL = an_article()
ADDED = replace(
    ORIGINAL, paragraphs=(*ORIGINAL.paragraphs, Paragraph("p", "Correction: it was Tuesday, not Monday."))
)
CHANGES = {
    "headline": replace(ORIGINAL, title="Another headline"),
    "minor": edit(ORIGINAL, 2, "Paragraph 2, with a word set right."),
    "major": with_text(replace(ORIGINAL, paragraphs=tuple(Paragraph("p", f"New {n}.") for n in range(6)))),
    "correction": with_text(ADDED),
    "metadata": replace(ORIGINAL, authors=("Somebody Else",)),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_changed_article_becomes_a_revision_of_its_kind(state: State, kind: str) -> None:
    outbox = Outbox(state)
    outbox.stage(row_of(ORIGINAL))

    staged = outbox.stage(row_of(CHANGES[kind]))

    assert ("changed", 1, kind) == (staged.decision, staged.revision, staged.change_kind)
    assert [(0, None), (1, kind)] == [(row["revision"], row["change_kind"]) for row in stored(state)]


def test_a_note_before_the_first_paragraph_is_a_correction_in_many_languages(state: State) -> None:
    notes = (
        "CORRECTION: an earlier version of this article misstated a figure. ", "Korrektur: In einer Zahl …",
        "Rectificatif : une erreur s’est glissée", "Fe de erratas: la cifra", "【訂正】" + "数字に誤り", "Errata corrige: la cifra",
    )  # fmt: skip
    for number, note in enumerate(notes):
        before = an_article(f"https://paper.example/{number}")
        after = edit(before, 0, note + before.paragraphs[0].text)
        Outbox(state).stage(row_of(before))

        assert Outbox(state).stage(row_of(after)).change_kind == "correction", note


def test_notes_beside_the_text_make_a_version_too(state: State) -> None:
    """They are out of the text, in extra: a correction that is told there is one, an update is news of the article."""
    kinds = []
    for n, told in enumerate(
        (
            "",
            "Correction: the bridge dates from 1931.",
            "Correction: the bridge dates from 1931.\nUpdate: it is closed.",
        )
    ):
        article = an_article(fetched_at=NOON + n * HOUR, extra={"corrections": told} if told else {})
        kinds.append(Outbox(state).stage(row_of(article)).change_kind)

    assert kinds == [None, "correction", "metadata"]


def test_revisions_count_on(state: State) -> None:
    outbox = Outbox(state)
    titles = ["one", "two", "three", "three", "one"]

    revisions = [outbox.stage(row_of(an_article(title=title))).revision for title in titles]

    assert revisions == [0, 1, 2, 2, 3]


def test_another_page_with_the_same_story_is_a_duplicate(state: State) -> None:
    outbox = Outbox(state)
    story = an_article("https://paper.example/a")
    amp = with_text(replace(story, url="https://paper.example/amp/a", requested_url="https://paper.example/amp/a",
                            paragraphs=story.paragraphs[:4]))  # fmt: skip
    outbox.stage(row_of(story))

    staged = outbox.stage(row_of(amp))

    assert ("duplicate", story.id) == (staged.decision, staged.id)
    assert outbox.waiting() == 1


def test_a_false_canonical_link_loses_no_article(state: State) -> None:
    outbox = Outbox(state)
    one = an_article("https://paper.example/1", canonical_url="https://paper.example/front")
    two = an_article("https://paper.example/2", canonical_url="https://paper.example/front")

    staged = [outbox.stage(row) for row in rows_of(one, two, one, two)]

    assert [s.decision for s in staged] == ["new", "new", "unchanged", "unchanged"]
    assert staged[1].id == an_article("https://paper.example/2").id
    assert len({row["id"] for row in stored(state)}) == 2


def test_a_reject_is_staged_once_for_each_reason(state: State) -> None:
    outbox = Outbox(state)
    rows = rows_of(a_reject(), a_reject(), a_reject(reason="soft-404"))

    assert [outbox.stage(row).decision for row in rows] == ["rejected", "unchanged", "rejected"]


def test_a_row_that_arrow_refuses_costs_itself(state: State) -> None:
    outbox = Outbox(state)
    good, other = rows_of(an_article("https://paper.example/1"), an_article("https://paper.example/2"))
    for payload in (b"", b"\0" * 40, good.payload[:-20], good.payload[20:]):
        with pytest.raises(BadRow, match=r"paper\.example/1"):
            outbox.stage(replace(good, payload=payload))
    with pytest.raises(BadRow):
        outbox.stage(replace(good, size=10**15))
    two = batch_to_bytes(to_batch([to_row(an_article()), to_row(an_article())], ARTICLES))
    with pytest.raises(BadRow, match="2 rows"):
        outbox.stage(replace(good, payload=pack(two), size=len(two)))

    assert outbox.stage(other).decision == "new"
    assert {other.key.id} == seen(state)


def test_what_a_failed_transaction_staged_was_never_there(state: State) -> None:
    outbox = Outbox(state)
    with pytest.raises(BadRow), state.transaction():  # noqa: PT012  the transaction is what is tested
        outbox.stage(row_of(an_article()))
        outbox.stage(replace(row_of(an_article("https://paper.example/b")), payload=b""))

    assert not seen(state)
    assert state.events(state.run_id) == {}
    assert outbox.stage(row_of(an_article())).decision == "new"


def test_a_transaction_that_sqlite_ended_itself_leaves_no_counts(state: State) -> None:
    with pytest.raises(BadRow), state.transaction() as connection:  # noqa: PT012  the transaction is what is tested
        state.count_now("paper.example", "done")
        connection.execute("ROLLBACK")  # as SQLite does on a full disk
        raise BadRow

    assert state.counted("paper.example", "done") == 0
    assert Outbox(state).stage(row_of(an_article())).decision == "new"


def test_pages_in_are_rows_and_known_pages(state: State) -> None:
    state.run_id = "run"
    outbox = Outbox(state)
    records = [an_article(), an_article(), an_article(title="New"), a_reject(), a_reject()]
    for row in rows_of(*records):
        outbox.stage(row)

    events = state.events("run")["paper.example"]

    assert events == {"new": 1, "changed": 1, "unchanged": 2, "rejected:index-page": 1}
    assert len(records) == sum(events.values())
    assert outbox.waiting() == 3


def test_articles_without_paragraphs_are_told_apart_by_their_text(state: State) -> None:
    outbox = Outbox(state)
    empty = an_article(paragraphs=0)
    other = replace(empty, content_hash="ab" * 32)
    elsewhere = replace(empty, url="https://paper.example/print", requested_url="https://paper.example/print")

    assert [outbox.stage(row).decision for row in rows_of(empty, elsewhere, other)] == [
        "new",
        "duplicate",
        "changed",
    ]


def test_a_page_that_fails_twice_for_passing_reasons_is_one_row(state: State) -> None:
    slow = a_reject(reason="too-slow")
    crashed = a_reject(reason="crashed")

    decisions = [Outbox(state).stage(rows_of(one)[0]).decision for one in (slow, crashed, slow)]

    assert decisions == ["rejected", "unchanged", "unchanged"]
