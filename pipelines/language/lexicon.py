"""The words that rules look for, in the languages of the news, as data: `lexicon/` has one TOML file a subject.

A string is words parted by white space, a list is phrases, and "@name" among words stands for the file's list `name`.
A table's lists are called "table.name". Files are read at first use, once a process.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FOLDER = Path(__file__).with_name("lexicon")


@dataclass(frozen=True, slots=True)
class Words:
    """Whole words, and stems that any ending may follow."""

    whole: frozenset[str]
    stems: tuple[str, ...]

    def has(self, word: str) -> bool:
        """Tell whether a word in lower case is one of them or begins with one of the stems."""
        return word in self.whole or word.startswith(self.stems)


@cache
def lexicon(subject: str) -> Mapping[str, tuple[str, ...]]:
    """Return the lists of a subject by name, in the order of its file."""
    name = f"{subject}.toml"
    tables = tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))
    lists = dict(_lists(tables, name))
    for key, words in lists.items():
        lists[key] = tuple(w for word in words for w in (lists[word[1:]] if word[:1] == "@" else (word,)))
    return MappingProxyType(lists)


def _lists(tables: Mapping[str, object], name: str, above: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    for key, value in tables.items():
        if isinstance(value, dict) and not above:
            yield from _lists(value, name, f"{key}.")
        elif isinstance(value, str):
            yield f"{above}{key}", tuple(value.split())
        elif isinstance(value, list) and all(isinstance(each, str) and each for each in value):
            yield f"{above}{key}", tuple(value)
        else:
            raise ValueError(
                f"lexicon/{name}: {above}{key} is neither words in one string nor a list of phrases"
            )


def entries(subject: str, key: str) -> tuple[str, ...]:
    """Return the words or phrases of one list."""
    return lexicon(subject)[key]


def either(subject: str, key: str) -> str:
    """Return a list as the alternatives of a regular expression."""
    return "|".join(entries(subject, key))


@cache
def vocabulary(subject: str, *keys: str) -> Words:
    """Return the words of some lists together; `*` ends a stem, apostrophes and hyphens split."""
    parts = re.findall(r"[^\s'’-]+", " ".join(word for key in keys for word in entries(subject, key)))
    stems = tuple(part[:-1] for part in parts if part.endswith("*"))
    return Words(frozenset(part for part in parts if not part.endswith("*")), stems)
