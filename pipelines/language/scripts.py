"""Which writing system a text is in, and what its letters alone say about its language."""

import re
from bisect import bisect_right
from collections import Counter

_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]+)*\Z", re.IGNORECASE)
_NAMES = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr", "spanish": "es", "español": "es",
    "italian": "it", "italiano": "it", "portuguese": "pt", "português": "pt", "dutch": "nl", "nederlands": "nl", "russian": "ru",
    "русский": "ru", "arabic": "ar", "chinese": "zh", "japanese": "ja", "日本語": "ja", "korean": "ko", "turkish": "tr",
    "türkçe": "tr", "polish": "pl", "polski": "pl", "hindi": "hi", "ukrainian": "uk", "swedish": "sv", "norwegian": "no",
}  # fmt: skip
# Three letters, withdrawn codes and country codes that are taken for languages.
_OTHER = {
    "eng": "en", "ger": "de", "deu": "de", "fre": "fr", "fra": "fr", "spa": "es", "ita": "it", "por": "pt", "nld": "nl", "dut": "nl",
    "rus": "ru", "ara": "ar", "zho": "zh", "chi": "zh", "jpn": "ja", "kor": "ko", "tur": "tr", "pol": "pl", "hin": "hi", "ukr": "uk",
    "swe": "sv", "nor": "no", "dan": "da", "fin": "fi", "ces": "cs", "cze": "cs", "ell": "el", "gre": "el", "heb": "he", "iw": "he",
    "in": "id", "ji": "yi", "jp": "ja", "cn": "zh", "ua": "uk", "gr": "el", "dk": "da", "cz": "cs", "se": "sv", "nb": "no", "nn": "no",
    "nob": "no", "nno": "no", "cmn": "zh", "fas": "fa", "per": "fa", "ben": "bn", "tam": "ta", "tel": "te", "urd": "ur", "vie": "vi",
    "tha": "th", "ind": "id", "msa": "ms", "ron": "ro", "rum": "ro", "hun": "hu", "bul": "bg", "hrv": "hr", "srp": "sr", "slk": "sk",
    "slv": "sl", "lit": "lt", "lav": "lv", "est": "et", "cat": "ca", "eus": "eu", "glg": "gl", "isl": "is", "gle": "ga", "swa": "sw",
}  # fmt: skip


def language_code(words: str | None) -> str | None:
    """Return the ISO 639-1 code that a tag (en-US, pt_BR, deu) or a language's name stands for."""
    if not words:
        return None
    words = words.split(",")[0].strip()
    if name := _NAMES.get(words.lower()):
        return name
    match = _TAG.match(words)
    if match is None:
        return None
    code = match.group(1).lower()
    return _OTHER.get(code, code if len(code) == 2 else None)


# First code point of a stretch and the script it holds, up to the next line's. None: no letters of ours.
_STRETCHES: tuple[tuple[int, str | None], ...] = (
    (0x0000, "Latin"), (0x0370, "Greek"), (0x0400, "Cyrillic"), (0x0530, "Armenian"), (0x0590, "Hebrew"),
    (0x0600, "Arabic"), (0x0700, None), (0x0750, "Arabic"), (0x0780, "Thaana"), (0x07C0, None),
    (0x0900, "Devanagari"), (0x0980, "Bengali"), (0x0A00, "Gurmukhi"), (0x0A80, "Gujarati"), (0x0B00, "Oriya"),
    (0x0B80, "Tamil"), (0x0C00, "Telugu"), (0x0C80, "Kannada"), (0x0D00, "Malayalam"), (0x0D80, "Sinhala"),
    (0x0E00, "Thai"), (0x0E80, "Lao"), (0x0F00, "Tibetan"), (0x1000, "Burmese"), (0x10A0, "Georgian"),
    (0x1100, "Hangul"), (0x1200, "Ethiopic"), (0x13A0, None), (0x1780, "Khmer"), (0x1800, "Mongolian"),
    (0x18B0, None), (0x1C90, "Georgian"), (0x1CC0, None), (0x1E00, "Latin"), (0x1F00, "Greek"), (0x2000, None),
    (0x2D00, "Georgian"), (0x2D30, None), (0x3040, "Kana"), (0x3100, None), (0x3130, "Hangul"), (0x3190, None),
    (0x3400, "Han"), (0xA000, None), (0xAC00, "Hangul"), (0xD7B0, None), (0xF900, "Han"), (0xFB00, "Latin"),
    (0xFB1D, "Hebrew"), (0xFB50, "Arabic"), (0xFE00, None), (0xFE70, "Arabic"), (0xFF00, "Latin"),
    (0xFF66, "Kana"), (0xFFA0, None), (0x20000, "Han"), (0x32000, None),
)  # fmt: skip
_STARTS = [start for start, _ in _STRETCHES]

# Scripts that news of one language alone is written in, and the rarer languages that share them: those are
# believed where the page declares them.
SCRIPT_LANGUAGE: dict[str, tuple[str, ...]] = {
    "Greek": ("el",), "Armenian": ("hy",), "Hebrew": ("he", "yi"), "Thaana": ("dv",), "Bengali": ("bn", "as"),
    "Gurmukhi": ("pa",), "Gujarati": ("gu",), "Oriya": ("or",), "Tamil": ("ta",), "Telugu": ("te",),
    "Kannada": ("kn",), "Malayalam": ("ml",), "Sinhala": ("si",), "Thai": ("th",), "Lao": ("lo",),
    "Tibetan": ("bo", "dz"), "Burmese": ("my",), "Georgian": ("ka",), "Hangul": ("ko",), "Ethiopic": ("am", "ti"),
    "Khmer": ("km",), "Mongolian": ("mn",), "Kana": ("ja",), "Han": ("zh",),
}  # fmt: skip

# Letters that one language of a script has and its neighbours lack. The first row whose letters reach the share
# of the text's letters wins, so rows that need two languages' letters apart stand in a deliberate order.
_TELLING: dict[str, tuple[tuple[str, str, float], ...]] = {
    "Cyrillic": (
        ("tg", "ӣӯҷ", 0.006), ("ba", "ҙҡҫ", 0.01), ("tt", "җ", 0.001), ("kk", "ұ", 0.003), ("uz", "ҳ", 0.004),
        ("mk", "ѓќѕ", 0.0015), ("sr", "ђћ", 0.001), ("sr", "љњџј", 0.02), ("be", "ў", 0.004), ("uk", "їєґ", 0.004),
        ("ky", "ң", 0.002), ("mn", "өү", 0.01), ("bg", "ъ", 0.008),
    ),
    "Arabic": (
        ("ps", "ټډړږښګۍ", 0.008), ("sd", "ٻڀٺٿڄڃڇڏڌڊ", 0.01), ("ug", "ۇۈۋ", 0.02), ("ku", "ێۆڕڵ", 0.02),
        ("ur", "ٹڈڑےں", 0.01), ("fa", "پچژگ", 0.01),
    ),
    "Latin": (("az", "ə", 0.02), ("is", "þ", 0.004), ("mt", "ħġ", 0.008)),
}  # fmt: skip
_HAN_IN_JAPANESE = 8  # Han letters for one kana letter: above it the text is no Japanese


def letters_by_script(signs: Counter[str]) -> Counter[str]:
    """Add up the letters of each script; `signs` counts each sign of a text."""
    scripts: Counter[str] = Counter(Latin=0)  # first where two scripts have as many
    for sign, times in signs.items():
        if sign.isalpha() or "\u0900" <= sign <= "\u109f":  # Indic vowel signs too
            script = "Latin" if sign < "\u0370" else _STRETCHES[bisect_right(_STARTS, ord(sign)) - 1][1]
            if script:
                scripts[script] += times
    if scripts["Kana"] * _HAN_IN_JAPANESE >= scripts["Han"] and scripts["Kana"]:
        scripts["Kana"] += scripts.pop("Han", 0)
    return +scripts


def language_by_letters(text: str, script: str, letters: int) -> str | None:
    """Return the language that only letters of its own can name, or None where they do not decide."""
    for code, telling, share in _TELLING.get(script, ()):
        if sum(map(text.count, telling)) >= max(2, share * letters):
            return code
    return None
