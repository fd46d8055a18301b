"""Articles, rejects and stores for the tests of state, outbox, dataset and frontier. Texts of our own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from columnist.pipelines.dataset.open_store import StoreOptions, open_store
from columnist.pipelines.dataset.state.rows import Row, row_of
from columnist.pipelines.document.addresses import article_id
from columnist.pipelines.records.article import Article, Image, Paragraph, Reject, Removed, Rights
from columnist.pipelines.records.options import DatasetOptions
from columnist.scraper.frontier.frontier import Frontier
from columnist.scraper.frontier.records import Candidate, Lease, VisitResult

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
REVISITS = (1.0, 6.0, 24.0)  # hours


def an_article(url: str = "https://paper.example/a", paragraphs: int = 6, **changes: Any) -> Article:
    """Return an article whose text follows from its address."""
    body = tuple(
        Paragraph("p", f"Paragraph {n} of {url} tells what the council did.") for n in range(paragraphs)
    )
    made = Article(
        id=article_id(changes.get("canonical_url") or url),
        url=url,
        requested_url=url,
        site="paper.example",
        title=f"Headline of {url}",
        text="",
        paragraphs=body,
        word_count=9 * paragraphs,
        content_hash="",
        fetched_at=NOON,
        run_id="test",
    )
    return with_text(replace(made, **changes))


def with_text(article: Article) -> Article:
    """Return the article with text and hash that fit its paragraphs."""
    text = "\n".join(p.text for p in article.paragraphs)
    return replace(article, text=text, content_hash=hashlib.sha256(text.encode()).hexdigest())


def a_full_article() -> Article:
    """Return an article with every column filled."""
    return an_article(
        canonical_url="https://paper.example/a",
        publisher="The Paper",
        description="What the council did — “in short”.",
        authors=("Ana Íñiguez", "李雷"),
        agency="AFP",
        section="Town",
        tags=("council", "budget"),
        image_url="https://paper.example/a.jpg",
        images=(
            Image("https://paper.example/a.jpg", "The hall", "Reuters"),
            Image("https://paper.example/b.jpg"),
        ),
        published_at=datetime(2026, 11, 22, 6, 30, 15, 250_000, tzinfo=UTC),
        modified_at=datetime(2026, 11, 22, 7, tzinfo=UTC),
        published_raw="22 Nov 2026 07:30",
        published_precision="minute",
        published_offset=60,
        language="en",
        language_score=0.5,
        access="free",
        is_live_blog=False,
        cluster_id="c",
        rights=Rights(True, False, False, "noarchive", "https://paper.example/licence"),
        found_by={"title": "json-ld", "authors": "meta"},
        removed=(Removed("share-bar", 120),),
        discovered_via="feed",
        http_status=200,
        archive_file="a.warc.gz",
        archive_offset=2**40,
        extra={"input_id": "7"},
    )


def a_reject(url: str = "https://paper.example/tag/x", reason: str = "index-page") -> Reject:
    """Return a page that is no article."""
    return Reject(
        url=url, requested_url=url, site="paper.example", reason=reason, fetched_at=NOON, run_id="test"
    )


def rows_of(*records: Article | Reject) -> list[Row]:
    """Pack records as the worker does."""
    return [row_of(record) for record in records]


def read(folder: Path, kind: str = "articles") -> pa.Table:
    """Read the dataset as a user does."""
    return ds.dataset(folder / kind, format="parquet", partitioning="hive").to_table()


def identities(folder: Path) -> list[tuple[str, int]]:
    """Return id and revision of every row, sorted: what must be there once and no more."""
    if not (folder / "articles").is_dir() or not list((folder / "articles").rglob("*.parquet")):
        return []
    table = read(folder)
    return sorted(zip(table["id"].to_pylist(), table["revision"].to_pylist(), strict=True))


def files(folder: Path) -> Iterable[str]:
    """Return every file below the folder, but for the state database and its lock."""
    found = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return sorted(name for name in found if not name.startswith("state."))


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def addresses(n: int) -> list[str]:
    """Return addresses of pages, of two sites by turns."""
    return [f"https://{('paper', 'gazette')[i % 2]}.example/{i:03d}" for i in range(n)]


def crawl(data: Path, urls: list[str], **changes: Any) -> dict[str, Any]:
    """Crawl these addresses as far as state and dataset see it; return the manifest."""
    with open_store(data, StoreOptions(command="test crawl")) as store:
        frontier = Frontier(store.state, (1.0,))
        frontier.add(Candidate(url, url.split("/")[2]) for url in urls)
        while leases := frontier.lease(10, NOON, per_site=10):
            for lease in leases:
                with store.state.transaction():
                    (row,) = rows_of(an_article(lease.url, site=lease.site, **changes))
                    store.outbox.stage(row)
                    frontier.done(lease, VisitResult(200, etag='"1"', published=NOON - HOUR * 1000), NOON)
        return store.finish()


def write(
    data: Path | str, *records: Article | Reject, state: Path | None = None,
    options: DatasetOptions = DatasetOptions(),
) -> dict[str, Any]:  # fmt: skip
    """Write records without a frontier, as `columnist clean` does."""
    with open_store(data, StoreOptions(options, state)) as store:
        for row in rows_of(*records):
            store.outbox.stage(row)
        store.dataset.flush_due(NOON)
        return store.finish()


def page(path: str, site: str = "paper.example", **more: object) -> Candidate:
    return replace(Candidate(f"https://{site}/{path}", site), **more)  # type: ignore[arg-type]


def only(frontier: Frontier, now: datetime = NOON) -> Lease:
    (lease,) = frontier.lease(1, now)
    return lease


def paths(leases: list[Lease]) -> list[str]:
    return [lease.url.removeprefix("https://") for lease in leases]
