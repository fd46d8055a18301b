"""Run a real crawl with our settings in a process of its own: JSON of addresses in, JSON of outcomes out.

`python fetcher.py < plan`: plan = {"urls": [...], "settings": {...}, "redirects": bool}; prints one JSON list of
[url, "status" or the error's class, detail, length of the body]. Every address that a socket of the process was
connected to is under "connected": an audit hook saw it, whatever code connected.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def fetch_all(urls: Sequence[str], *, seconds: float = 60, **settings: Any) -> dict[str, list[Any]]:
    """Fetch the addresses in one crawl; url -> [status or error class, detail, body length]."""
    plan = json.dumps({"urls": list(urls), "settings": settings})
    ran = subprocess.run(
        [sys.executable, str(Path(__file__))],
        input=plan, capture_output=True, text=True, timeout=seconds, cwd=HERE.parent, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-3000:]
    outcomes = json.loads(ran.stdout.splitlines()[-1])
    outcomes["stderr"] = ran.stderr
    return outcomes


async def _allowed(crawler: Any, urls: list[str], outcomes: dict[str, list[Any]]) -> list[str]:
    import asyncio
    import time

    from columnist.pipelines.sites.rights import read_tdmrep
    from columnist.scraper.crawl.answers.page_worker import small_file
    from columnist.scraper.fetch.download_handler import NAMED_ADDRESSES
    from columnist.scraper.fetch.guard.address_guard import policy_for
    from columnist.scraper.robots.fetch import RobotsFetch
    from columnist.scraper.robots.parser import read_robots
    from columnist.scraper.robots.robots import Robots, RobotsOptions, RobotsTools

    async def rules(body: bytes, agent: str) -> Any:
        return read_robots(body, agent)

    async def tdm(body: bytes, url: str) -> Any:
        return read_tdmrep(body, url)

    policy = policy_for(crawler.settings.getlist(NAMED_ADDRESSES))

    async def packed(body: bytes, layers: list[str]) -> bytes | None:
        value = small_file(body, layers, 1 << 20, 1 << 20)
        return value if isinstance(value, bytes) else None

    tools = RobotsTools(RobotsFetch(crawler, packed), rules, tdm, time.time)
    robots = Robots(RobotsOptions("Columnist/0.1 (+https://you.example)", policy=policy), tools)
    verdicts = await asyncio.gather(*(robots.allowed(url) for url in urls))
    for url, verdict in zip(urls, verdicts, strict=True):
        outcomes[url] = [verdict.reason, verdict.detail, 0]
    return [url for url, verdict in zip(urls, verdicts, strict=True) if verdict.allowed]


def _opened(answers: dict[str, Any]) -> dict[str, list[Any]]:
    """Unpack what came packed, in a real worker, as the crawl does."""
    from columnist.pipelines.batch.sandbox.pool import Sandbox
    from columnist.pipelines.records.article import Page
    from columnist.pipelines.records.options import SandboxOptions
    from columnist.scraper.crawl.answers.page_worker import opened
    from columnist.scraper.fetch.limits import POLITE_SETTINGS
    from columnist.scraper.fetch.response import headers_of

    found: dict[str, list[Any]] = {}
    with Sandbox(
        SandboxOptions(workers=1), preload=("columnist.scraper.crawl.answers.page_worker",)
    ) as sandbox:
        for url, response in answers.items():
            page = Page(url, html=response.body, headers=headers_of(response))
            value = sandbox.submit(opened, page, POLITE_SETTINGS["DOWNLOAD_MAXSIZE"]).result()
            body = getattr(value, "html", None)
            refused = [type(value).__name__, getattr(value, "problem", str(value)), 0]
            found[url] = refused if body is None else [response.status, "", len(body)]
    return found


def _main() -> None:
    sys.path.insert(0, str(HERE.parent))
    import asyncio

    import scrapy
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.utils.misc import load_object

    from columnist.scraper.fetch.limits import POLITE_SETTINGS

    plan = json.load(sys.stdin)
    outcomes: dict[str, list[Any]] = {}
    connected: list[Any] = []
    loop: list[Any] = []
    packed: dict[str, Any] = {}
    sys.addaudithook(
        lambda event, args: connected.append(list(args[1])) if event == "socket.connect" else None
    )

    class Fetcher(scrapy.Spider):
        name = "fetcher"

        async def start(self) -> Any:
            loop.append(asyncio.get_running_loop())
            loop[0].watch()  # from here on: what Scrapy imports before is no answer's work
            urls = plan["urls"]
            if plan["settings"].get("ASK_ROBOTS"):
                urls = await _allowed(self.crawler, urls, outcomes)
            proxies = plan["settings"].get("PROXY_OF", {})
            for url in urls:
                try:
                    request = scrapy.Request(url, self.parse, errback=self.failed, dont_filter=True,
                                             meta={"handle_httpstatus_all": not plan["settings"].get("REDIRECT_ENABLED"),
                                                   "asked": url, "download_slot": url[-60:], "proxy": proxies.get(url)})  # fmt: skip
                except ValueError as error:
                    outcomes[url] = ["ValueError", str(error), 0]
                    continue
                yield request

        def parse(self, response: Any) -> None:
            if "Content-Encoding" in response.headers:
                packed[response.meta["asked"]] = response
            outcomes[response.meta["asked"]] = [response.status, ",".join(response.flags), len(response.body)]

        def failed(self, failure: Any) -> None:
            error = failure.value
            reason = getattr(error, "reason", None) or str(error)
            outcomes[failure.request.meta["asked"]] = [type(error).__name__, str(reason)[:300], 0]

    settings = {**POLITE_SETTINGS, "LOG_LEVEL": "ERROR", "RETRY_ENABLED": False, "REDIRECT_ENABLED": False,
                "CONCURRENT_REQUESTS": 64, "ASYNCIO_EVENT_LOOP": "loopturns.WatchedLoop", **plan["settings"]}  # fmt: skip
    names = settings.pop("NAMES", None)
    if names:
        load_object("name_table.NameTable").names = names
        settings |= {"TWISTED_DNS_RESOLVER": "name_table.NameTable", "DNSCACHE_ENABLED": False}
    process = AsyncCrawlerProcess(settings)
    process.crawl(Fetcher)
    process.start()
    outcomes["connected"] = connected
    outcomes["longest_turn"] = [loop[0].longest_turn]
    peak = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    outcomes["memory_mb"] = [int(peak.split()[1]) / 1024]
    outcomes.update(_opened(packed))
    print(json.dumps(outcomes))


if __name__ == "__main__":
    _main()
