"""A data folder as one page: figures, pictures and tables in a file that needs nothing beside it."""

import base64
import hashlib
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from columnist.pipelines.batch.check.crawls import is_crawl
from columnist.pipelines.batch.check.floors import MOST_MANIFESTS, check_run
from columnist.pipelines.dataset.files.fsync import replace_file
from columnist.pipelines.dataset.files.locations import open_output
from columnist.pipelines.dataset.runs.manifests import newest_manifests
from columnist.pipelines.publish.extras import needed
from columnist.pipelines.publish.figures import asking, counted
from columnist.pipelines.publish.report.parts import Seen, overview, parts_of
from columnist.pipelines.publish.report.tables import told
from columnist.pipelines.publish.report.timeline import gaps_of, timeline_of
from columnist.pipelines.sites.places import sites_beside


class NotAFile(ValueError):  # noqa: N818  the user's to decide
    """A folder lies where the page should be."""


def write_report(data: str, name: str, out: Path) -> int:
    """Write the page; return its bytes. It appears whole or not at all.

    Raises NotAFile, NeedsExtra, and FileNotFoundError for what is no data folder.
    """
    out = out.resolve()  # a link stays a link
    if out.exists() and not out.is_file():
        raise NotAFile(f"{out} is no file; name one, such as --out report.html")
    page = page_of(seen_in(data), name, datetime.now(UTC)).encode()
    replace_file(out, page)
    return len(page)


def seen_in(data: str) -> Seen:
    """Look at a data folder: all that the page tells."""
    output = open_output(data)
    manifests = newest_manifests(output, MOST_MANIFESTS)
    with asking(data) as ask:
        figures = counted(ask, data)
        timeline, gaps = timeline_of(ask, figures), gaps_of(ask)
    findings = check_run(manifests, sites_beside(data, None))
    return Seen(figures, timeline, gaps, findings, sum(map(is_crawl, manifests)))


def page_of(seen: Seen, name: str, now: datetime) -> str:
    """Return the page as HTML."""
    jinja2 = needed("jinja2", "research")
    needed("matplotlib.figure", "research")
    pages = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    pages.filters["told"] = told
    script = _file("page.js")
    filled: str = pages.from_string(_file("page.html.j2")).render(
        name=told(name),
        made=f"{now:%Y-%m-%d %H:%M} UTC",
        overview=overview(seen.figures),
        parts=parts_of(seen),
        style=_file("page.css"),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )
    return filled


def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
