"""What counts as an article's text: the README's table of conventions, each held by small pages."""

import re
from pathlib import Path

import pytest

import columnist

PARAGRAPHS = (
    "The harbour bridge carried its first bus since January on Monday, when the mayor cut a ribbon in the rain and rode across.",
    "Engineers had replaced forty of the old bearings, and two more were found cracked when the deck was lifted in February.",
    "The council expects the last of the scaffolding to be gone by the end of May, three weeks later than it had promised.",
    "Until then lorries above seven tonnes take the ring road, and cyclists share the footpath on the eastern side.",
)
README = (Path(__file__).parents[1] / "pipelines" / "README.md").read_text(encoding="utf-8")
# Convention: what is put above, inside and below the paragraphs, and the words that must be in the text or out of it.
IN = {
    "standfirst": [
        ("<p class=standfirst>Buses are back after eleven weeks, and the bill is twice what was planned.</p>", "", ""),
        ("<div class='article__lead'><p>Buses are back after eleven weeks, and the bill is twice what was planned.</p></div>", "", ""),
    ],
    "subheads": [("", "<h2>Cracks in the bearings</h2>", ""), ("", "<h3 class=zwischentitel>Cracks in the bearings</h3>", "")],
    "lists": [
        ("", "<ul><li>Forty bearings were replaced</li><li>Two were found cracked</li><li>One is still missing</li></ul>", ""),
        ("", "<ol><li>Take the ring road north.</li><li>Leave it at the mill.</li><li>Follow the blue signs.</li></ol>", ""),
    ],
    "key points": [
        ("<ul class=key-points><li>Buses cross the bridge again from Monday.</li><li>The bill is twice what was planned.</li>"
         "<li>Scaffolding stays until the end of May.</li></ul>", "", ""),
    ],
    "data tables": [
        ("", "<table><tr><th>Year</th><th>Crossings</th></tr><tr><td>2024</td><td>410,000</td></tr><tr><td>2025</td><td>398,000</td></tr></table>", ""),
    ],
}  # fmt: skip
OUT = {
    "captions": [
        ("", "<figure><img src=/a.jpg width=900><figcaption>The first bus on the bridge seen from the mill</figcaption></figure>", ""),
        ("", "<div class=image><img src=/a.jpg width=900><p class=caption>The first bus on the bridge seen from the mill</p></div>", ""),
    ],
    "photo credits": [
        ("", "<figure><img src=/a.jpg width=900><figcaption>Photo: Jana Novotná / Courier</figcaption></figure>", ""),
        ("<p class=credit>Photo: Jana Novotná / Courier</p>", "", ""),
    ],
    "related links": [
        ("", "<p><strong>Read also: <a href=/mill>The mill that would not close</a></strong></p>", ""),
        ("", "<div class=related><a href=/mill>The mill that would not close</a></div>", ""),
    ],
    "agency and copyright lines": [
        ("", "", "<p>© 2026 The Harbour Courier. All rights reserved.</p>"),
        ("", "", "<p>Copyright 2026 Associated Press. All rights reserved.</p>"),
    ],
    "updated line": [
        ("<p>Updated: June 3, 2026, 3:15 p.m.</p>", "", ""),
        ("<p class=date>Aktualisiert am 3. Juni 2026 um 15:15 Uhr</p>", "", ""),
    ],
    "author notes": [
        ("", "", "<p><em>Martha Quillfeather is a reporter at the Courier, where she covers ports.</em></p>"),
        ("", "", "<div class=author-bio><p>Martha Quillfeather is a reporter at the Courier, where she covers ports.</p></div>"),
    ],
    "corrections": [
        ("", "", "<p>Correction: An earlier version of this article gave the wrong year.</p>"),
        ("", "", "<p><em>Update, 3pm: The trust has since said that it will pay for the lamps.</em></p>"),
    ],
    "embedded posts": [
        ("", "<blockquote class=twitter-tweet><p>We rode the first bus over the bridge and nobody got wet.</p>"
         '&mdash; Harbour Trust (@harbourtrust) <a href="https://twitter.com/harbourtrust/status/1">June 3</a></blockquote>', ""),
    ],
}  # fmt: skip
ELSEWHERE = {"live-blog entries": "tests/test_live.py"}


def cleaned(above: str, inside: str, below: str) -> columnist.Article:
    one, two, *rest = (f"<p>{text}</p>" for text in PARAGRAPHS)
    html = (
        "<html lang=en><head><title>Harbour bridge reopens</title><meta name=author content='Martha Quillfeather'></head><body>"
        f"<article><h1>Harbour bridge reopens</h1>{above}<div class=story-body>{one}{two}{inside}{''.join(rest)}{below}</div>"
        "</article></body></html>"
    )
    outcome = columnist.clean(html, url="https://courier.example/2026/bridge")
    assert isinstance(outcome, columnist.Article), outcome
    return outcome


@pytest.mark.parametrize(("name", "parts"), [(name, parts) for name, pages in IN.items() for parts in pages])
def test_what_belongs_is_in_the_text(name: str, parts: tuple[str, str, str]) -> None:
    article = cleaned(*parts)

    for words in filter(None, re.split(r"<[^>]*>", "".join(parts))):
        assert words in article.text, name
    assert [text for text in PARAGRAPHS if text not in article.text] == []


@pytest.mark.parametrize(("name", "parts"), [(name, parts) for name, pages in OUT.items() for parts in pages])
def test_what_does_not_belong_is_out_of_it(name: str, parts: tuple[str, str, str]) -> None:
    assert cleaned(*parts).text == "\n".join(PARAGRAPHS), name


def test_what_is_out_but_of_interest_is_kept_apart() -> None:
    caption, note, correction = OUT["captions"][0], OUT["author notes"][0], OUT["corrections"][0]
    article = cleaned(*("".join(each) for each in zip(caption, note, correction, strict=True)))

    assert [image.caption for image in article.images] == ["The first bus on the bridge seen from the mill"]
    assert article.extra["author_note"].startswith("Martha Quillfeather is a reporter")
    assert article.extra["corrections"].endswith("gave the wrong year.")


def test_the_readme_names_each_convention() -> None:
    table = README.partition("## What counts as the text")[2].partition("|---|")[2].partition("\n## ")[0]
    named = re.findall(r"^\| ([a-z][^|]*?) +\|", table, flags=re.MULTILINE)

    assert sorted(named) == sorted([*IN, *OUT, *ELSEWHERE])
