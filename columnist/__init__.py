"""News articles, as columns: crawl sites, clean pages, and read what a crawl has written.

    outcome = columnist.clean(html, url="https://news.example/a")      # an Article, or a Reject with the reason
    articles = columnist.read("data").to_pandas()                      # the latest version of each; to_polars, to_table
    for article in columnist.crawl(["https://news.example/"], data="data", contact="desk@you.example"):
        print(article.title)                                           # as each is committed to the dataset

Nothing heavy is loaded before it is used: `import columnist` costs a millisecond.
"""

from __future__ import annotations

import codecs
import importlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from os import PathLike
    from typing import Any

    from columnist.crawls import Crawl, CrawlFailed
    from columnist.pipelines.batch.clean_batches import CLEANED, clean_batch
    from columnist.pipelines.dataset.clusters.join import Articles
    from columnist.pipelines.records.article import Article, Page, Reject
    from columnist.pipelines.records.options import CleanOptions

    __version__: str

__all__ = [
    "CLEANED",
    "Article",
    "CleanOptions",
    "CrawlFailed",
    "Page",
    "Reject",
    "__version__",
    "clean",
    "clean_batch",
    "crawl",
    "demo",
    "read",
]

# A str that is HTML has a tag: this is a file's name, or an address that somebody should fetch.
_LIKE_A_NAME = re.compile(r"(?i)https?://[^<\s]+|[^<\n]{1,500}\.(?:x?html?|txt|warc|warc\.gz|parquet)")

# Name -> the module that has it, imported when the name is first asked for.
_HOMES = {
    "Article": "columnist.pipelines.records.article",
    "Page": "columnist.pipelines.records.article",
    "Reject": "columnist.pipelines.records.article",
    "CleanOptions": "columnist.pipelines.records.options",
    "CrawlFailed": "columnist.crawls",
    "CLEANED": "columnist.pipelines.batch.clean_batches",
    "clean_batch": "columnist.pipelines.batch.clean_batches",
}


def clean(
    page: Page | bytes | str, options: CleanOptions | None = None, *, url: str = ""
) -> Article | Reject:
    """Turn a page into an Article, or a Reject with the reason. A str is HTML too; text without markup: Page(text=...)."""
    from columnist.pipelines.clean import clean as clean_page
    from columnist.pipelines.records.article import Page
    from columnist.pipelines.records.options import CleanOptions

    if options is not None and not isinstance(options, CleanOptions):
        raise TypeError(
            f"clean: options is {options!r}; give columnist.CleanOptions(...), an address as url=..."
        )
    if isinstance(page, str):
        if _LIKE_A_NAME.fullmatch(page):
            raise ValueError(
                f"clean: {page!r} is a name, not HTML; give what it holds: clean(pathlib.Path({page!r}).read_bytes()), "
                "or what the address answered"
            )
        # The mark keeps the decoder from believing a meta charset that was true of the bytes, not of this text.
        page = codecs.BOM_UTF8 + page.encode("utf-8", "replace")
    if isinstance(page, bytes | bytearray | memoryview):
        page = Page(url=url, html=bytes(page))
    elif not isinstance(page, Page):
        raise TypeError(
            f"clean: the page is a {type(page).__name__}; give HTML as bytes or str, or a columnist.Page"
        )
    elif url:
        raise TypeError("clean: a Page has an address of its own; leave url out, or give it to Page(url=...)")
    return clean_page(page, options or CleanOptions())


def crawl(
    sites: str | Sequence[str],
    data: str | PathLike[str] = "data",
    *,
    seconds_per_file: int = 60,
    **options: Any,
) -> Crawl:
    """Crawl sites in a process of their own; give each article, new or changed, once it is committed to the dataset.

    Options are those of the command `columnist crawl`, with underscores: contact="desk@you.example", max_pages=100,
    languages=["de", "fr"], archive=False. Articles come a file at a time: of so many seconds, or when the run ends.
    """
    from columnist.crawls import begin

    return begin(sites, data, {"seconds_per_file": seconds_per_file, **options})


def demo(port: int = 0) -> AbstractContextManager[str]:
    """Serve the bundled newspaper on 127.0.0.1 while the context lasts; it gives the address: `with columnist.demo() as paper:`."""
    from columnist.scraper.cli.commands.demo_server import serve_newspaper

    return serve_newspaper(port=port)


def read(data: str | PathLike[str], *, all_revisions: bool = False) -> Articles:
    """Open the articles of a data folder or fsspec address: the latest revision of each, or all of them.

    They are an Arrow dataset, which reads nothing yet: to_pandas, to_polars and to_table (Arrow) load it, or some `columns`.
    """
    from columnist.pipelines.dataset.read import open_articles

    return open_articles(data, all_revisions=all_revisions)


if not TYPE_CHECKING:  # a type checker would take every misspelt name for one of these

    def __getattr__(name: str) -> object:
        if name == "__version__":
            from importlib.metadata import version

            return version("columnist")
        if name not in _HOMES:
            raise AttributeError(f"module 'columnist' has no attribute {name!r}; it has {', '.join(__all__)}")
        value = globals()[name] = getattr(importlib.import_module(_HOMES[name]), name)
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__} - {"annotations", "codecs", "importlib", "TYPE_CHECKING"})
