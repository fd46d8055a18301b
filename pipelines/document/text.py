"""Text normalised to the dataset's convention: NFC, one line a paragraph, nothing invisible."""

import re
import unicodedata

# Invisible: soft hyphen, zero-width and word-joining characters, marks and overrides of direction,
# annotation and object placeholders, non-characters, halves of surrogate pairs, icon fonts' private glyphs.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\ufdd0-\ufdef\ue000-\uf8ff\ud800-\udfff\U000e0001"
)
_CONTROLS = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
_DROPPED = re.compile(f"[{_INVISIBLE}{_CONTROLS}]")
# Joiners are spelling in Persian, Urdu, the Indic scripts, Mongolian and in emoji; elsewhere they are rubbish.
_JOINED = "\u0600-\u08ff\u0900-\u0dff\u0f00-\u0fff\u1000-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufeff"
_EMOJI = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_JOINER = re.compile(f"(?<![{_JOINED}{_EMOJI}])[\u200c\u200d]+|[\u200c\u200d]+(?![{_JOINED}{_EMOJI}])")
# French typography binds these marks with a no-break space; elsewhere one is layout and becomes a space.
_BOUND = re.compile("[\u00a0\u202f](?=[;:!?»%])|(?<=«)[\u00a0\u202f]")
_ODD = re.compile(f"[{_INVISIBLE}{_CONTROLS}\u200c\u200d\u00a0\u202f]")
# Those of them that str.isprintable takes for printable; no-break spaces aside, which splitting takes away.
_PRINTABLE_ODD = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u3164\uffa0\ufffc"
_KEEP_NBSP, _KEEP_NARROW = "\ue000", "\ue001"  # private characters: dropped before, so free as marks

# Scripts that put no spaces between words: kana, Han, Thai, Lao, Myanmar, Khmer; letters, not vowel signs.
UNSPACED = re.compile(
    "[\u3041-\u3096\u30a1-\u30fa\u30fc\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d"
    "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0eb3\u0ec0-\u0ec6\u1000-\u102a\u1780-\u17b3"
    "\U00020000-\U0003ffff]"
)
LONG = 80  # letters of a paragraph that an article can begin with, and that says which elements are its own
_WORD = re.compile(r"[^\W_]")
# A sign is a syllable or a word: Thai, Han, kana, Hangul.
_WIDE = re.compile(r"[\u0e00-\u0e7f\u2e80-\u9fff\uac00-\ud7af\U00020000-\U000323af]")


def normalise(text: str) -> str:
    """Return one paragraph's text: NFC, no control, zero-width or soft-hyphen characters, single spaces."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if "  " in text or text[:1] == " " or text[-1:] == " " else text
    spaced = " ".join(text.split())
    text = _drop_odd(text) if _may_be_odd(text, spaced) and _ODD.search(text) else spaced
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def _may_be_odd(text: str, spaced: str) -> bool:
    """Tell whether a text may hold what _ODD looks for: three times as fast, and nearly always no."""
    if "\u00a0" in text or "\u202f" in text or not spaced.isprintable():
        return True
    return any([odd in spaced for odd in _PRINTABLE_ODD])  # noqa: C419  a generator takes twice as long


def _drop_odd(text: str) -> str:
    text = _JOINER.sub("", _DROPPED.sub("", text))
    bound = _BOUND.sub(lambda m: _KEEP_NBSP if m.group() == "\u00a0" else _KEEP_NARROW, text)
    spaced = " ".join(bound.split())
    return (
        spaced.strip(_KEEP_NBSP + _KEEP_NARROW).replace(_KEEP_NBSP, "\u00a0").replace(_KEEP_NARROW, "\u202f")
    )


def count_words(text: str) -> int:
    """Count words; in scripts that do not space words, characters."""
    if text.isascii():
        return _spaced(text)
    spaced, characters = UNSPACED.subn(" ", text)
    return characters + _spaced(spaced)


def weigh(text: str) -> int:
    """Return the text's length in letters; a sign that is a syllable or a word counts as 2.5 of them."""
    return len(text) if text.isascii() else len(text) + 3 * len(_WIDE.findall(text)) // 2


def is_long(text: str) -> bool:
    """Tell whether a text is as long as a paragraph: one in Korean or Chinese says as much in fewer letters.

    Unless most of it is Latin, as "LINEで送る LINE" is: a row of labels.
    """
    size = len(text)
    if size >= LONG or size < LONG / 2.5 or text.isascii():
        return size >= LONG
    wide = len(_WIDE.findall(text))
    return wide >= size / 2 and size + 3 * wide // 2 >= LONG


def _spaced(text: str) -> int:
    """Count the tokens that hold a letter or digit; nearly all begin with one, which is quickly told."""
    tokens = text.split()
    rest = [token for token in tokens if not token[0].isalnum()]
    return len(tokens) - sum(1 for token in rest if not _WORD.search(token))


def unaccented(letter: str) -> str:
    """Return a Latin letter without its accent, and any other as it is."""
    plain = unicodedata.normalize("NFD", letter)[:1]
    return plain if plain.isascii() else letter
