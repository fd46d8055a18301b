"""A site that publishing software prints from the posts is crawled twice; what is wrong in the rows is told in words."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

import columnist
from tests.publishing.posts import COMMENT, POSTS, Post

__all__ = ["Crawled", "crawl", "faults"]

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Crawled:
    """What a crawl left: its summary, and the newest row of each article."""

    summary: Mapping[str, Any]
    rows: tuple[Mapping[str, Any], ...]
    rejects: tuple[str, ...]  # address, reason and detail of each


def crawl(address: str, data: Path) -> Crawled:
    """Crawl the site by the command, with zero delay."""
    command = [
        sys.executable,
        "-m",
        "columnist",
        "crawl",
        address,
        "--data",
        str(data),
        "--delay",
        "0",
        "--json",
        "--quiet",
    ]
    command += ["--contact", "desk@quay.example", "--max-minutes", "5"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=400)
    if done.returncode:
        raise RuntimeError(f"the crawl failed: {done.stdout[-1500:]} {done.stderr[-3000:]}")
    rejects = pq.read_table(data / "rejects").to_pylist() if (data / "rejects").is_dir() else []
    return Crawled(
        summary=json.loads(done.stdout),
        rows=tuple(columnist.read(data).to_table().to_pylist()),
        rejects=tuple(f"{row['url']} {row['reason']}: {row['detail']}" for row in rejects),
    )


def faults(rows: tuple[Mapping[str, Any], ...], joined: bool = True, filed: bool = True) -> list[str]:
    """Say what is wrong: an article that is missing or twice, a row that is none, a field, a paragraph.

    Where `joined` is false, an article that is printed on two pages counts as right by its first one's paragraphs; where
    `filed` is false, the software prints no rubric, and none is right.
    """
    titles = Counter(row["title"] for row in rows)
    found = {row["title"]: row for row in rows}
    known = {post.title for post in POSTS}
    told = [f"no article: {row['url']} {row['title']!r}" for row in rows if row["title"] not in known]
    told += [f"{count} times: {title}" for title, count in titles.items() if count > 1 and title in known]
    for post in POSTS:
        row = found.get(post.title)
        told += (
            [f"missing: {post.title}"]
            if row is None
            else [
                f"{post.slug}: {said}"
                for said in _of_row(row, post if filed else replace(post, section=None), joined)
            ]
        )
    return told


def _of_row(row: Mapping[str, Any], post: Post, joined: bool) -> Iterator[str]:
    wanted = post.paragraphs if joined or not post.in_two else post.paragraphs[: len(post.paragraphs) // 2]
    lines = [paragraph["text"] for paragraph in row["paragraphs"]]
    if lines != list(wanted):
        lost = [line[:60] for line in wanted if line not in lines]
        more = [line[:60] for line in lines if line not in wanted]
        yield f"text: lost {lost}, more {more}"
    if COMMENT in row["text"]:
        yield "a reader's comment is in the text"
    if list(row["authors"]) != [post.author]:
        yield f"authors {row['authors']}, not {post.author!r}"
    if row["section"] != post.section:
        yield f"section {row['section']!r}, not {post.section!r}"
    if sorted(row["tags"]) != sorted(post.tags):
        yield f"tags {row['tags']}, not {post.tags}"
    day = row["published_at"]
    if day is None or day.date() != post.published.date():
        yield f"date {day}, not {post.published}"
    if row["language"] != post.lang:
        yield f"language {row['language']}, not {post.lang}"
