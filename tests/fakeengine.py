"""Scrapy's engine stood in for by a table: what each address answers, and what it fails with."""

from __future__ import annotations

from collections.abc import Mapping

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response
from scrapy.settings import Settings

HOME = "https://paper.example"
PAGE = f"{HOME}/2026/11/22/budget"
Outcome = Response | Exception


class Engine:
    """Scrapy's downloader as far as we call it: what an address answers, the last answer for ever."""

    def __init__(self, answers: Mapping[str, Outcome | list[Outcome]]) -> None:
        self.answers = {
            url: list(given) if isinstance(given, list) else [given] for url, given in answers.items()
        }
        self.asked: list[str] = []

    async def download_async(self, request: Request) -> Response:
        self.asked.append(request.url)
        given = self.answers.get(request.url, [Response(request.url, 404)])
        answer = given.pop(0) if len(given) > 1 else given[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer


def crawler_with(engine: Engine) -> Crawler:
    crawler = Crawler(Spider, Settings())
    crawler.engine = engine  # type: ignore[assignment]
    return crawler


def answer(status: int = 200, body: bytes = b"", url: str = PAGE, **headers: str) -> Response:
    return HtmlResponse(url, status, {name.replace("_", "-"): words for name, words in headers.items()}, body)
