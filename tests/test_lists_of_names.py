"""Lists that people keep by hand may say why a line is there."""

from __future__ import annotations

import pytest

from columnist.pipelines.sites.text_lists import entries


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("https://a.example/", ["https://a.example/"]),
        ("https://a.example/  # why", ["https://a.example/"]),
        ("https://a.example/\t#why", ["https://a.example/"]),
        ("https://a.example/ #", ["https://a.example/"]),
        ("https://a.example/#top", ["https://a.example/#top"]),
        ("https://a.example/#top # two # three", ["https://a.example/#top"]),
        ("a.example\r\n  b.example # paused?\r\n\r\n", ["a.example", "b.example"]),
        ("# none yet", []),
        ("   # nor here", []),
        ("#https://a.example/", []),
    ],
)
def test_a_comment_begins_behind_a_space_and_a_fragment_does_not(line: str, said: list[str]) -> None:
    assert entries(line) == said
