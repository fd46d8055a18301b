"""Language tags as pages write them -> ISO 639-1."""

import re

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
