"""Lines in which a site speaks of itself: its rights, its editors, its channels, its offers. One line alone tells.

A story about rights, editors or channels says so in longer lines, and asks nobody to join.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from columnist.pipelines.content.plaintext.lines import ends_sentence, words_of
from columnist.pipelines.document.text import weigh
from columnist.pipelines.language.lexicon import either, entries

_WIDEST = 200  # width of a line: who reserves rights or offers the rest names the paper, an address, a year
_WIDEST_CALL = 120  # width: "Join our WhatsApp channel and get the day's most important news" has 90
_WIDEST_AD, _AD_WORDS = 60, 7  # width and words of a line around an advertisement
_PREPOSITION = 3  # letters of a first word before copying: "При перепечатке ..."
_LEAVE_WORDS = 14  # of a line that reserves a text
_LONGEST_NOTE = 400  # characters of a note on links to shops
_QUOTED = re.compile('["“”„«»「」『』]')
_EDGE = 2  # words before or after a call: "Please follow us ...", "... takip edin ve ..."
_LONGEST_CALL = 3  # words of the calls known
_UNSPACED_EDGE = 8  # signs at a line's beginning or end in which a call stands
_LONGEST_UNSPACED = 30  # signs of a call in a script without spaces; a sentence has more
_CALLS = (("follow", "calls"), ("share-bar", "shares"))
_SIGNS = " .,:;!|–—-()[]©ⓒ"
_MARKS = ("©", "ⓒ", "(c)", "copyright")
_QUOTES = tuple('"“„«»‚「『')
_ASKS = frozenset("?？؟;!！@")  # a semicolon is the Greek question mark
_LONGEST_REPORT = 60  # characters of a label on a button: "Report an error in this article"
_UNSPACED = re.compile("[\u0e00-\u0e7f\u2e80-\u9fff]")
_LABELS = either("notices", "imprints")
_NAMES = r"[^：:。！？!?\n]{1,30}"
_IMPRINT = rf"(?:{_LABELS})\s?(?:[：:丨|/]|\s(?=\S{{2,4}}(?:\s|[)）\]】]|$)))\s*{_NAMES}"
_IMPRINT_LINE = re.compile(rf"[(（\[【]?(?:{_IMPRINT}){{1,4}}[)）\]】]?")
_IMPRINT_TAIL = re.compile(rf"(?<=[。！？”」）)])\s*[(（\[【](?:{_IMPRINT}){{1,4}}[)）\]】]\s*$")
_COPYRIGHT = re.compile(
    r"(?:©|ⓒ)\s?\S|(?:\(c\)|copyright\b)[\s:©ⓒ(c)]*(?:19|20)\d\d\b|(?:19|20)\d\d\s?[©ⓒ]|.{0,120}[.!?] [©ⓒ]\s?(?:19|20)\d\d\b"
)
_SOURCE = re.compile(rf"(?:{either('notices', 'source-labels')})\s?[:：]\s*{_NAMES}")
_TAGS = re.compile(rf"(?:{either('notices', 'tag-labels')})\s?[:：]\s*\S.{{0,150}}(?<![.!?。])")
_REPORTER = re.compile(
    r"[(\[【]?(?:[가-힣]{2,8}[=·\s])?[가-힣]{2,4}\s(?:인턴|선임|수습)?(?:기자|특파원|논설위원)[)\]】]?"
)
_MAIL_OF_REPORTER = re.compile(r"(?:기자|記者|记者)\s?[=(\[/|\])]?\s*[\w.+-]+@[\w.-]+[)\]]?$")


@lru_cache(maxsize=256)  # a short line is asked about twice: as a label, and as a notice
def read_notice(text: str) -> str | None:
    """Return what kind of notice a line is: "footer", "byline", "paywall", "tags", "follow", "share-bar" or "comment-action"; None for any other."""
    if text.startswith(_QUOTES) or len(text) > _WIDEST or weigh(text) > _WIDEST:
        return None
    lowered = text.lower()
    if (
        _says(lowered, "rights")
        or _holds(lowered, "disclaimers")
        or _COPYRIGHT.match(lowered)
        or _asks_leave(lowered)
    ):
        return "footer"
    if (
        _IMPRINT_LINE.fullmatch(text)
        or _SOURCE.fullmatch(text)
        or _REPORTER.fullmatch(text)
        or _MAIL_OF_REPORTER.search(text)
    ):
        return "byline"
    if _TAGS.fullmatch(text):
        return "tags"
    if _says(lowered, "offers"):
        return "paywall"
    if _asks_for_errors(lowered) or _holds(lowered, "moderations"):
        return "comment-action"
    if weigh(text) > _WIDEST_CALL:
        return None
    words = tuple(words_of(lowered))
    named = _holds(lowered, "channels") or not _channel_words().isdisjoint(words)
    edges = set(_edges(words)) if named else set()
    return next(
        (kind for kind, verbs in _CALLS if edges & _known(verbs) or _calls_unspaced(lowered, verbs, named)),
        None,
    )


def _asks_leave(lowered: str) -> bool:
    """Tell whether a line of a few words begins or ends by saying that copying asks leave: an article that says so has more of them."""
    words = lowered.split()
    if len(words) > _LEAVE_WORDS or weigh(lowered) > _WIDEST_CALL:
        return False
    head = words[: _EDGE if len(words[0]) <= _PREPOSITION else 1]
    edges = " ".join((*head, *words[-_EDGE:]))
    is_said = _holds(lowered, "copying") and _holds(lowered, "leave")
    return is_said and (_holds(edges, "copying") or _holds(edges, "leave"))


def _asks_for_errors(lowered: str) -> bool:
    """Tell whether a line asks its reader to tell of errors: a question or a request, or a label that is no sentence."""
    line = f" {lowered}"
    if weigh(lowered) > _WIDEST_CALL or not _holds(line, "errors") or not _holds(line, "tellings"):
        return False
    is_label = not ends_sentence(lowered) and len(lowered) <= _LONGEST_REPORT
    return is_label or any(sign in lowered for sign in _ASKS) or _holds(lowered, "requests")


def names_commission(text: str) -> bool:
    """Tell whether a paragraph says that the site has a share of what its links sell."""
    if len(text) > _LONGEST_NOTE:
        return False
    lowered = text.lower()
    told = ("commissions", "shop-links", "shop-voices")
    return all(_holds(lowered, key) for key in told) and not _QUOTED.search(text)


def names_ads(text: str) -> bool:
    """Tell whether a few words, and no sentence, speak of an advertisement: "Continued after the advertisement"."""
    is_few = weigh(text) <= _WIDEST_AD and len(text.split()) <= _AD_WORDS and not ends_sentence(text)
    return is_few and speaks_of_ads(text)


def speaks_of_ads(text: str) -> bool:
    return _holds(text.lower(), "ads")


def names_voice(text: str) -> bool:
    """Tell whether a line says that a machine reads the article aloud, or is the button for it."""
    return weigh(text) <= _WIDEST and (_holds(text.lower(), "voices") or _is_listening(text))


def _is_listening(text: str) -> bool:
    words = words_of(text.lower().replace("’", "'")) if len(text) <= _LONGEST_REPORT else ()
    return tuple(w for w in words if not w.isdigit() and w not in _units()) in _known("listening")


def without_imprint(text: str) -> str:
    """Return a paragraph without the editors that a portal names in brackets behind its last sentence."""
    if text[-1:] not in (")", "）", "]", "】"):
        return text
    return _IMPRINT_TAIL.sub("", text)


def _holds(lowered: str, key: str) -> bool:
    phrases = _plain(key) if lowered.isascii() else entries("notices", key)
    return any(map(lowered.__contains__, phrases))


@cache
def _plain(key: str) -> tuple[str, ...]:
    """Return the phrases that a plain text may hold: half of them have a letter that it has not."""
    return tuple(filter(str.isascii, entries("notices", key)))


def _says(lowered: str, key: str) -> bool:
    """Tell whether a line is one of these phrases: it begins or ends with it, or a full stop parts them."""
    # Nearly no line holds any: to learn that without a frame for each phrase takes a third of the time.
    return _holds(lowered, key) and any(
        phrase in lowered and _is_apart(lowered, phrase) for phrase in entries("notices", key)
    )


def _is_apart(lowered: str, phrase: str) -> bool:
    before, _, after = lowered.partition(phrase)
    if _UNSPACED.match(phrase) or not before.strip(_SIGNS) or not after.strip(_SIGNS):
        return True
    return not before.rstrip()[-1].isalpha() or any(mark in lowered for mark in _MARKS)


def _calls_unspaced(lowered: str, verbs: str, named: bool) -> bool:
    """Tell whether a line in a script without spaces asks, at its beginning or its end, to do something by a channel."""
    if (
        len(lowered) > _LONGEST_UNSPACED
        or not _UNSPACED.search(lowered)
        or not (named or _holds(lowered, "unspaced-ours"))
    ):
        return False
    head, tail = lowered[:_UNSPACED_EDGE], lowered[-_UNSPACED_EDGE:]
    unspaced = entries("notices", f"unspaced-{verbs}")
    return not ends_sentence(lowered) and any(verb in head or verb in tail for verb in unspaced)


def _edges(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the runs of words at which a call would stand."""
    for size in range(1, _LONGEST_CALL + 1):
        last = len(words) - size
        starts = {*range(_EDGE), *range(last - _EDGE + 1, last + 1)}
        yield from (words[start : start + size] for start in starts if 0 <= start <= last)


@cache
def _known(verbs: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words_of(verb)) for verb in entries("notices", verbs))


@cache
def _units() -> frozenset[str]:
    return frozenset(entries("notices", "listening-units"))


@cache
def _channel_words() -> frozenset[str]:
    return frozenset(entries("notices", "channel-words"))
