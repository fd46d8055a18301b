"""CPU seconds of clean() on pages that are made to be slow, each in this process: the limit is 2 seconds.

python -m tests.benchmarks.hostile
"""

from __future__ import annotations

import time
from collections.abc import Callable

from columnist.pipelines.clean import clean
from columnist.pipelines.records.article import Article, Page

URL = "https://norley-post.example/2026/05/01/ferry"
SENTENCE = "The council of Norley voted on Monday to keep the ferry, which has crossed the river since 1911. "


def _nested(tag: str) -> str:
    return f"<{tag}>" * 10_000 + SENTENCE * 20 + f"</{tag}>" * 10_000


PAGES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("10 MB of paragraphs", lambda: "".join(f"<p>{n}. {SENTENCE * 5}</p>" for n in range(20_500))),
    ("200,000 blocks, 7 MB", lambda: "".join(f"<p>Word number {n} stays here.</p>" for n in range(200_000))),
    (
        "100,000 links in a list, 6 MB",
        lambda: "".join(f"<li><a href='/a{n}'>Link number {n} of all</a></li>" for n in range(100_000)),
    ),
    (
        "100,000 links in a row, 5 MB",
        lambda: "".join(f"<a href='/a{n}'>Link number {n} of all</a> " for n in range(100_000)),
    ),
    ("one paragraph of 5 MB", lambda: f"<p>{SENTENCE * 51_000}</p>"),
    ("20,000 links that nothing closes", lambda: f"<p>{SENTENCE}</p>" * 20 + "<a href='/x'>more " * 20_000),
    ("10,000 nested <div>", lambda: _nested("div")),
    ("10,000 nested <li>", lambda: _nested("li")),
    ("10,000 nested <td>", lambda: _nested("td")),
    ("50,000 drawings", lambda: f"<p>{SENTENCE * 20}</p>" + "<svg><path d='M0 0'/></svg>" * 50_000),
    ("2,000,000 references to a control character", lambda: f"<p>{SENTENCE}{'&#1;' * 2_000_000}</p>"),
)


def main() -> None:
    """Print a table of the pages and their seconds."""
    clean(Page(url=URL, html=f"<p>{SENTENCE * 9}</p>".encode()))  # loads models and tables
    print("| page | seconds | outcome |\n|---|---|---|")
    for name, made in PAGES:
        page = Page(url=URL, html=f"<html><body><h1>Ferry</h1>{made()}</body></html>".encode())
        started = time.process_time()
        outcome = clean(page)
        took = time.process_time() - started
        print(f"| {name} | {took:.1f} | {'article' if isinstance(outcome, Article) else outcome.reason} |")


if __name__ == "__main__":
    main()
