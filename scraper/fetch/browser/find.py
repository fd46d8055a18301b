"""Which browser shows pages, and how it is started: from the path or named, without a way to any network of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from columnist.scraper.frontier.site_jobs import SiteJob

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PAGES_AT_ONCE = 2  # a page takes some 150 MB and a core while its scripts run
START_SECONDS = 30.0  # a cold disk takes ten
# All that a page loads is fetched by the crawl's own downloader. What does not ask it (sockets, WebRTC, guesses of the
# browser's) is sent to a proxy that nobody runs: port 1 of this machine; "<-loopback>" sends loopback there too.
_NOWHERE = {"server": "http://127.0.0.1:1", "bypass": "<-loopback>"}
_FLAGS = (
    "--block-new-web-contents",  # no pop-ups
    "--disable-background-networking",
    "--disable-dev-shm-usage",  # containers give it 64 MB
    "--disable-extensions",
    "--dns-prefetch-disable",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--js-flags=--max-old-space-size=256",  # MB of a page's objects; news sites take 30 to 100
    "--mute-audio",
    "--no-pings",
)


class BrowserMissing(Exception):  # noqa: N818  the surroundings do not allow the run
    """A site's pages are to be shown in a browser, and there is none, or nothing that drives it."""


def what_is_missing(named: str | None) -> str | None:
    """Say what keeps pages from being shown in a browser, and how to mend it; None where nothing does."""
    if find_spec("scrapy_playwright") is None:
        return 'scrapy-playwright is not installed: pip install "columnist[browser]"'
    if named is not None and not os.access(named, os.X_OK):
        return f"--browser {named} is no program; name Chromium's"
    if browser_path(named) is None:
        return "Chromium is not on the path: apt-get install chromium, or name one with --browser"
    return None


def browser_path(named: str | None) -> str | None:
    """Return the browser's program: the one that was named, else the first on the path."""
    return str(Path(named).absolute()) if named else next(filter(None, map(shutil.which, _NAMES)), None)


def require_browser(jobs: Iterable[SiteJob], named: str | None) -> dict[str, object]:
    """Return Scrapy's settings for a run with pages to show, none where there are none; raise BrowserMissing."""
    sites = [job.name for job in jobs if job.renders]
    missing = what_is_missing(named) if sites else None
    if missing is not None:
        raise BrowserMissing(f"{', '.join(sites)}: render = true in its site file, but {missing}")
    return _settings(browser_path(named)) if sites else {}


def _settings(path: str | None) -> dict[str, object]:
    launch = {
        "executable_path": path,
        "args": list(_FLAGS),
        "proxy": _NOWHERE,
        "chromium_sandbox": os.geteuid() != 0,  # Chromium refuses to have its own as root
        "timeout": START_SECONDS * 1000,
        # Signals are the crawl's to take.
        "handle_sigint": False, "handle_sigterm": False, "handle_sighup": False,
    }  # fmt: skip
    return {
        "PLAYWRIGHT_LAUNCH_OPTIONS": launch,
        "PLAYWRIGHT_MAX_CONTEXTS": PAGES_AT_ONCE,
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 1,
    }
