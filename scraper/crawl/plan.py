"""The plan of a crawl: what the command line makes Scrapy's settings of, or the command `scrapy` makes of its settings."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from columnist.pipelines.dataset.open_store import Store, StoreOptions
from columnist.pipelines.records.options import CleanOptions, CrawlOptions, DatasetOptions, SandboxOptions
from columnist.pipelines.sites.text_lists import entries
from columnist.scraper.fetch.download_handler import (
    ADDRESS_CONNECTIONS,
    ALLOW_PRIVATE,
    NAMED_ADDRESSES,
    UNVERIFIED_HOSTS,
)
from columnist.scraper.fetch.guard.proxies import PROXIES, proxies_of
from columnist.scraper.fetch.limits import MEGABYTE
from columnist.scraper.fetch.stats import Progress
from columnist.scraper.frontier.site_jobs import SiteJob, job_for_address
from columnist.scraper.throttle.pace import require_contact, user_agent

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings, Settings

_Options = TypeVar("_Options", CleanOptions, CrawlOptions, DatasetOptions, SandboxOptions)


@dataclass(frozen=True, slots=True)
class CrawlPlan:
    """What to crawl, how, and where the dataset lies."""

    data: str | Path
    jobs: tuple[SiteJob, ...]
    crawl: CrawlOptions = CrawlOptions()
    clean: CleanOptions = CleanOptions()
    sandbox: SandboxOptions = SandboxOptions()
    store: StoreOptions = StoreOptions()
    on_progress: Callable[[Progress], None] | None = None  # called about twice a second
    on_start: Callable[[Store], None] | None = None  # called once the data folder is open and recovered
    until_end_of: int | None = (
        None  # a file descriptor: the run stops in good order when nobody holds its other end
    )


def settings_for(plan: CrawlPlan, more: Mapping[str, object] = MappingProxyType({})) -> Settings:
    """Return Scrapy's settings for a plan: the project's, the addresses that the user named, who we are, and `more`."""
    from scrapy.settings import Settings

    settings = Settings()
    settings.setmodule("columnist.scraper.settings", priority="project")
    sites = [job.site for job in plan.jobs if job.site is not None and not job.site.tls_verify]
    values = {
        **_named(plan),
        UNVERIFIED_HOSTS: [urlsplit(seed).hostname for site in sites for seed in site.seeds],
        "LOG_INSTALL_ROOT_HANDLER": False,  # whoever called us has set up the log
        **more,
    }
    settings.setdict(values, priority="cmdline")
    return settings


def plan_for_scrapy(settings: BaseSettings, arguments: Mapping[str, Any]) -> CrawlPlan:
    """Return the plan, and set what it changes in Scrapy's own settings; raise ValueError for wrong use.

    Every knob of pipelines/records/options.py is a setting: COLUMNIST_DELAY for `delay`; COLUMNIST_DATA is the folder.
    """
    jobs = tuple(job_for_address(address) for address in _addresses(arguments))
    crawl = _options(CrawlOptions, settings)
    require_contact(crawl, (seed for job in jobs for seed in job.seeds))
    plan = CrawlPlan(
        data=settings.get("COLUMNIST_DATA", "data"),
        jobs=jobs,
        crawl=crawl,
        clean=_options(CleanOptions, settings),
        sandbox=_options(SandboxOptions, settings),
        store=StoreOptions(_options(DatasetOptions, settings), settings=dataclasses.asdict(crawl)),
    )
    settings.setdict(_named(plan), priority="spider")
    return plan


def _named(plan: CrawlPlan) -> dict[str, Any]:
    """Return what Scrapy is to know of a plan: the addresses that the user named, their proxies, who we are."""
    return {
        NAMED_ADDRESSES: [seed for job in plan.jobs for seed in job.seeds],
        ALLOW_PRIVATE: plan.crawl.allow_private,
        ADDRESS_CONNECTIONS: plan.crawl.address_connections,
        PROXIES: proxies_of(plan.crawl.proxy, plan.jobs),
        "USER_AGENT": user_agent(plan.crawl, version("columnist")),
        "DOWNLOAD_MAXSIZE": int(plan.sandbox.page_megabytes * MEGABYTE),
    }


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
