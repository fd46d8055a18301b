"""An article that lies only in a script's data: JSON that the page's own program would show.

Asked where the page itself shows next to nothing. The data hold other articles too, so a text counts inside an object
whose headline is the page's: under a body's usual names first, else the longest text or run of paragraphs. Where the data
hold no headline at all, a run of paragraphs alone counts.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

from columnist.pipelines.content.blocks.blocks import read_blocks
from columnist.pipelines.content.blocks.elements import IN
from columnist.pipelines.content.blocks.letters import squash
from columnist.pipelines.content.paragraphs import from_text, kept_paragraphs
from columnist.pipelines.content.plaintext.lines import markdown, read_lines
from columnist.pipelines.content.scripts.script_data import LEAST, script_data, unpacked
from columnist.pipelines.content.scripts.typed_parts import BESIDE, TAG, as_block, as_html
from columnist.pipelines.document.read import Document, read_document
from columnist.pipelines.document.text import weigh
from columnist.pipelines.records.article import NotAnArticle, Paragraph

_MOST_TEXT = 400_000  # characters of one text with its markup
_MOST_VALUES = 100_000  # objects and lists that are looked at
_MOST_WRITTEN = 20_000  # values of one script's lists that are written as HTML in search of a run
_SHORTEST_TITLE = 12  # width in letters; less is "News"
_FEWEST = 3  # paragraphs of a run
_PROSE = 40  # width of a paragraph that counts in a run
_AS_MUCH = 0.8  # of the longest run's prose: the innermost list that has so much is the article, not the page around it
_TITLES = ("headline", "headlines", "title", "hed")
_TITLE_PARTS = ("basic", "rendered", "text", "default", "main")
_BODIES = frozenset(
    {
        "articlebody", "body", "content", "html", "text", "bodyhtml", "contenthtml", "fulltext", "bodytext", "articletext",
        "contentelements", "blocks", "paragraphs", "richtext", "story", "maincontent", "contentblocks", "bodyblocks",
        "components", "maintext", "articlecontent", "storytext", "elements",
    }
)  # fmt: skip
# What is shown between the headline and the body.
_LEADS = frozenset(
    {"intro", "introduction", "lead", "lede", "standfirst", "dek", "deck", "chapo", "chapeau", "vorspann", "ingress", "subtitle", "subheadline", "strapline"}
)  # fmt: skip
_LONGEST_LEAD = 1_000  # characters, with markup
_PLAIN_WORDS = re.compile(r"[\w ,]+")  # what JSON writes as it is, or all of it as numbers
_PROBE, LEAST_PROBE = 40, 12  # characters by which a script is asked for a paragraph: as good as unique
_BLOCK = re.compile(r"<(?:p|div|br|li|h[1-6]|section|table|blockquote)\b", re.IGNORECASE)
_PARAGRAPH = re.compile(r"<p[\s>]", re.IGNORECASE)
_EMPHASIS = re.compile(r"(?<![\w*_])([*_])(?=\S)([^*_\n]{1,300})(?<=\S)\1(?![\w*_])")
_RULE = re.compile(r"[-*_= ]{3,}")
_BULLET = re.compile(r"^[-*+•] +(?=\S)")
_OUTSIDE = (
    IN["figure"]
    | IN["figcaption"]
    | IN["form"]
    | IN["button"]
    | IN["nav"]
    | IN["hidden"]
    | IN["dialog"]
    | IN["aside"]
)


@dataclass(frozen=True, slots=True)
class _Found:
    """A text of the data as HTML, or as plain text."""

    html: str
    prose: int  # characters of its paragraphs
    titled: bool  # in an object of the page's headline


def scripted_paragraphs(document: Document, title: str) -> tuple[Paragraph, ...]:
    """Return the paragraphs of the longest text that the scripts' data give under the page's headline."""
    key = squash(title)
    if weigh(key) < _SHORTEST_TITLE:
        return ()
    data = list(script_data(document))
    texts = (text for value in data for text in _texts(value, key))
    longest = max(texts, key=_shown, default="")
    if _shown(longest) < LEAST:
        longest = _longest_run([found for value in data for found in _runs(value, key)])
    if _shown(longest) < LEAST:
        return ()
    found = _paragraphs(document, longest, title)
    leads = (lead for value in data for lead in _leads(value, key))
    lead = _paragraphs(document, max(leads, key=len, default=""), title)
    said = squash(" ".join(paragraph.text for paragraph in found))
    return (*(each for each in lead if squash(each.text) not in said), *found)


def holds(document: Document, words: str) -> bool:
    """Tell, without reading it, whether a script's data hold these words of an article."""
    probe = max(_PLAIN_WORDS.findall(words), key=len, default="")[:_PROBE]
    told = {probe, json.dumps(probe)[1:-1]}
    scripts = document.by_tag.get("script", ())
    return len(probe) >= LEAST_PROBE and any(
        any(each in (one.text or "") for each in told) for one in scripts
    )


def _shown(text: str) -> int:
    return weigh(TAG.sub("", text))


def _longest_run(found: list[_Found]) -> str:
    """Return the innermost of the longest texts: those under the headline before those under none."""
    titled = [each for each in found if each.titled] or found
    most = max((each.prose for each in titled), default=0)
    strong = [each for each in titled if each.prose >= _AS_MUCH * most]
    return min(strong, key=lambda each: len(each.html)).html if strong and most >= LEAST else ""


def _texts(data: Any, title: str) -> Iterator[str]:
    """Yield, as HTML, what stands under a body's name in objects of this headline and in what they hold."""
    for name, inner, titled in _members(data, title):
        if titled and _plain(name) in _BODIES:
            held = unpacked(inner) if isinstance(inner, str) and inner[:1] in ("{", "[") else None
            yield as_html(inner if held is None else held)[:_MOST_TEXT]
        if titled and isinstance(inner, list) and not BESIDE.search(name):
            yield _sections(inner, title)[:_MOST_TEXT]


def _leads(data: Any, title: str) -> Iterator[str]:
    """Yield the standfirsts of objects of this headline."""
    for name, inner, titled in _members(data, title):
        if titled and _plain(name) in _LEADS and len(lead := as_html(inner)) <= _LONGEST_LEAD:
            yield lead


def _sections(parts: list[Any], title: str) -> str:
    """Return a text that lies in several pieces of one form, with what stands between them."""
    written = {place: as_html(part) for place, part in enumerate(parts) if isinstance(part, dict)}
    longest = max(written, key=lambda place: len(written[place]), default=-1)
    if longest < 0 or len(written[longest]) < LEAST:
        return ""
    form = parts[longest].keys()
    same = [at for at in written if parts[at].keys() == form and not _is_of_another(parts[at], title)]
    if len(same) < 2 or any(_is_titled(parts[at], title, None) is False for at in same):
        return ""
    return "".join(as_block(written[at]) for at in written if same[0] <= at <= same[-1] and written[at])


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _runs(data: Any, title: str) -> Iterator[_Found]:
    """Yield long texts in objects of this headline, and the runs of paragraphs in those of this or of none."""
    left = _MOST_WRITTEN
    for name, inner, titled in _members(data, title):
        if titled is False or BESIDE.search(name):
            continue
        if isinstance(inner, str):
            if len(inner) >= LEAST and (titled or _stands_alone(name, inner)) and _is_prose(inner):
                yield _Found(as_html(inner)[:_MOST_TEXT], _shown(inner), bool(titled))
        elif isinstance(inner, list) and len(inner) >= _FEWEST and left > 0:
            left -= len(inner)
            parts = [as_html(each) for each in inner if not _is_of_another(each, title)]
            sizes = [size for part in parts if (size := _shown(part)) >= _PROSE and _is_prose(part)]
            if len(sizes) >= _FEWEST:
                yield _Found("".join(map(as_block, parts))[:_MOST_TEXT], sum(sizes), bool(titled))


def _stands_alone(name: str, text: str) -> bool:
    """Tell whether a text is no member of an object, whose headline is missed then, and is one of several paragraphs."""
    return name in ("", "__html") and len(_PARAGRAPH.findall(text)) >= _FEWEST


def _is_prose(text: str) -> bool:
    """Tell whether a text is one for readers: no address, style, program or number."""
    shown = TAG.sub("", text[:1_000])
    letters = sum(map(str.isalpha, shown)) + shown.count(" ")
    return (
        letters >= 0.7 * len(shown)
        and "://" not in shown[:10]
        and not shown.lstrip().startswith(("{", "[", "."))
    )


def _is_of_another(value: Any, title: str) -> bool:
    """Tell whether a list's item is another article: it has a headline that is not the page's, and an address."""
    if not isinstance(value, dict) or _is_titled(value, title, None) is not False:
        return False
    return any(
        name.lower() in ("url", "slug", "href", "path", "link", "permalink", "canonicalurl") for name in value
    )


def _members(data: Any, title: str) -> Iterator[tuple[str, Any, bool | None]]:
    """Yield all that objects and lists hold: its name, itself, and whether the headline around it is the page's; None without one."""
    stack: list[tuple[str, Any, bool | None]] = [("", [data], None)]
    seen = 0
    while stack and seen < _MOST_VALUES:
        name, value, titled = stack.pop()
        seen += 1
        value = unpacked(value) if isinstance(value, str) else value
        if isinstance(value, dict):
            titled = _is_titled(value, title, titled)
            held = list(value.items())
        elif isinstance(value, list):
            yield name, value, titled
            held = [("" if isinstance(inner, str) else name, inner) for inner in value]
        else:
            continue
        for inner_name, inner in held:
            if isinstance(value, dict) or isinstance(inner, str):
                yield inner_name, inner, titled
            if isinstance(inner, (dict, list)) or _may_be_packed(inner):
                stack.append((inner_name, inner, titled))


def _may_be_packed(value: Any) -> bool:
    return isinstance(value, str) and len(value) >= LEAST and value[:1] in ("{", "[")


def _is_titled(value: Mapping[str, Any], title: str, around: bool | None) -> bool | None:
    """Tell whether the object's headline is the page's; one without a headline is part of what is around it."""
    found = [text for name in _TITLES for text in _strings(value.get(name))]
    keys = [key for key in map(squash, found) if weigh(key) >= _SHORTEST_TITLE]
    if not keys:
        return False if found and around is None and any(map(str.strip, found)) and "url" in value else around
    return any(key in title or title in key for key in keys)


def _strings(value: Any) -> list[str]:
    values = [value.get(part) for part in _TITLE_PARTS] if isinstance(value, dict) else [value]
    return [each[:1_000] for each in values if isinstance(each, str)]


def _paragraphs(document: Document, text: str, title: str) -> tuple[Paragraph, ...]:
    if not TAG.search(text):
        return _from_markdown(unescape(text))
    if not _BLOCK.search(text):  # the program that shows it makes paragraphs of blank lines
        text = "".join(f"<p>{part}</p>" for part in re.split(r"\n\s*\n", text))
    page = replace(
        document.page, html=f"<meta charset=utf-8><body>{text}".encode("utf-8", "ignore"), headers={}, more=()
    )
    try:
        blocks = read_blocks(read_document(page).tree)
    except NotAnArticle:
        return ()
    kept = kept_paragraphs(blocks, [not blocks.flags[block.place] & _OUTSIDE for block in blocks.items])
    return kept[1:] if kept and squash(kept[0].text) == squash(title) else kept


def _from_markdown(text: str) -> tuple[Paragraph, ...]:
    """Read plain text, whose marks may be Markdown's; paragraphs in one line are cut at sentence ends."""
    lines = read_lines(text)
    if len(lines) < 2:
        return from_text(text)
    shown = [markdown(_EMPHASIS.sub(r"\2", line)) for line in lines if not _RULE.fullmatch(line)]
    items = [_BULLET.sub("", words) for words, _ in shown]
    return tuple(
        Paragraph(kind or ("li" if item != words else "p"), item)
        for (words, kind), item in zip(shown, items, strict=True)
        if item
    )
