"""columnist show URL|FILE|ID: one article as a reader and as a sceptic sees it."""

from __future__ import annotations

import dataclasses
import json
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pyarrow.dataset as pads

from columnist.pipelines.batch.explain import Explanation, explain
from columnist.pipelines.clean import clean
from columnist.pipelines.document.addresses import is_web_address
from columnist.pipelines.records.arrow_schema import article_of, to_row
from columnist.pipelines.records.article import (
    Article,
    NotAnArticle,
    Page,
    Reject,
)
from columnist.pipelines.records.entries import as_maps
from columnist.pipelines.records.options import CleanOptions, CrawlOptions, DatasetOptions, SandboxOptions
from columnist.pipelines.records.redact import printable
from columnist.pipelines.sites.places import as_filed
from columnist.scraper.cli.commands.crawl import run_plan
from columnist.scraper.cli.console import say
from columnist.scraper.cli.exit_codes import BELOW_FLOOR, DONE, CannotStart, WrongUse
from columnist.scraper.cli.flags import flags, options_from
from columnist.scraper.cli.session import Session, check_addresses
from columnist.scraper.frontier.site_jobs import jobs_for_list

if TYPE_CHECKING:
    from columnist.pipelines.publish.browse.view import StoredPage, View


def fetch_one(url: str, folder: Path, clean: CleanOptions, crawl: CrawlOptions) -> Article | Reject:
    """Fetch one address politely and return what cleaning made of it."""
    check_addresses({"proxy": crawl.proxy})
    session = Session(
        data=str(folder),
        state=None,
        as_json=True,
        quiet=True,
        clean=clean,
        crawl=crawl,
        sandbox=SandboxOptions(workers=1),
        dataset=DatasetOptions(),
    )
    try:
        jobs = jobs_for_list([url])
    except ValueError as error:  # a port such as :99999
        raise WrongUse(str(error)) from None
    done = run_plan(jobs, session)
    kinds: dict[str, Callable[[dict[str, Any]], Article | Reject]] = {
        "articles": article_of,
        "rejects": lambda row: Reject(**row),
    }
    for kind, record in kinds.items():
        if (folder / kind).is_dir():
            rows = pads.dataset(folder / kind, format="parquet").to_table().to_pylist()
            if rows:
                return record(rows[0])
    run = done.summary
    seen = {**done.faults, **run.failed, **run.filtered, **run.blocked, **({"gone": 1} if run.gone else {})}
    told = "; ".join(done.troubles.values()) or ", ".join(sorted(seen)) or "the site does not answer"
    raise CannotStart(f"{url}: no page came back: {told}")


# Fields printed in the head of the article, in a reader's order.
_HEAD = ("url", "canonical_url", "site", "publisher", "description", "authors", "agency", "section", "tags",
         "published_at", "published_raw", "published_precision", "published_offset", "modified_at", "language",
         "language_score", "access", "is_live_blog", "word_count", "image_url", "id")  # fmt: skip
_ID = re.compile(r"[0-9a-f]{32}")  # of an article
_SHOWN = 100  # characters of a block on the terminal: enough to know it by


@click.command("show")
@click.argument("what", metavar="URL|FILE|ID")
@click.option("--data", default="data", show_default=True, envvar="COLUMNIST_DATA", metavar="DIR",
              help="Data folder of an article that is named by its id.")  # fmt: skip
@click.option("--url", help="Address of a page that is read from a file or standard input.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole record as JSON.")
@click.option(
    "--blocks",
    "with_blocks",
    is_flag=True,
    help="Of a file or a kept page: each block's score, and what kept or took it out.",
)
@click.option("--html", "out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write it as one page that needs nothing beside it: article, sources, revisions, copies, and the stored "
              "page with what was kept and dropped.")  # fmt: skip
@flags(CleanOptions)
@click.option("--contact", envvar="COLUMNIST_CONTACT", help="URL or e-mail of whoever fetches the page.")
@click.option(
    "--proxy", envvar="COLUMNIST_PROXY", help="Proxy to fetch it through: http://[user:password@]host:port."
)
def command(what: str, data: str, url: str | None, out: Path | None, **given: Any) -> int:
    """Show the article of one page: its fields, which source gave each, and what was removed by which rule.

    A URL is fetched as a crawl would: robots.txt, address guard and delay included. "-" is standard input. Of an
    article's id, the page that the crawl kept in DIR is cleaned anew; --html shows the row of DIR as well, with its history.
    """
    options, crawl = options_from(CleanOptions, given), options_from(CrawlOptions, given)
    if out is not None:
        if given["as_json"] or given["with_blocks"]:
            raise WrongUse("--html holds all that --json and --blocks print: give it alone")
        return _write_html(_Asked(what, data, url, options, crawl), out)
    explanation, with_blocks = None, given["with_blocks"]
    if is_web_address(what):
        if with_blocks:
            raise WrongUse(
                f"{what}: --blocks reads a file; save the page, then `columnist show FILE --url {what} --blocks`"
            )
        outcome = _fetched(what, options, crawl)
    else:
        page = _kept(data, what) if _is_id(what) else _from_file(what, url)
        outcome = page if isinstance(page, Reject) else clean(page, options)
        explanation = _explained(page, options) if with_blocks else None
    _print(outcome, explanation, given["as_json"])
    return DONE if isinstance(outcome, Article) else BELOW_FLOOR


@dataclass(frozen=True, slots=True)
class _Asked:
    """What to show, and how it is had."""

    what: str
    data: str
    url: str | None
    clean: CleanOptions
    crawl: CrawlOptions


def _write_html(asked: _Asked, out: Path) -> int:
    """Write the view of an article as a file; it appears whole or not at all."""
    from columnist.pipelines.dataset.files.fsync import replace_file
    from columnist.pipelines.publish.browse.pages import Pages
    from columnist.pipelines.publish.browse.view import NoArticle

    try:
        pages = Pages()
        view = _view(asked)
    except (NoArticle, FileNotFoundError) as error:
        raise WrongUse(f"{error}: name its data folder with --data") from None
    replace_file(out, pages.article(view).encode("utf-8", "replace"))
    say(str(out))
    return BELOW_FLOOR if "reason" in view.row else DONE


def _view(asked: _Asked) -> View:
    from columnist.pipelines.publish.browse.view import stored_page, view_of_article, view_of_page

    def look(page: Page) -> StoredPage:
        return stored_page(page, asked.clean)

    if is_web_address(asked.what):
        with tempfile.TemporaryDirectory(prefix="columnist-show-") as folder:
            outcome = fetch_one(asked.what, Path(folder), asked.clean, asked.crawl)
            if isinstance(outcome, Article):
                return view_of_article(folder, outcome.id, look)
            return view_of_page(outcome, "the page of a reject is kept by crawls alone")
    if _is_id(asked.what):
        return view_of_article(asked.data, asked.what, look)
    page = _from_file(asked.what, asked.url)
    if isinstance(page, Reject):
        return view_of_page(page, "the input cannot be read")
    return view_of_page(clean(page, asked.clean), look(page))


def _is_id(what: str) -> bool:
    return _ID.fullmatch(what) is not None and not Path(what).exists()


def _print(outcome: Article | Reject, explanation: Explanation | None, as_json: bool) -> None:
    """Print the record or, with --blocks, the blocks; as JSON both in one object."""
    if as_json:
        row = as_maps(to_row(outcome))
        row |= asdict(explanation) if explanation else {}
        say(json.dumps(row, ensure_ascii=False, indent=1, default=str))
    else:
        refused = isinstance(outcome, Reject)
        lines = _lines(outcome) if explanation is None or refused else []
        say("\n".join(lines + (_block_lines(explanation) if explanation else [])))


def _kept(data: str, article: str) -> Page:
    """Return the page that a crawl kept of an article, with what its site's file says today."""
    from columnist.pipelines.dataset.archive.read import page_of_article

    try:
        page = page_of_article(data, article)
    except FileNotFoundError as error:
        raise WrongUse(f"{error}: name the data folder of article {article} with --data") from None
    return as_filed(page, data)


def _from_file(name: str, url: str | None) -> Page | Reject:
    from columnist.pipelines.batch.sources.open import open_source
    from columnist.pipelines.batch.sources.rows import Reading

    pages = open_source((name,), Reading(url=url))
    page = next(pages, None)
    if page is None:
        raise WrongUse(f"{name}: holds no page; give an HTML file, a text file or an address")
    if next(pages, None) is not None:
        click.echo(
            f"{printable(name)}: holds more pages, this is the first; `columnist clean` takes all", err=True
        )
    return page


def _explained(page: Page | Reject, options: CleanOptions) -> Explanation:
    """Explain what could be read; of a page that could not, nothing."""
    try:
        return Explanation(()) if isinstance(page, Reject) else explain(page, options)
    except NotAnArticle:
        return Explanation(())


def _fetched(url: str, options: CleanOptions, crawl: CrawlOptions) -> Article | Reject:
    """Fetch one page by the ordinary crawl into a throw-away dataset, and read its row back."""
    with tempfile.TemporaryDirectory(prefix="columnist-show-") as folder:
        # The folder goes with the command.
        return fetch_one(url, Path(folder), options, dataclasses.replace(crawl, archive=False))


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


def _block_lines(explanation: Explanation) -> list[str]:
    lines = []
    if explanation.recover_above is not None:
        lines.append(
            f"drop-below {explanation.drop_below:.2f}, recover-above {explanation.recover_above:.2f}"
        )
    for one in explanation.blocks:
        score = "   -" if one.score is None else f"{one.score:.2f}"
        what = "/".join(dict.fromkeys(part for part in (one.kind, one.tag) if part)) or "-"
        text = one.text if len(one.text) <= _SHOWN else one.text[: _SHOWN - 1] + "…"
        lines.append(f"{score}  {one.fate:<16} {what:<10}  {printable(text)}")
    return lines


def _cell(value: Any) -> str:
    return (
        ", ".join(str(v) for v in value)
        if isinstance(value, Sequence) and not isinstance(value, str)
        else str(value)
    )


def _paragraph(kind: str, text: str) -> str:
    marks = {"h2": "## ", "h3": "### ", "li": "- ", "quote": "> ", "embed": "> "}
    return marks.get(kind, "") + printable(text)
