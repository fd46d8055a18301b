"""columnist show URL|FILE: one article as a reader and as a sceptic sees it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from pipelines.addresses import is_web_address
from pipelines.clean import clean
from pipelines.options import CleanOptions, CrawlOptions
from pipelines.records import Article, Reject
from pipelines.schema import to_row
from scraper.console import say
from scraper.escape import printable
from scraper.exits import BELOW_FLOOR, DONE, WrongUse
from scraper.flags import flags, options_from

__all__ = ["command"]

# Fields printed in the head of the article, in a reader's order.
_HEAD = ("url", "canonical_url", "site", "publisher", "description", "authors", "agency", "section", "tags",
         "published_at", "published_raw", "published_precision", "published_offset", "modified_at", "language",
         "language_score", "access", "is_live_blog", "word_count", "image_url", "id")  # fmt: skip


@click.command("show")
@click.argument("what", metavar="URL|FILE")
@click.option("--url", help="Address of a page that is read from a file or standard input.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole record as JSON.")
@flags(CleanOptions)
@click.option("--contact", envvar="COLUMNIST_CONTACT", help="URL or e-mail of whoever fetches the page.")
def command(what: str, url: str | None, as_json: bool, contact: str | None, **knobs: Any) -> int:
    """Show the article of one page: its fields, which source gave each, and what was removed by which rule.

    A URL is fetched as a crawl would: robots.txt, address guard and delay included. "-" is standard input.
    """
    options = options_from(CleanOptions, knobs)
    outcome = _fetched(what, options, contact) if is_web_address(what) else _from_file(what, url, options)
    if as_json:
        row = {k: dict(v) if k in ("found_by", "extra") else v for k, v in to_row(outcome).items()}
        say(json.dumps(row, ensure_ascii=False, indent=1, default=str))
    else:
        say("\n".join(_lines(outcome)))
    return DONE if isinstance(outcome, Article) else BELOW_FLOOR


def _from_file(name: str, url: str | None, options: CleanOptions) -> Article | Reject:
    from pipelines.sources import Reading, open_source

    for page in open_source((name,), Reading(url=url)):
        if isinstance(page, Reject):
            return page
        return clean(page, options)
    raise WrongUse(f"{name}: holds no page; give an HTML file, a text file or an address")


def _fetched(url: str, options: CleanOptions, contact: str | None) -> Article | Reject:
    """Fetch one page by the ordinary crawl into a throw-away dataset, and read its row back."""
    from scraper.cli.fetch import fetch_one

    with tempfile.TemporaryDirectory(prefix="columnist-show-") as folder:
        return fetch_one(url, Path(folder), options, CrawlOptions(contact=contact))


def _lines(outcome: Article | Reject) -> list[str]:
    if isinstance(outcome, Reject):
        return [f"no article: {outcome.reason}", f"  url: {printable(outcome.url)}",
                f"  detail: {printable(outcome.detail or '-')}"]  # fmt: skip
    row = to_row(outcome)
    found_by: Mapping[str, str] = outcome.found_by
    lines = [printable(outcome.title or "(no title)"), ""]
    for name in _HEAD:
        if row[name] not in (None, [], ""):
            source = f"   [{found_by[name]}]" if name in found_by else ""
            lines.append(f"  {name}: {printable(_cell(row[name]))}{source}")
    lines += ["", *(_paragraph(p.kind, p.text) for p in outcome.paragraphs), ""]
    lines += [f"  picture: {printable(i.caption or i.url)}" for i in outcome.images]
    lines += ["Found by:", *(f"  {k}: {v}" for k, v in sorted(found_by.items()))]
    lines += ["Removed:", *(f"  {printable(r.rule)}: {r.characters} characters" for r in outcome.removed)]
    return lines


def _cell(value: Any) -> str:
    return (
        ", ".join(str(v) for v in value)
        if isinstance(value, Sequence) and not isinstance(value, str)
        else str(value)
    )


def _paragraph(kind: str, text: str) -> str:
    marks = {"h2": "## ", "h3": "### ", "li": "- ", "quote": "> "}
    return marks.get(kind, "") + printable(text)
