"""Quality and speed side by side with other extractors: the same pages, one run, one core, CPU time.

    python -m tests.benchmarks.compare [--corpus DIR] [--set NAME] [--pages N] [--folds DIR]

Peers that are not installed are left out. `--folds` takes the models that train_body --check --folds
wrote: then no page is judged by a model that saw its site in training.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core for everyone

import argparse
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import lxml.html
import pyarrow.parquet as pq
import trafilatura

from columnist.pipelines.clean import clean
from columnist.pipelines.records.article import Article, Page
from tests.benchmarks.folds import models_of_folds, use
from tests.benchmarks.scores import Figures, load_scorer, page_figures, summarise

Extractor = Callable[[bytes, str], str]


def columnist(html: bytes, url: str) -> str:
    article = clean(Page(url=url, html=html))
    return article.text if isinstance(article, Article) else ""


def trafilatura_default(html: bytes, url: str) -> str:
    found = trafilatura.bare_extraction(html, url=url, with_metadata=True)
    return str(getattr(found, "text", None) or "")


def lxml_parse(html: bytes, url: str) -> str:
    lxml.html.document_fromstring(html, parser=lxml.html.HTMLParser(huge_tree=True))
    return ""


def newspaper4k(html: bytes, url: str) -> str:
    import newspaper

    article = newspaper.Article(url or "https://unknown.example/", fetch_images=False)
    article.download(input_html=html.decode("utf-8", "replace"))
    article.parse()
    return str(article.text)


def readability(html: bytes, url: str) -> str:
    from readability import Document

    summary = Document(html.decode("utf-8", "replace")).summary()
    return "\n".join(str(text) for text in lxml.html.fromstring(summary).itertext() if text.strip())


def news_please(html: bytes, url: str) -> str:
    from newsplease import NewsPlease

    found = NewsPlease.from_html(html.decode("utf-8", "replace"), url=url, fetch_images=False)
    return str(found.maintext or "")


def resiliparse(html: bytes, url: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(html.decode("utf-8", "replace"), main_content=True))


def justext(html: bytes, url: str) -> str:
    import justext as jt

    paragraphs = jt.justext(html, jt.get_stoplist("English"))
    return "\n".join(p.text for p in paragraphs if not p.is_boilerplate)


OWN = "columnist clean()"
FLOOR = "lxml parse alone"
PEERS: Mapping[str, tuple[str, Extractor]] = {
    "newspaper4k": ("newspaper", newspaper4k),
    "readability-lxml": ("readability", readability),
    "news-please": ("newsplease", news_please),
    "resiliparse": ("resiliparse", resiliparse),
    "jusText (English stop words)": ("justext", justext),
}


def extractors() -> dict[str, Extractor]:
    """Return our own, trafilatura and the parser, which a table cannot do without, and the peers that are installed."""
    found = {name: run for name, (package, run) in PEERS.items() if _installed(package)}
    for name in PEERS.keys() - found.keys():
        print(f"left out, not installed: {name}")
    return {OWN: columnist, "trafilatura": trafilatura_default, **found, FLOOR: lxml_parse}


def main() -> None:
    """Run every installed extractor over the pages and print one table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus"))
    parser.add_argument("--set", default="fundus_pub_dev")
    parser.add_argument(
        "--pages", type=int, default=0, help="every n-th page, so that about N remain; 0: all"
    )
    parser.add_argument("--folds", type=Path)
    options = parser.parse_args()
    rows = pq.read_table(options.corpus / f"{options.set}.parquet").to_pylist()
    if options.pages:
        rows = rows[:: max(1, round(len(rows) / options.pages))]
    scorer = load_scorer(options.corpus)
    model_of = models_of_folds(options.folds) if options.folds else None
    present = extractors()
    seconds = dict.fromkeys(present, 0.0)
    slowest = dict.fromkeys(present, 0.0)
    figures: dict[str, list[Figures]] = {name: [] for name in present}
    for run in present.values():  # once unmeasured: imports, tables and weights are loaded here
        _run(run, rows[0])
    for row in rows:
        if model_of is not None:
            use(model_of(row))
        for name, run in present.items():
            text, spent = _run(run, row)
            seconds[name] += spent
            slowest[name] = max(slowest[name], spent)
            figures[name].append(page_figures(scorer, text, row, rouge=row.get("country") is not None))
    _table(options.set, len(rows), seconds, slowest, {n: summarise(scorer, f) for n, f in figures.items()})


def _run(run: Extractor, row: Mapping[str, Any]) -> tuple[str, float]:
    start = time.process_time()
    try:
        text = run(row["html"], row["url"] or "")
    except Exception:  # a peer that falls over gets an empty text, as its user would
        if run is columnist:
            raise
        text = ""
    return text, time.process_time() - start


def _table(
    corpus: str,
    pages: int,
    seconds: Mapping[str, float],
    slowest: Mapping[str, float],
    means: Mapping[str, Mapping[str, float]],
) -> None:
    names = sorted({key for figures in means.values() for key in figures})
    print(f"\n{corpus}, {pages} pages\n")
    print(f"| extractor | {' | '.join(names)} | ms/page | slowest, ms | speed of trafilatura | lxml parses |")
    print("|---" * (len(names) + 5) + "|")
    for name, spent in seconds.items():
        cells = [f"{means[name].get(key, 0):.3f}" if name != FLOOR else "" for key in names]
        ratio, floor = seconds["trafilatura"] / spent, spent / seconds[FLOOR]
        times = f"{1000 * spent / pages:.1f} | {1000 * slowest[name]:.0f} | {ratio:.2f} | {floor:.1f}"
        print(f"| {name} | {' | '.join(cells)} | {times} |")


def _installed(package: str) -> bool:
    try:
        __import__(package)
    except ImportError:
        return False
    return True


if __name__ == "__main__":
    main()
