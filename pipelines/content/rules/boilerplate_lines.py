"""Furniture that the body kept: on pages without telling markup, words alone say what a line is.

Only labels that are sure by themselves ("Share on Facebook", "Leave a comment") in the line cleaner's languages:
no line of the shared corpora's articles is one, so a page with good markup loses nothing.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, pairwise

from columnist.pipelines.content.plaintext.labels import (
    may_be_label,
    may_call,
    names_other_page,
    read_chrome,
    read_label,
)
from columnist.pipelines.content.plaintext.lines import ends_sentence, look_at
from columnist.pipelines.content.plaintext.marks import NONE, SURE, Chrome, is_reading_time
from columnist.pipelines.content.plaintext.notices import (
    names_ads,
    names_commission,
    names_voice,
    read_notice,
    speaks_of_ads,
)
from columnist.pipelines.content.plaintext.walls import is_of_embed, may_ask_consent, wall_begins
from columnist.pipelines.document.text import is_long, weigh
from columnist.pipelines.records.article import Paragraph

_LABELS = frozenset(
    {"share-bar", "newsletter", "consent", "follow", "comment-action", "pager", "advertisement"}
)
_READERS = frozenset({"comments", "form"})  # after these come the readers' words
# A label is short; above this it is a sentence about sharing or comments.
_LONGEST_LABEL = 60
# Above the article's first long paragraph these are furniture too; further down they may be its own.
_OPENING = frozenset({"byline", "timestamp", "caption"})
_OPENING_LIVE = _OPENING - {"timestamp"}  # there it is the first entry's
# A call to the reader, "Sign up for our newsletter and ...", is longer than a label.
_LONGEST_CALL = 160
_KINDS = frozenset({"p", "h2", "h3"})  # lists and tables are the article's own, and long
_KINDS_ABOVE = _KINDS | {"li"}  # but a list above the first paragraph may be its share bar
# Letters of article, as weighed, before a comment section: a live blog may begin with "Comments".
_ENOUGH = 500
# A bare heading "Comments" is believed only where less follows it than this share of the article: readers' words.
_READERS_SHARE = 0.6
_HEADING_WORDS = 3
# "Read also: a headline" in one line, or as a label with the headline below it.
_POINTER = 240
_POINTER_LABEL = 30
_HEADLINE = 150
# A network's name beside "Share on ...", in whatever language or letters.
_NAME = 25
_NAMES = 3  # between two of these labels


def drop_furniture(
    paragraphs: Sequence[Paragraph], is_live: bool = False
) -> tuple[tuple[Paragraph, ...], dict[str, int]]:
    """Return the paragraphs without sure labels, pointers to other articles and what follows a comments label;
    and the characters taken out by rule."""
    return without(paragraphs, furniture_rules(paragraphs, is_live))


def without(
    paragraphs: Sequence[Paragraph], rules: Sequence[str | None]
) -> tuple[tuple[Paragraph, ...], dict[str, int]]:
    """Return the paragraphs that no rule takes out, and the characters of the others by rule."""
    removed: Counter[str] = Counter()
    for paragraph, rule in zip(paragraphs, rules, strict=True):
        if rule is not None:
            removed[rule] += len(paragraph.text)
    kept = tuple(p for p, rule in zip(paragraphs, rules, strict=True) if rule is None)
    return kept, dict(removed)


def furniture_rules(paragraphs: Sequence[Paragraph], is_live: bool = False) -> tuple[str | None, ...]:
    """Return for each paragraph the rule that takes it out, or None."""
    opening = _OPENING_LIVE if is_live else _OPENING
    texts = [p.text for p in paragraphs]
    start = next((number for number, p in enumerate(paragraphs) if _opens(p)), 0)
    labels = [_label(p, number < start) for number, p in enumerate(paragraphs)]
    end, offer = _readers_begin(texts, labels), wall_begins(texts)
    asks = may_ask_consent(texts)
    rules: list[str | None] = []
    after_pointer = False
    for number, paragraph in enumerate(paragraphs):
        rule = (
            "comments"
            if number >= end
            else "paywall"
            if number >= offer
            else _rule(paragraph, labels[number], after_pointer, asks)
        )
        rule = rule or _call(paragraph, labels[number], opening if number < start else frozenset())
        after_pointer = rule == "read-also" and len(paragraph.text) <= _POINTER_LABEL and not after_pointer
        rules.append(rule)
    for number in _ad_lines(paragraphs):
        rules[number] = rules[number] or "advertisement"
    for number, text in enumerate(texts[: start + 1]):
        if names_voice(text):
            rules[number] = "player"
    for number in _names_beside(paragraphs, rules, labels, start):
        rules[number] = "share-bar"
    return tuple(rules)


def _ad_lines(paragraphs: Sequence[Paragraph]) -> list[int]:
    """Return the lines of a few words on an advertisement, in a text that speaks of none."""
    lines = [n for n, p in enumerate(paragraphs) if p.kind == "p" and names_ads(p.text)]
    others = (p.text for n, p in enumerate(paragraphs) if n not in lines) if lines else ()
    return [] if any(map(speaks_of_ads, others)) else lines


def _names_beside(
    paragraphs: Sequence[Paragraph], rules: Sequence[str | None], labels: Sequence[Chrome], start: int
) -> list[int]:
    """Return the short lines that go with share labels: one that a label beside it holds ("Share on X", "X"), some
    between two labels, and a weak label above the article: no article begins with the name of a network alone."""
    shares = [number for number, rule in enumerate(rules) if rule == "share-bar"]

    def is_short(number: int) -> bool:
        p = paragraphs[number]
        short = rules[number] is None and len(p.text) <= _NAME and p.kind in _KINDS_ABOVE
        return short and not ends_sentence(p.text)

    def is_held(number: int, label: int) -> bool:
        within = 0 <= number < len(paragraphs) and is_short(number)
        return within and paragraphs[number].text.casefold() in paragraphs[label].text.casefold()

    found = [near for label in shares for near in (label - 1, label + 1) if is_held(near, label)]
    for one, next_ in pairwise(shares):
        between = range(one + 1, next_)
        if len(between) <= _NAMES and all(map(is_short, between)):
            found += between
    above = [n for n in range(start) if is_short(n) and paragraphs[n].kind in ("p", "li")]
    return found + [n for n in above if labels[n].kind in ("share-bar", "follow")]


@lru_cache(maxsize=256)  # odd pages say one short line by thousands
def _label(paragraph: Paragraph, is_above: bool) -> Chrome:
    """Look at a short line: what is longer is no label, and a look costs 0.03 ms."""
    text, kinds = paragraph.text, _KINDS_ABOVE if is_above else _KINDS
    if len(text) > _LONGEST_LABEL or paragraph.kind not in kinds:
        return NONE
    if is_above and is_reading_time(text):
        return Chrome("timestamp", SURE)
    # A sentence to the reader counts only as a heading of the readers' comments.
    if len(text.split()) <= _HEADING_WORDS:
        return read_chrome(look_at(text))
    return read_label(look_at(text)) if is_above or may_be_label(text) else NONE


def _rule(paragraph: Paragraph, label: Chrome, after_pointer: bool, asks: bool) -> str | None:
    text = paragraph.text
    if after_pointer and not ends_sentence(text) and len(text) <= _HEADLINE:
        return "read-also"
    is_row = paragraph.kind == "table"  # "Watch | Price" names no other page
    if len(text) <= _POINTER and not is_row and names_other_page(text):
        return "read-also"
    if label.kind in _LABELS and label.strength == SURE:
        return label.kind
    if paragraph.kind not in _KINDS:
        return None
    if asks and is_of_embed(text):
        return "consent"
    return "promotion" if names_commission(text) else read_notice(text)


def _opens(paragraph: Paragraph) -> bool:
    return paragraph.kind == "p" and is_long(paragraph.text)


def _call(paragraph: Paragraph, label: Chrome, opening: frozenset[str]) -> str | None:
    """Name a call to the reader, and what stands above an article (`opening`): its byline, its date, a credit."""
    if paragraph.kind != "p" or len(paragraph.text) > _LONGEST_CALL:
        return None
    chrome = label
    if len(paragraph.text) > _LONGEST_LABEL and (opening or may_call(paragraph.text)):
        chrome = read_label(look_at(paragraph.text))
    # Above the article a line may be a whole share bar.
    believed = (
        chrome.kind == "promotion" or chrome.kind in opening or (opening and chrome.kind == "share-bar")
    )
    return chrome.kind if believed and chrome.strength == SURE else None


def _readers_begin(texts: Sequence[str], labels: Sequence[Chrome]) -> int:
    """Return where the readers' comments begin; the number of lines where there are none."""
    called = [n for n, label in enumerate(labels) if label.kind in _READERS and label.strength]
    # Nine pages of ten call no line so.
    sums = list(accumulate(map(weigh, texts), initial=0)) if called else []
    for number in called:
        before, text = sums[number], texts[number]
        if before >= _ENOUGH:
            few = sums[-1] - before <= _READERS_SHARE * before
            heading = len(text.split()) <= _HEADING_WORDS and not ends_sentence(text) and few
            if labels[number].strength == SURE or heading:
                return number
    return len(texts)
