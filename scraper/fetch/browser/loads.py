"""What one page may load while it is shown: by kind, number, bytes and time; all of it through the crawl's downloader."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from urllib.parse import urljoin

from columnist.scraper.fetch.guard.proxies import on_behalf_of

if TYPE_CHECKING:
    from playwright.async_api import Route

MOST_LOADS = 100  # scripts and data of one page; news sites that are built by scripts take 5 to 60
MOST_BYTES = 20_000_000  # of all of them on the wire; whole frameworks are 5 MB
_MOST_HOPS = 5
_FETCHED = frozenset({"script", "xhr", "fetch"})  # what text is made of
# A page waits for its styles before it goes on, and a module that lacks them does not run: they are there, and empty.
_EMPTIED = frozenset({"stylesheet"})
_GIVEN_ON = ("content-type", "access-control-")  # of an answer's headers; no cookies
# Of the page's own headers: no cookies, no log-in, not where we were.
_ASKED_WITH = ("accept", "origin", "x-")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_KEPT = 30_000_000  # bytes of scripts that a run keeps for its sites' next pages


@dataclass(frozen=True, slots=True)
class Loaded:
    """An answer for the browser: unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes


# Gives an address's answer, by the headers that the page asks with; None where it may not be asked for or gives none.
Fetch = Callable[[str, Mapping[str, str]], Awaitable[Loaded | None]]


def kind_of_load(
    resource: str, method: str, main_document: bool
) -> Literal["fetch", "empty", "page", "abort"]:
    """Say what becomes of something that a page asks for.

    Nothing is ever sent, so only GET; pictures, media, fonts, frames and beacons hold no text of the article. The page
    itself comes once: a script that leads elsewhere, or loads it anew, is not followed.
    """
    if method != "GET":
        return "abort"
    if resource == "document":
        return "page" if main_document else "abort"
    return "fetch" if resource in _FETCHED else "empty" if resource in _EMPTIED else "abort"


@dataclass(slots=True)
class ScriptCache:
    """Scripts of a run by site and address, so that each is asked for once and not for each page."""

    _kept: dict[tuple[str, str], Loaded] = field(default_factory=dict)
    _bytes: int = 0

    def find(self, site: str, url: str) -> Loaded | None:
        """Return a script that came before."""
        return self._kept.get((site, url))

    def keep(self, site: str, url: str, loaded: Loaded) -> None:
        """Keep a good answer while there is room."""
        size, key = self._bytes + len(loaded.body), (site, url)
        if loaded.status == 200 and size <= _MOST_KEPT and key not in self._kept:
            self._kept[key], self._bytes = loaded, size


@dataclass(slots=True)
class Loads:
    """The loads of one page."""

    site: str
    page: Loaded
    fetch: Fetch
    scripts: ScriptCache
    count: int = 0
    bytes: int = 0
    is_over: bool = False  # the page is taken as it stands: nothing more is loaded
    _is_shown: bool = False

    async def answer(self, route: Route) -> None:
        """Answer one request of the browser's; it reaches nothing by itself."""
        from playwright.async_api import Error

        on_behalf_of(self.site)  # the task is the browser's, not the errand's: its proxy is this site's
        try:
            loaded = await self._loaded(route)
            if loaded is None:
                # As if by the user: a page that would lead elsewhere stays; any other word puts an error in its place.
                await route.abort("aborted")
            else:
                await route.fulfill(status=loaded.status, headers=dict(loaded.headers), body=loaded.body)
        except Error:  # the page was closed meanwhile
            return

    async def _loaded(self, route: Route) -> Loaded | None:
        asked = route.request
        main = asked.is_navigation_request() and not self._is_shown and asked.frame.parent_frame is None
        what = kind_of_load(asked.resource_type, asked.method, main)
        if what == "page":
            self._is_shown = True
            return self.page
        if what == "empty":
            return Loaded(200, {"content-type": "text/css", "access-control-allow-origin": "*"}, b"")
        if what == "abort":
            return None
        is_script = asked.resource_type == "script"
        if is_script and (known := self.scripts.find(self.site, asked.url)) is not None:
            return known
        loaded = await self._followed(asked.url, chosen(asked.headers, _ASKED_WITH))
        if loaded is not None and is_script:
            self.scripts.keep(self.site, asked.url, loaded)
        return loaded

    async def _followed(self, url: str, headers: Mapping[str, str]) -> Loaded | None:
        for _ in range(_MOST_HOPS):
            if self.is_over or self.count >= MOST_LOADS or self.bytes >= MOST_BYTES:
                return None
            self.count += 1
            loaded = await self.fetch(url, headers)
            if loaded is None:
                return None
            self.bytes += len(loaded.body)
            if loaded.status not in _REDIRECTS or "location" not in loaded.headers:
                return Loaded(loaded.status, chosen(loaded.headers, _GIVEN_ON), loaded.body)
            url = urljoin(url, loaded.headers["location"])
        return None


def chosen(headers: Mapping[str, str], beginnings: tuple[str, ...]) -> dict[str, str]:
    """Return the headers whose names begin so."""
    return {name: value for name, value in headers.items() if name.startswith(beginnings)}
