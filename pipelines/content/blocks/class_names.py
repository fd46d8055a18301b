"""Class and id attributes -> words: `article-body__leadText` -> article, body, lead, text."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]

_PART = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}(?![a-z])")
# "ad" in it is no word.
_HASH = re.compile(r"(?<![A-Za-z0-9])(?=[a-f]*\d[a-f]*\d[a-f]*\d)[0-9a-f]{10,}(?![A-Za-z0-9])")
MAX_WORDS = 12  # of one attribute: the rest of a long utility-class list says nothing
MAX_PARTS = 2 * MAX_WORDS  # that are looked at, as some come twice
MAX_WORD = 19  # letters; a longer one is generated


@dataclass(frozen=True, slots=True)
class NameWords:
    """The different names of a page's elements with their words, and which name each place has."""

    numbers: dict[str, int]  # of each name
    words: list[tuple[str, ...]]  # of each name
    places: Indices  # the number of each place's name
    names_of: Mapping[
        str, list[int]
    ]  # of each word, the numbers of the names that hold it: ten rules ask for words

    def holding(self, wanted: frozenset[str]) -> Mask:
        """Tell which places' names hold one of the words."""
        names = np.zeros(len(self.words), dtype=np.bool_)
        for word in wanted & self.names_of.keys():
            names[self.names_of[word]] = True
        mask: Mask = names[self.places]
        return mask


def read_names(places: Sequence[str], others: Iterable[str] = ()) -> NameWords:
    """Read the words of all names of a page, each name once."""
    numbers: dict[str, int] = defaultdict(count().__next__)
    place_numbers = np.fromiter(map(numbers.__getitem__, places), dtype=np.int64, count=len(places))
    for name in others:
        numbers[name]
    words = [name_words(name) for name in numbers]
    names_of: dict[str, list[int]] = defaultdict(list)
    for number, parts in enumerate(words):
        for word in parts:
            names_of[word].append(number)
    return NameWords(dict(numbers), words, place_numbers, names_of)


@lru_cache(maxsize=20_000)  # the same few thousand attributes come back on every page of a site
def name_words(name: str) -> tuple[str, ...]:
    """Return the words of a class or id attribute, in order, each once."""
    words = [
        word.lower() for word in _PART.findall(_HASH.sub(" ", name))[:MAX_PARTS] if len(word) <= MAX_WORD
    ]
    return tuple(dict.fromkeys(words))[:MAX_WORDS]
