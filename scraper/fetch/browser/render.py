"""A page as a browser shows it: what the crawl fetched is given to Chromium, whose scripts go on from there.

The page itself was asked for as any other: guard, robots.txt, pace, redirects. The browser opens no connection; what the
scripts load is asked of the crawl's downloader, which checks each socket. One fresh context a page, closed with it.
"""

from __future__ import annotations

import asyncio
import codecs
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.crawler import Crawler

from columnist.pipelines.document.content_encoding import layers_of
from columnist.pipelines.records.options import SandboxOptions
from columnist.scraper.fetch.browser.find import PAGES_AT_ONCE, START_SECONDS
from columnist.scraper.fetch.browser.loads import Fetch, Loaded, Loads, ScriptCache, chosen
from columnist.scraper.fetch.limits import MEGABYTE
from columnist.scraper.fetch.outcomes import Fetched, Unfetched

if TYPE_CHECKING:
    from playwright.async_api import Page as Shown
    from playwright.async_api import Route
    from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

RENDERED = "columnist-rendered"  # header of an answer whose body is what a browser made of it, and which one
# Parts of --page-seconds: until the page stands and its scripts have run once; then until half a second passes without a
# load (who never rests is taken as it stands); and of all, whatever hangs.
_TO_STAND, _TO_REST, _WHOLE = 1.0, 0.5, 3.0
CLOSE_SECONDS = 5.0  # beyond, the browser itself hangs, and is ended
# Of the bytes that came; the last two are of the shell, not of what it loads.
_DROPPED = frozenset(
    {"content-encoding", "content-length", "transfer-encoding", "content-type", "etag", "last-modified"}
)
_HTML = ("text/html", "application/xhtml+xml")
_CONTEXT = {"service_workers": "block", "accept_downloads": False}

Unpack = Callable[[bytes, list[str]], Awaitable[bytes | None]]


def is_html(headers: Mapping[str, str]) -> bool:
    """Say whether an answer calls itself a page."""
    return headers.get("content-type", _HTML[0]).partition(";")[0].strip().lower() in _HTML


class Renderer:
    """The browser of one run; it starts with the first page, and is there for the sites that ask for it alone."""

    def __init__(self, crawler: Crawler, unpack: Unpack, limits: SandboxOptions) -> None:
        self._crawler = crawler
        self.unpack = unpack
        self._page_bytes = int(limits.page_megabytes * MEGABYTE)
        self._seconds = limits.page_seconds
        self._scripts = ScriptCache()
        self._room = asyncio.Semaphore(PAGES_AT_ONCE)
        self._starting = asyncio.Lock()
        self._handler: ScrapyPlaywrightDownloadHandler | None = None
        self._numbers = count()

    async def render(self, got: Fetched, site: str, fetch: Fetch) -> Fetched | Unfetched:
        """Return the answer with the page as scripts made it; what `fetch` gives is all that they get."""
        body = await self.unpack(got.body, layers_of([got.headers.get("content-encoding", "")]))
        if body is None:
            return Unfetched("failed", "bad-encoding", got.status)
        kept = chosen(got.headers, ("content-type", "content-security-policy"))
        shell = Loaded(got.status, {"content-type": _HTML[0], **kept}, body)
        loads = Loads(site, shell, fetch, self._scripts)
        async with self._room:
            shown = await self._shown(got.url, loads)
        if isinstance(shown, Unfetched):
            return shown
        html, browser = shown
        headers = {name: value for name, value in got.headers.items() if name not in _DROPPED}
        headers |= {"content-type": "text/html; charset=utf-8", RENDERED: browser}
        # The mark: a meta charset in the page was true of the bytes that came, not of these.
        return replace(got, headers=headers, body=codecs.BOM_UTF8 + html.encode("utf-8", "replace"))

    async def _shown(self, url: str, loads: Loads) -> tuple[str, str] | Unfetched:
        async def answer(route: Route) -> None:  # a function: playwright writes on what a method belongs to
            await loads.answer(route)

        async def guard(page: Shown, _: Request) -> None:
            await page.context.route("**/*", answer)  # pop-ups too
            await page.route("**/*", answer)  # asked before the handler's own, which would connect

        request = Request(url, meta=self._meta(guard))
        try:
            handler = await self._started()
            async with asyncio.timeout(_WHOLE * self._seconds):
                await handler.download_request(request)
                return await self._content(request.meta["playwright_page"], loads)
        except TimeoutError:  # most often a script without an end
            return Unfetched("failed", "timeout", retry=True)
        except Exception as error:  # noqa: BLE001  the browser's, or of what drives it: each costs its own page
            if type(error) is Exception:
                self._handler = (
                    None  # so playwright says that its driver is gone: the next page starts another
                )
            return _broken(str(error))
        finally:
            await self._close_page(request)

    async def _content(self, page: Shown, loads: Loads) -> tuple[str, str] | Unfetched:
        from playwright.async_api import Error

        with suppress(Error):  # in vain: it is taken as it stands
            await page.wait_for_load_state("domcontentloaded", timeout=_TO_STAND * self._seconds * 1000)
        with suppress(Error):
            await page.wait_for_load_state("networkidle", timeout=_TO_REST * self._seconds * 1000)
        loads.is_over = True
        size = await page.evaluate("document.documentElement.outerHTML.length")
        if not isinstance(size, int) or size > self._page_bytes:
            return Unfetched("too-large", "too-large")
        html, browser = await page.content(), page.context.browser
        if len(html) > self._page_bytes:  # the page answers for its own length
            return Unfetched("too-large", "too-large")
        return html, f"Chromium {browser.version if browser else ''}".strip()

    def _meta(self, guard: Callable[..., Awaitable[None]]) -> dict[str, Any]:
        goto = {"wait_until": "commit", "timeout": _TO_STAND * self._seconds * 1000}
        return {
            "playwright": True,
            "playwright_context": f"page {next(self._numbers)}",
            "playwright_context_kwargs": {**_CONTEXT, "user_agent": self._crawler.settings["USER_AGENT"]},
            "playwright_include_page": True,
            "playwright_page_init_callback": guard,
            "playwright_page_goto_kwargs": goto,
        }

    async def _started(self) -> ScrapyPlaywrightDownloadHandler:
        async with self._starting:
            if self._handler is None:
                from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

                logging.getLogger("scrapy-playwright").setLevel(logging.ERROR)
                handler = ScrapyPlaywrightDownloadHandler(self._crawler)
                async with asyncio.timeout(START_SECONDS):
                    await handler._maybe_launch_in_thread()  # as at the engine's start, which was before
                self._handler = handler
            async with asyncio.timeout(START_SECONDS):
                await self._handler._maybe_launch_browser()
        return self._handler

    async def _close_page(self, request: Request) -> None:
        """Close the page's context, for good or with the whole browser."""
        name, handler = request.meta["playwright_context"], self._handler
        wrapper = handler.context_wrappers.get(name) if handler is not None else None
        if handler is None or wrapper is None:
            return
        with suppress(Exception):  # it is gone already
            try:
                async with asyncio.timeout(CLOSE_SECONDS):
                    await wrapper.context.close()
            except TimeoutError:
                async with asyncio.timeout(CLOSE_SECONDS):
                    await handler.browser.close()  # the next page starts another

    async def close(self) -> None:
        """End the browser."""
        if self._handler is not None:
            with suppress(Exception):  # the run is over whatever it says
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self._handler.close()


def _broken(words: str) -> Unfetched:
    return Unfetched("failed", "render", retry=True, detail=words.splitlines()[0][:200] if words else None)
