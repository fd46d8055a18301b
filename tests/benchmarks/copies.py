"""How well `columnist cluster` tells copies from reports of one event, and what it costs.

    python -m tests.benchmarks.copies --corpus ../shared/corpus       # pairs of our making from real texts
    python -m tests.benchmarks.copies --rows 100000                   # time and memory on invented rows

Each text of the corpora is copied once, in one of the ways below, to a site whose every article ends in the same forty
words. A pair is found if both have one cluster_id; every other pair with one cluster_id is a mistake.
"""

import argparse
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parents[1]))
from newsroom import NOON, an_article, rows_of, with_text

from columnist.pipelines.dataset.clusters.table import clusters_of
from columnist.pipelines.dataset.open_store import open_store
from columnist.pipelines.publish.copies.cluster import cluster
from columnist.pipelines.publish.copies.shingles import words_of
from columnist.pipelines.records.article import Article, Paragraph

SETS = ("fundus_pub_dev", "fundus_hist_dev", "n4k_eval_dev", "chinese_dev", "waddle_dev")
SITES = 12
Units = list[str]  # of a text: words, or characters where there are no spaces


def cut(share: float) -> Callable[[Units, Units, random.Random], Units]:
    return lambda text, other, chance: text[: int(len(text) * share)]


def rewrite(share: float) -> Callable[[Units, Units, random.Random], Units]:
    return lambda text, other, chance: [
        chance.choice(other) if chance.random() < share else word for word in text
    ]


def add(share: float) -> Callable[[Units, Units, random.Random], Units]:
    return lambda text, other, chance: (
        text[: len(text) // 2] + other[: int(len(text) * share)] + text[len(text) // 2 :]
    )


def half_own(text: Units, other: Units, chance: random.Random) -> Units:
    return text[: len(text) // 2] + other[: len(text) - len(text) // 2]


def quoting(share: float) -> Callable[[Units, Units, random.Random], Units]:
    """Another report of the event: its own words, and the same quotes, in three places."""

    def report(text: Units, other: Units, chance: random.Random) -> Units:
        size, third = int(len(text) * share / 3), len(text) // 3
        own = other[: len(text) - 3 * size]
        return [
            w
            for n in range(3)
            for w in (*own[n * len(own) // 3 : (n + 1) * len(own) // 3], *text[n * third : n * third + size])
        ]

    return report


WAYS = {
    "other headline, dateline": (lambda text, other, chance: ["BERLIN", "(Agency)", *text], True),
    "cut to 70 %": (cut(0.7), True),
    "cut to 50 %": (cut(0.5), True),
    "one word in ten other": (rewrite(0.1), True),
    "cut to 70 %, one in ten other": (lambda t, o, c: rewrite(0.1)(cut(0.7)(t, o, c), o, c), True),
    "half as much added": (add(0.5), True),
    "as much added": (add(1.0), True),
    "second half its own": (half_own, True),
    "report quoting 15 %": (quoting(0.15), False),
    "report quoting 25 %": (quoting(0.25), False),
}
OF_ITSELF = ("other headline, dateline", "cut to 70 %", "cut to 50 %")


def texts(corpus: Path) -> Iterator[tuple[str, Units, str, str]]:
    """Yield language, units, joint and site of each text long enough.

    The corpora hold stories that ran in several papers: what has a tenth of its runs of eight words in earlier texts of
    other sites is left out, so that no pair but ours is a pair.
    """
    seen: dict[int, str] = {}
    for name in SETS:
        table = pq.read_table(corpus / f"{name}.parquet", columns=["body", "lang", "url"])
        for body, lang, url in zip(*(table[n].to_pylist() for n in ("body", "lang", "url")), strict=True):
            words, site = words_of(body or ""), (urlsplit(url or "").hostname or "none").removeprefix("www.")
            runs = {hash(tuple(words[n : n + 8])) for n in range(len(words) - 7)}
            known = sum(seen.get(run, site) != site for run in runs)
            repeated = sum(run in seen for run in runs) > 0.5 * len(runs)
            seen.update(dict.fromkeys(runs, site))
            if len(words) >= 120 and known <= 0.1 * len(runs) and not repeated:
                joint = "" if len(body.split()) * 5 < len(words) else " "
                yield lang or "?", list(body) if not joint else body.split(), joint, site


def article(address: str, text: str, minutes: int) -> Article:
    made = an_article(address, site=address.split("/")[2], fetched_at=NOON + timedelta(minutes=minutes))
    footer = f"All rights of {made.site} are kept. Send us your news, your pictures and your films by day and night to the desk; who signs up for our letter reads each morning what the town will talk about, free of charge."
    paragraphs = (*(Paragraph("p", p) for p in text.split("\n") if p.strip()), Paragraph("p", footer))
    return with_text(
        Article(**{**{f: getattr(made, f) for f in made.__dataclass_fields__}, "paragraphs": paragraphs})
    )


def judge(corpus: Path) -> None:
    chance, found = random.Random(7), list(texts(corpus))
    chance.shuffle(found)
    donors: dict[
        tuple[str, str], list[Units]
    ] = {}  # every second text: its words are what one copy has of its own
    for lang, units, joint, _ in found[::2]:
        donors.setdefault((lang, joint), []).append(units)
    articles, pairs, names = [], [], list(WAYS)
    for number, (lang, units, joint, site) in enumerate(found[1::2]):
        way, left = names[number % len(names)], donors.get((lang, joint), [])
        # Each gives its words once: two copies with words of one donor would be copies in part.
        other = next((text for text in left if len(text) >= len(units)), None)
        if other is None and way not in OF_ITSELF:
            way = OF_ITSELF[number % len(OF_ITSELF)]
        elif other is not None and way not in OF_ITSELF:
            left.remove(other)
        made = WAYS[way][0](units, other or [], chance)
        one = article(f"https://{site}/{number}", joint.join(units), number)
        copy = article(f"https://b{number % SITES}.example/{number}", joint.join(made), number + 60)
        articles += [one, copy]
        pairs.append((one.id, copy.id, way, lang))
    with tempfile.TemporaryDirectory() as folder:
        with open_store(folder) as store:
            for row in rows_of(*articles):
                store.outbox.stage(row)
            store.finish()
        print(cluster(folder))
        table = clusters_of(folder).to_pydict()
    tell(dict(zip(table["id"], table["cluster_id"], strict=True)), pairs)


def tell(clusters: dict[str, str], pairs: list[tuple[str, str, str, str]]) -> None:
    told, hits, unspaced = Counter[str](), Counter[str](), Counter[bool]()
    for one, copy, way, lang in pairs:
        together = clusters[one] == clusters[copy]
        told[way] += 1
        hits[way] += together
        if WAYS[way][1] and lang in ("zh", "ja", "th"):
            unspaced[together] += 1
    for way, times in told.items():
        print(
            f"| {way} | {'copy' if WAYS[way][1] else 'no copy'} | {times} | {hits[way]} | {hits[way] / times:.3f} |"
        )
    copies = {frozenset(pair[:2]) for pair in pairs if WAYS[pair[2]][1]}
    members: dict[str, list[str]] = {}
    for article, cluster_id in clusters.items():
        members.setdefault(cluster_id, []).append(article)
    joined = [frozenset(pair) for found in members.values() for pair in combinations(found, 2)]
    right = sum(pair in copies for pair in joined)
    print(
        f"recall {right / len(copies):.4f} of {len(copies)}; precision {right / len(joined):.4f} of {len(joined)}"
    )
    print(f"zh, ja, th: {unspaced[True]} of {unspaced.total()}")


def cost(rows: int) -> None:
    """Cluster invented rows: 400 words each, in 28 days, one in five a copy cut to 70 %; then one day's more."""
    chance = random.Random(1)
    words = [f"w{n}" for n in range(50_000)]
    with tempfile.TemporaryDirectory() as folder:
        for first, count in ((0, rows), (rows, rows // 28)):
            with open_store(folder) as store:
                text = ""
                for n in range(first, first + count):
                    text = (
                        text[: int(len(text) * 0.7)] if n % 5 == 1 else " ".join(chance.choices(words, k=400))
                    )
                    store.outbox.stage(
                        rows_of(article(f"https://s{n % 50}.example/{n}", text, n * 40_320 // rows))[0]
                    )
                store.finish()
            began, before = time.perf_counter(), time.process_time()
            told = cluster(folder)
            print(told)
            print(f"{time.perf_counter() - began:.1f} s, CPU {time.process_time() - before:.1f} s, peak "
                  f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")  # fmt: skip
            for part in ("articles", "sketches", "clusters"):
                size = sum(f.stat().st_size for f in Path(folder, part).rglob("*.parquet"))
                print(f"{part}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus"))
    parser.add_argument("--rows", type=int)
    given = parser.parse_args()
    cost(given.rows) if given.rows else judge(given.corpus)
