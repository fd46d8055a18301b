"""Tidying finds its places with numpy; what it takes out is what the plain expressions would take out."""

import re

from hypothesis import given
from hypothesis import strategies as st

from columnist.pipelines.document.repair import drop_open_links, tidy
from columnist.pipelines.document.tags import find_tags

PIECES = (
    *(bytes([code]) for code in (*range(33), 127, 0x3C, 0x26, 0x23, 0x2F)), "é世".encode(), b"a", b"word ",
    b"</body>", b"</HTML >", b"</BoDy", b"</b>", b"<b>", b"</h1>", b"&#1;", b"&#146;", b"&#xD800", b"&#x41;", b"&amp;", b"&#",
    b"<p>", b"<a href=x>", b"</a>", b"<A>", b"<a>", b"<article>",
)  # fmt: skip
PAGES = st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join)
SPACES = re.compile(rb"[\x0b\x0c\x1c-\x1f]")
CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1b\x7f]")
END_OF_PAGE = re.compile(rb"</(?:body|html)\s*>", re.IGNORECASE)
BAD_REFERENCE = re.compile(rb"&#(?:1|146|xD800)(?![0-9a-fA-F]);?")
MENDED = {b"&#146": "’".encode()}


@given(PAGES)
def test_tidying_takes_out_controls_references_to_them_and_ends_of_the_page(page: bytes) -> None:
    expected = CONTROLS.sub(b"", SPACES.sub(b" ", page))
    expected = BAD_REFERENCE.sub(lambda m: MENDED.get(m.group().rstrip(b";"), b""), expected)
    expected = END_OF_PAGE.sub(b"", expected)

    assert expected == tidy(page).utf8


def test_many_places_are_tidied_like_few() -> None:
    few, many = (tidy(b"a&#1;b</body>&#65;" * times).utf8 for times in (100, 10_000))

    assert few == b"ab&#65;" * 100
    assert many == b"ab&#65;" * 10_000


def test_a_tag_of_thousands_of_attributes_loses_them_a_long_text_nothing() -> None:
    attributes = b" a=1" * 20_000
    texts = (
        b'<script type="application/json">{"q": "' + attributes + b'"}',
        b"<pre title='a>b'>" + attributes,
    )

    for text in texts:
        assert tidy(text + b"</i>").utf8 == text + b"</i>"
    assert tidy(b"<p>x<i" + attributes + b">y").utf8 == b"<p>x<i>y"


@given(PAGES)
def test_a_page_that_closes_its_links_keeps_its_bytes(page: bytes) -> None:
    opened = page.count(b"<a ") + page.count(b"<a>") + page.count(b"<A")
    closed = page.count(b"</a>")

    assert drop_open_links(find_tags(page + b"</a>" * max(0, opened - closed))).utf8.startswith(page)


def test_a_link_that_nothing_closes_loses_its_tag() -> None:
    page = b"<p><a href=x>one<p>two</p><p>three</p><p><a href=y>four</a></p>"

    assert drop_open_links(find_tags(page)).utf8 == page.replace(b"<a href=x>", b"")
