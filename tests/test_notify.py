"""What a run tells other machines."""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from columnist.pipelines.records.run_summary import RunSummary
from columnist.scraper.cli.notify import SiteCounts, post_summary, write_metrics

RUN = RunSummary(new=38, known=412, rejected={"index-page": 4, "too-short": 3}, requests=500)


def test_the_metrics_file_holds_the_counts(tmp_path: Path) -> None:
    write_metrics(tmp_path / "deep" / "columnist.prom", RUN, exit_code=0, seconds=12.5)

    told = (tmp_path / "deep" / "columnist.prom").read_text()
    assert 'columnist_pages{outcome="new",reason=""} 38.0' in told
    assert 'columnist_pages{outcome="rejected",reason="index-page"} 4.0' in told
    assert "columnist_exit_code 0.0" in told


def test_each_site_has_its_own_figures(tmp_path: Path) -> None:
    sites = {
        "paper.example": SiteCounts(
            {"new": 3, "changed": 1}, {"failed dns": 2, "blocked AWS WAF": 1}, 7, 1.5e9
        ),
        "never.example": SiteCounts({}, {}, 0, None),
    }
    write_metrics(tmp_path / "c.prom", RUN, 0, 1.0, sites)

    told = (tmp_path / "c.prom").read_text().splitlines()
    assert 'columnist_site_articles{outcome="new",site="paper.example"} 3.0' in told
    assert 'columnist_site_articles{outcome="new",site="never.example"} 0.0' in told
    assert 'columnist_site_failures{outcome="blocked",reason="AWS WAF",site="paper.example"} 1.0' in told
    assert 'columnist_site_pending{site="paper.example"} 7.0' in told
    assert 'columnist_site_last_article_timestamp_seconds{site="paper.example"} 1.5e+09' in told
    assert not any("last_article" in line and "never.example" in line for line in told)


@contextmanager
def _receiver(status: int) -> Iterator[tuple[str, list[bytes]]]:
    got: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing in the test's output."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/", got
    server.shutdown()
    server.server_close()


def test_the_webhook_gets_the_summary() -> None:
    with _receiver(204) as (url, got):
        assert post_summary(url, {"summary": "38 new", "new": 38})

    assert json.loads(got[0]) == {"summary": "38 new", "new": 38}


def test_a_webhook_that_fails_costs_the_run_nothing_and_is_told_in_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with _receiver(500) as (url, _):
        assert not post_summary(url, {"summary": "38 new"})

    assert not post_summary("http://127.0.0.1:9/", {"summary": "38 new"})
    assert not post_summary("no address", {"summary": "38 new"})
    told = "\n".join(caplog.messages)
    assert "it answers with status 500" in told
    assert "Connection refused" in told
    assert "<urlopen" not in told
    assert "[Errno" not in told


@pytest.mark.parametrize(("user", "sent"), [("cron:p%40ss@", "cron:p@ss"), ("token@", "token:"), ("", None)])
def test_a_webhook_with_user_and_password_is_told_with_them(user: str, sent: str | None) -> None:
    heads: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heads.append(self.headers["Authorization"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing in the test's output."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        told = post_summary(f"http://{user}127.0.0.1:{server.server_address[1]}/hook", {"new": 1})
        server.shutdown()

    assert told
    assert heads == [None if sent is None else f"Basic {b64encode(sent.encode()).decode()}"]
