"""Addresses are resolved as the standard library does it, also where that is told without it."""

import re
from urllib.parse import urljoin

from hypothesis import given
from hypothesis import strategies as st

from pipelines.document.addresses import absolute, is_web_address

PIECES = ("http://", "https://", "HTTP://", "//", "/", "a.example", "A-b.Example", ":80", "?", "#", ";", "x", "..", "=", "&", "@",
          "[", "]", " ", "\t", "é", "%20", "|", "\\", "<", '"', "'", "-", ".")  # fmt: skip
PAGES = ("https://a.example/town/bridge?x=1", "http://b.example", "https://A.example:8443/")


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), st.sampled_from(PAGES))
def test_a_link_resolves_as_the_standard_library_says(link: str, page: str) -> None:
    try:
        expected: str | None = urljoin(page, re.sub(r"[\t\r\n]", "", link.strip()))
    except ValueError:
        expected = None

    assert absolute(link, page) == (expected if expected and is_web_address(expected) else None)
