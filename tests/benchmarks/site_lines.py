"""The site's memory, measured: what it takes of gold and of foreign text, and what it costs for many sites.

python -m tests.benchmarks.site_lines --corpus ../shared/corpus --set n4k_eval_dev
python -m tests.benchmarks.site_lines --sites 10000
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq

from columnist.pipelines.clean import clean
from columnist.pipelines.dataset.state.line_memory import ask_memory, tell_memory
from columnist.pipelines.dataset.state.site_lines import Seen, line_hash, recurring, seen_of, taken_of
from columnist.pipelines.dataset.state.state import open_state
from columnist.pipelines.document.addresses import registered_domain
from columnist.pipelines.records.arrow_schema import to_row
from columnist.pipelines.records.article import Article, Page

_NO_WORDS = re.compile(r"\W+")
_NOW = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--corpus", type=Path, default=Path("../shared/corpus"))
    asked.add_argument("--set", default="n4k_eval_dev")
    asked.add_argument("--every", type=int, default=1, help="of the hosts with three pages, every nth")
    asked.add_argument("--sites", type=int, default=0, help="fill a state with so many sites instead")
    given = asked.parse_args()
    if given.sites:
        fill(given.sites)
        return
    counts: Counter[str] = Counter()
    for host in list(_hosts(given.corpus / f"{given.set}.parquet"))[:: given.every]:
        counts += taken_on(host)
    for whose in ("gold", "foreign"):
        share = counts[f"{whose} taken"] / (counts[whose] or 1)
        print(f"{whose}: {counts[whose]} characters in kept lines, {share:.3%} taken")


def _hosts(path: Path) -> Iterator[list[tuple[Article, str]]]:
    """Yield the articles with gold of each host that has three."""
    hosts: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in pq.read_table(path, columns=["url", "html", "body"]).to_pylist():
        if row["body"] and (host := registered_domain(row["url"] or "")):
            hosts[host].append(row)
    for rows in (hosts[host] for host in sorted(hosts) if len(hosts[host]) > 2):
        pages = (Page(url=row["url"], html=_bytes(row["html"]), fetched_at=_NOW) for row in rows)
        found = ((clean(page), row["body"]) for page, row in zip(pages, rows, strict=True))
        yield [(one, gold) for one, gold in found if isinstance(one, Article)]


def _bytes(html: str | bytes) -> bytes:
    return html if isinstance(html, bytes) else html.encode("utf-8", "surrogatepass")


def taken_on(host: list[tuple[Article, str]]) -> Counter[str]:
    """Count the characters of lines that stand in the gold and of others, and what of both would go."""
    counts: Counter[str] = Counter()
    lines = recurring(seen_of(to_row(article)) for article, _ in host)
    for article, gold in host:
        taken = taken_of([(p.kind, p.text) for p in article.paragraphs], lines)
        whole = _NO_WORDS.sub("", gold)
        for number, paragraph in enumerate(article.paragraphs):
            text = _NO_WORDS.sub("", paragraph.text)
            whose = "gold" if text in whole else "foreign"
            counts[whose] += len(text)
            counts[f"{whose} taken"] += len(text) if number in taken else 0
    return counts


def fill(sites: int) -> None:
    """Tell a state of a hundred articles of each site, of 20 paragraphs; say what one costs, and the file's size."""
    words, asking, telling = random.Random(1), 0.0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        state = open_state(Path(folder, "state.db"))
        for number in range(sites * 100):
            site, day = f"site-{number % sites}.example", 738000 + number // (sites * 4)
            pairs = b"".join(line_hash(str(words.random())) + b"\x80\x80" for _ in range(20))
            seen = Seen(number.to_bytes(8, "big"), day, pairs)
            begun = time.process_time()
            ask_memory(state, site, seen)
            asked = time.process_time()
            tell_memory(state, site, seen)
            asking, telling = asking + asked - begun, telling + time.process_time() - asked
        state.checkpoint_rest()
        size = state.path.stat().st_size
        state.close()
    rows = sites * 100
    print(f"{sites} sites: {size / 1e6:.0f} MB; an article:", end=" ")
    print(f"asking {1000 * asking / rows:.2f} ms, telling {1000 * telling / rows:.2f} ms")


if __name__ == "__main__":
    main()
