"""A text as runs of five words: what copies share, whatever their headline and end. Scripts without spaces: characters."""

import re
import unicodedata
import zlib

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint32]

RUN = 5  # words: of shorter runs, any two texts on one subject share many
# Han, kana, Thai, Lao, Khmer, Myanmar and Tibetan put no space between words: each character is a word here.
_UNSPACED = "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Not \\w, which parts Indian words at their vowel signs. Thai tone marks are characters as any other.
_NO_WORD = r"\s!-/:-@\[-`{-~\u00a1-\u00bf\u2000-\u206f\u3000-\u303f\u0964\u0965\u060c\u061b\u061f\u06d4\u30fb\u2e00-\u2e7f"
_WORD = re.compile(f"[{_UNSPACED}]|[^{_UNSPACED}{_NO_WORD}]+")
_FACTOR = 0x9E3779B97F4A7C15  # odd, its bits without a pattern: 2^64 by the golden ratio


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are compared: no case, no punctuation, one form for each character."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def runs_of(words: list[str]) -> Hashes:
    """Return a hash for each run of five words, in the text's order; of a shorter text, one for all of it."""
    if not words:
        return np.empty(0, np.uint32)
    # Stable for ever, unlike hash(): sketches of older runs are compared with. crc32 as it is C, and 32 bits are plenty.
    hashed = np.fromiter(
        (zlib.crc32(word.encode("utf-8", "surrogatepass")) for word in words), np.uint64, len(words)
    )
    size = min(RUN, len(words))
    total = np.zeros(len(words) - size + 1, np.uint64)
    for place in range(size):
        total = total * np.uint64(_FACTOR) + hashed[place : place + len(total)]
        total ^= total >> np.uint64(29)  # else an exchange of words far apart would add up to the same
    return ((total * np.uint64(_FACTOR)) >> np.uint64(32)).astype(np.uint32)


def covered(runs: Hashes, shared: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Say of each word whether it stands in one of these runs."""
    found = np.zeros(len(runs) + RUN - 1, np.bool_)
    for place in range(RUN):
        found[place : place + len(runs)] |= shared
    return found
