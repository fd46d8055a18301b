"""The plan of a crawl that was started by the command `scrapy`: from its settings and -a arguments."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from scrapy.settings import BaseSettings

from columnist.pipelines.dataset.open_store import StoreOptions
from columnist.pipelines.records.options import CleanOptions, CrawlOptions, DatasetOptions, SandboxOptions
from columnist.pipelines.sites.text_lists import entries
from columnist.scraper.crawl.run import CrawlPlan
from columnist.scraper.fetch.download_handler import ADDRESS_CONNECTIONS, ALLOW_PRIVATE, NAMED_ADDRESSES
from columnist.scraper.fetch.guard.proxies import PROXIES, proxies_of
from columnist.scraper.fetch.limits import MEGABYTE
from columnist.scraper.frontier.site_jobs import job_for_address
from columnist.scraper.throttle.pace import require_contact, user_agent

_Options = TypeVar("_Options", CleanOptions, CrawlOptions, DatasetOptions, SandboxOptions)


def plan_for_scrapy(settings: BaseSettings, arguments: Mapping[str, Any]) -> CrawlPlan:
    """Return the plan, and set what it changes in Scrapy's own settings; raise ValueError for wrong use.

    Every knob of pipelines/records/options.py is a setting: COLUMNIST_DELAY for `delay`; COLUMNIST_DATA is the folder.
    """
    addresses = _addresses(arguments)
    jobs = tuple(job_for_address(address) for address in addresses)
    crawl, sandbox = _options(CrawlOptions, settings), _options(SandboxOptions, settings)
    seeds = [seed for job in jobs for seed in job.seeds]
    require_contact(crawl, seeds)
    values = {
        NAMED_ADDRESSES: seeds,
        ALLOW_PRIVATE: crawl.allow_private,
        ADDRESS_CONNECTIONS: crawl.address_connections,
        PROXIES: proxies_of(crawl.proxy, jobs),
        "USER_AGENT": user_agent(crawl, _version()),
        "DOWNLOAD_MAXSIZE": int(sandbox.page_megabytes * MEGABYTE),
    }
    settings.setdict(values, priority="spider")
    store = StoreOptions(_options(DatasetOptions, settings), settings=dataclasses.asdict(crawl))
    return CrawlPlan(
        data=settings.get("COLUMNIST_DATA", "data"),
        jobs=jobs,
        crawl=crawl,
        clean=_options(CleanOptions, settings),
        sandbox=sandbox,
        store=store,
    )


def _version() -> str:
    from importlib.metadata import version

    return version("columnist")


def _addresses(arguments: Mapping[str, Any]) -> list[str]:
    named = [word.strip() for word in str(arguments.get("site", "")).split(",")]
    if "sites" in arguments:
        named += entries(Path(str(arguments["sites"])).read_text(encoding="utf-8-sig"))
    found = [name for name in named if name]
    if not found:
        raise ValueError("name a site: scrapy crawl news -a site=https://news.example/ (or -a sites=FILE)")
    return found


def _options(record: type[_Options], settings: BaseSettings) -> _Options:
    """Return the options as Scrapy's settings give them, converted to the type of each one's default."""
    values: dict[str, Any] = {}
    for field in dataclasses.fields(record):
        given = settings.get(f"COLUMNIST_{field.name.upper()}")
        if given is not None:
            values[field.name] = _converted(given, field.default)
    return record(**values)


def _converted(given: Any, default: Any) -> Any:
    if not isinstance(given, str):
        return given
    if isinstance(default, bool):
        return given.lower() in ("1", "true", "yes")
    if isinstance(default, tuple):
        kind = type(default[0]) if default else str
        return tuple(kind(word) for word in given.split(",") if word.strip())
    if isinstance(default, (int, float)):
        return type(default)(given)
    return int(given) if given.isdecimal() else given
