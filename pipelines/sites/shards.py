"""Work dealt to several processes or machines: each key belongs to one of n shards, whoever asks and wherever.

Rendezvous hashing: of n shards, that one owns a key whose hash with it is the highest. So from n to n + 1 a key stays
where it is or moves to the new shard: one in n + 1 does.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MOST_SHARDS = 10_000  # each weighs every site: more are a mistyped number
_WORDS = re.compile(r"(\d{1,9})/(\d{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shard:
    """One of `count` shards; `index` is 1 to `count`."""

    index: int
    count: int

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"

    def owns(self, key: str) -> bool:
        """Say whether a key is this shard's."""
        return owner(key, self.count) == self.index


def shard_from(words: str) -> Shard:
    """Read "i/n", i from 1 to n; raise ValueError for anything else."""
    found = _WORDS.fullmatch(words.strip())
    shard = Shard(int(found[1]), int(found[2])) if found else Shard(0, 0)
    if not 1 <= shard.index <= shard.count <= MOST_SHARDS:
        raise ValueError(
            f"{words!r} is no shard: give i/n with i from 1 to n, such as 1/8; the first is 1, not 0"
        )
    return shard


def owner(key: str, count: int) -> int:
    """Return which of the shards 1 to `count` owns a key."""
    return max(range(1, count + 1), key=lambda index: (_weight(key, index), index))


def _weight(key: str, index: int) -> bytes:
    # The same in every version, on every machine: another hash here would move every site.
    return hashlib.blake2b(f"{index}\0{key}".encode("utf-8", "surrogatepass"), digest_size=8).digest()


def shard_keys(sites: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Return by what each site is dealt: a registered domain of its addresses, the first by alphabet.

    Sites that share a domain, and those that share one with these, have one key: a domain is asked by one process.
    """
    from columnist.pipelines.document.addresses import (
        registered_domain,
    )  # slow to load, and a flag's type is here

    domains = {
        name: sorted({registered_domain(url) or url for url in urls}) or [name]
        for name, urls in sites.items()
    }
    first: dict[str, str] = {}  # of a domain, the smallest that it is known to go with

    def found(domain: str) -> str:
        while (near := first.setdefault(domain, domain)) != domain:
            domain = near
        return domain

    for linked in domains.values():
        ends = sorted(map(found, linked))
        first.update(dict.fromkeys(ends, ends[0]))
    return {name: found(linked[0]) for name, linked in domains.items()}
