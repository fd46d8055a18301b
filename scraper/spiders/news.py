"""The one spider, for all sites: `columnist crawl`, or `scrapy crawl news -a site=https://news.example/`.

It asks for pages by `engine.download_async`, site by site (scraper/crawl/scheduler.py), and yields no request: what to
fetch next is decided by the frontier on disk. Rows go to the outbox; a project's item pipelines get a copy of each
article where COLUMNIST_YIELD_ITEMS is set.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.settings import BaseSettings

from columnist.pipelines.dataset.files.storage_errors import StorageError
from columnist.pipelines.dataset.state.lock import DataLocked
from columnist.pipelines.records.run_summary import summary_line
from columnist.scraper.crawl.answers.project_items import YIELD_ITEMS, Handover
from columnist.scraper.crawl.context import RunContext
from columnist.scraper.crawl.plan import CrawlPlan, plan_for_scrapy
from columnist.scraper.crawl.run import Running, finish, opened, work
from columnist.scraper.spiders.project_settings import GuardMissing, carry_settings, require_guard
from columnist.scraper.throttle.clock import steady_reactor
from columnist.scraper.throttle.pace import ContactMissingError

_SECONDS_TO_END = 15.0  # the dispatch takes 8 at most (its GRACE), writing the last files a few


class NewsSpider(Spider):
    """Crawl news sites into the dataset."""

    name = "news"

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Bring along, into whatever project, what keeps the crawl safe and right (scraper/spiders/project_settings.py)."""
        super().update_settings(settings)
        carry_settings(settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> NewsSpider:
        """Make the spider; with -a site=ADDRESS[,ADDRESS ...] or -a sites=FILE it makes its own plan."""
        from twisted.internet import reactor  # importing it installs one: only inside a crawl

        steady_reactor(reactor)
        require_guard(crawler.settings)
        plan = None if "context" in kwargs else plan_for_scrapy(crawler.settings, kwargs)
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider._plan = plan
        crawler.signals.connect(spider.let_finish, signals.spider_closed)
        return spider

    def __init__(
        self, context: RunContext | None = None, running: Running | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._context = context
        self._plan: CrawlPlan | None = None
        self._running = running or Running()
        self._finished = asyncio.Event()

    async def start(self) -> AsyncIterator[Any]:
        """Crawl; yield each article, where the project asks for items, and no request ever."""
        try:
            require_guard(self.crawler.settings)  # add-ons came after from_crawler
        except GuardMissing as error:
            self._finished.set()
            self.logger.error("%s", error)
            raise CloseSpider("no-guard") from error
        items = Handover()
        crawl = asyncio.ensure_future(self._crawl(items))
        try:
            async for item in items.until_closed(self._in_pipelines):
                yield item
        finally:
            crawl.cancel()
            await asyncio.wait([crawl])
        crawl.result()

    def _in_pipelines(self) -> int:
        slot = self.crawler.engine.scraper.slot
        return slot.itemproc_size if slot is not None else 0

    async def _crawl(self, items: Handover) -> None:
        try:
            if self._context is not None:
                await work(self._context, self.crawler, self._running)
            elif self._plan is not None:
                wanted = self.crawler.settings.getbool(YIELD_ITEMS)
                await self._crawl_by_itself(self._plan, items if wanted else None)
        finally:
            items.close()
            self._finished.set()

    async def _crawl_by_itself(self, plan: CrawlPlan, items: Handover | None) -> None:
        """Run under the command `scrapy`: open the data folder, crawl, say what came of it."""
        try:
            with opened(plan, items) as context:
                try:
                    await work(context, self.crawler, self._running)
                finally:
                    done = finish(context)
                    self.logger.info("%s; manifest %s", summary_line(done.summary), done.run_id)
                if self._running.error is not None:
                    raise self._running.error
        except (DataLocked, StorageError, ContactMissingError) as error:
            self.logger.error("%s", error)
            raise CloseSpider("cannot-go-on") from error

    async def let_finish(self, reason: str) -> None:
        """Hold Scrapy's end up until rows and manifest are written: its own limits (CLOSESPIDER_...) end here."""
        if self._running.dispatch is not None and not self._finished.is_set():
            self._running.dispatch.stop(reason)
        try:
            async with asyncio.timeout(_SECONDS_TO_END):
                await self._finished.wait()
        except TimeoutError:
            self.logger.error(
                "the crawl did not end in %g s; the next run goes on from here", _SECONDS_TO_END
            )
