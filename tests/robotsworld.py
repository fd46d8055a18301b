"""A network that exists only as a table, for what robots.txt decides: answers, a clock, what was asked."""

import asyncio
from dataclasses import dataclass, field, replace

from columnist.pipelines.sites.rights import TdmRule, read_tdmrep
from columnist.pipelines.sites.terms import LicenceRule, read_licence
from columnist.scraper.robots.decisions import RobotsAnswer, RobotsVerdict
from columnist.scraper.robots.parser import RobotsRules, read_robots
from columnist.scraper.robots.robots import Robots, RobotsOptions, RobotsStore, RobotsTools

AGENT = "Columnist/0.1 (+https://you.example/crawler)"
SITE = "https://paper.example"


@dataclass
class World:
    """A site in memory, a clock, and the log of what was asked."""

    answers: dict[str, RobotsAnswer | list[RobotsAnswer]]
    now: float = 1_000_000.0
    asked: list[str] = field(default_factory=list)
    unreadable: bool = False
    pause: float = 0.0

    async def fetch(self, url: str) -> RobotsAnswer:
        self.asked.append(url)
        await asyncio.sleep(self.pause)
        found = self.answers.get(url, RobotsAnswer(404))
        return (found.pop(0) if len(found) > 1 else found[0]) if isinstance(found, list) else found

    async def read_robots(self, body: bytes, agent: str) -> RobotsRules | None:
        return None if self.unreadable else read_robots(body, agent)

    async def read_tdmrep(self, body: bytes, origin: str) -> tuple[TdmRule, ...] | None:
        return None if self.unreadable else read_tdmrep(body, origin)

    async def read_licence(self, body: bytes, url: str) -> tuple[LicenceRule, ...] | None:
        return read_licence(body, url)

    def robots(self, store: RobotsStore | None = None, licences: bool = False, **options: object) -> Robots:
        reader = self.read_licence if licences else None
        tools = RobotsTools(
            self.fetch, self.read_robots, self.read_tdmrep, lambda: self.now, store, read_licence=reader
        )
        return Robots(replace(RobotsOptions(AGENT, ask_tdmrep=False), **options), tools)  # type: ignore[arg-type]


ROBOTS = f"{SITE}/robots.txt"
CLOSED = RobotsAnswer(
    200, b"User-agent: *\nDisallow: /private\nCrawl-delay: 500\nSitemap: /s.xml\nSitemap: file:///x\n"
)


def decide(world: World, *urls: str, robots: Robots | None = None) -> list[RobotsVerdict]:
    service = robots or world.robots()

    async def all_at_once() -> list[RobotsVerdict]:
        return await asyncio.gather(*(service.allowed(url) for url in urls))

    return asyncio.run(all_at_once())
