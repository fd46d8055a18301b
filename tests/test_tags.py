"""Where tags begin is found with numpy; the answers are those of plain expressions over all the bytes."""

import re
import time

from hypothesis import given
from hypothesis import strategies as st

from columnist.pipelines.document.tags import (
    cut,
    ends_of,
    find_tags,
    leaves_links_open,
    leaves_tables_open,
    raw_text_may_hold_paragraphs,
)

PIECES = (
    b"<", b"<s", b"<b>", b"</b>", b"</", b"a", b"word ", "é世".encode(), b"<p>", b"</p>", b"</P>", b"</pre>",
    b"<style>", b"<STYLE a=b>", b"</style>", b"</Style>", b"<title>", b"</title>", b"<strong>", b"</strong>",
    b"<table>", b"<table a=b>", b"</table>", b"<td>", b"</td>", b"<a href=x>", b"<A>", b"</a>",
)  # fmt: skip
PAGES = st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join)
RAW_WITH_PARAGRAPH = re.compile(rb"<(style|title)[\s>](?:(?!</\1).)*?</p>", re.IGNORECASE | re.DOTALL)


@given(PAGES)
def test_every_tag_has_its_place(page: bytes) -> None:
    assert [match.start() for match in re.finditer(b"<", page)] == find_tags(page).places.tolist()
    assert [m.start() for m in re.finditer(rb"</[tTsS]", page)] == ends_of(find_tags(page), b"ts")


@given(PAGES, st.lists(st.integers(0, 60), max_size=6).map(sorted))
def test_what_is_left_after_a_cut_has_its_places(page: bytes, borders: list[int]) -> None:
    spans = [
        (start, end) for start, end in zip(borders[::2], borders[1::2], strict=False) if end <= len(page)
    ]
    left = cut(find_tags(page), spans) if spans else find_tags(page)
    kept = bytes(sign for i, sign in enumerate(page) if not any(start <= i < end for start, end in spans))

    assert kept == left.utf8
    assert find_tags(kept).places.tolist() == left.places.tolist()


@given(PAGES)
def test_a_paragraph_that_ends_in_plain_text_is_told(page: bytes) -> None:
    told = raw_text_may_hold_paragraphs(find_tags(page))

    assert told or not RAW_WITH_PARAGRAPH.search(page)
    assert not told or b"</p>" in page.lower()


@given(PAGES)
def test_what_is_left_open_is_told_by_counts(page: bytes) -> None:
    page += b"    "  # nothing follows the last tag of a page
    opened = page.count(b"<a ") + page.count(b"<a>") + page.count(b"<A")

    assert leaves_links_open(find_tags(page)) == (opened > page.count(b"</a>"))
    assert leaves_tables_open(find_tags(page)) == (page.count(b"<table") > page.count(b"</table"))


def test_styles_without_an_end_cost_no_time() -> None:
    started = time.process_time()
    raw_text_may_hold_paragraphs(find_tags(b"<style>" * 100_000 + b"</style></p>" * 2))
    raw_text_may_hold_paragraphs(find_tags(b"<style><b>" * 100_000 + b"</p>"))

    assert time.process_time() - started < 1


def test_plain_text_holds_paragraphs_where_its_end_comes_after_them() -> None:
    assert raw_text_may_hold_paragraphs(find_tags(b"<style>x<p>y</p></style><p>z</p>"))
    assert raw_text_may_hold_paragraphs(
        find_tags(b"<math><plaintext>x</plaintext><p>y</p>")
    )  # nothing ends it
    assert not raw_text_may_hold_paragraphs(find_tags(b"<style>x<i></style><p>y</p>"))
