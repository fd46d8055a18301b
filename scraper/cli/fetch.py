"""One page fetched by the ordinary crawl into a throw-away dataset, for `columnist show`."""

import dataclasses
from pathlib import Path
from typing import Any, get_type_hints

import pyarrow.dataset as pads

from pipelines.options import CleanOptions, CrawlOptions, DatasetOptions, SandboxOptions
from pipelines.records import Article, Image, Paragraph, Reject, Removed, Rights
from scraper.cli.crawl import run_plan
from scraper.cli.session import Session, check_addresses
from scraper.exits import CannotStart, WrongUse
from scraper.jobs import jobs_for_list


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
    for kind, record in (("articles", Article), ("rejects", Reject)):
        if (folder / kind).is_dir():
            rows = pads.dataset(folder / kind, format="parquet").to_table().to_pylist()
            if rows:
                return _record(record, rows[0])
    run = done.summary
    seen = {**done.faults, **run.failed, **run.filtered, **run.blocked, **({"gone": 1} if run.gone else {})}
    told = "; ".join(done.troubles.values()) or ", ".join(sorted(seen)) or "the site does not answer"
    raise CannotStart(f"{url}: no page came back: {told}")


def _record(record: type[Article] | type[Reject], row: dict[str, Any]) -> Article | Reject:
    """Return a row of the dataset as the record that it was."""
    parts = {"paragraphs": Paragraph, "images": Image, "removed": Removed}
    hints = get_type_hints(record)
    values: dict[str, Any] = {f.name: row[f.name] for f in dataclasses.fields(record) if f.name in hints}
    for name, part in parts.items():
        if name in values:
            values[name] = tuple(part(**one) for one in values[name])
    if "rights" in values:
        values["rights"] = Rights(**values["rights"])
    for name in ("found_by", "extra"):
        if name in values:
            values[name] = {entry["key"]: entry["value"] for entry in values[name]}
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
    return record(**fields)
