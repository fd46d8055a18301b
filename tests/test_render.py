"""Sites whose pages scripts build: shown in a real Chromium that reaches nothing but what the crawl's own guard lets through."""

from __future__ import annotations

import gzip
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.dataset as pads
import pytest
from chromium import needs_chromium
from fakesite import Answer, FakeSite, articles_text, links

import columnist
from columnist.scraper.fetch.browser.find import what_is_missing
from columnist.scraper.fetch.browser.loads import kind_of_load

ROOT = Path(__file__).resolve().parent.parent
DAY = "/2026/11/22/"
STORY = DAY + "the-ferry-comes-back-to-the-old-harbour"
SHELL = """<!doctype html><html lang="en"><head><meta charset="iso-8859-1"><title>{title}</title></head>
<body><div id="root"></div><script src="/app.js"></script>{more}</body></html>"""
APP = """
fetch('/api/story.json').then(r => r.json()).then(story => {
  const paragraphs = story.text.map(t => '<p>' + t + '</p>').join('');
  document.getElementById('root').innerHTML = '<article><h1>' + story.title + '</h1>' + paragraphs + '</article>';
});
"""


def shell(more: str = "") -> Answer:
    return Answer(body=SHELL.format(title="Please wait", more=more).encode())


def script(text: str) -> Answer:
    return Answer(body=text.encode(), content_type="text/javascript")


@contextmanager
def paper(**pages: str) -> Iterator[FakeSite]:
    """Serve a newspaper whose stories are built by scripts; each of `pages` has more of a script in it."""
    text = [f"{line} Où ça ?" for line in articles_text("the ferry")]
    story = {"title": "The ferry comes back to the old harbour", "text": text}
    with FakeSite() as site:
        paths = [STORY, *(f"{DAY}the-{name}-page-of-the-harbour" for name in pages)]
        site.route("/", links(*paths))
        site.route("/app.js", script(APP))
        site.route(
            "/api/story.json", Answer(body=json.dumps(story).encode(), content_type="application/json")
        )
        site.route(STORY, shell())
        for path, more in zip(paths[1:], pages.values(), strict=True):
            site.route(path, shell(f"<script>{more}</script>"))
        yield site


def crawl(
    site: FakeSite, data: Path, *words: str, render: str = "true", **environment: str
) -> subprocess.CompletedProcess[str]:
    (data / "sites").mkdir(parents=True, exist_ok=True)
    (data / "sites" / "paper.toml").write_text(f'seeds = ["{site.base}/"]\nrender = {render}\n')
    return subprocess.run(
        [sys.executable, "-m", "columnist", "crawl", "paper", "--data", str(data), "--delay", "0", "--workers", "1", *words],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip


def rows(data: Path, kind: str = "articles") -> list[dict[str, Any]]:
    if not (data / kind).is_dir():
        return []
    found: list[dict[str, Any]] = pads.dataset(data / kind, partitioning="hive").to_table().to_pylist()
    return found


@contextmanager
def canary() -> Iterator[tuple[int, list[object]]]:
    """Listen on a port of this machine that nobody named; gives it and who connected."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        came: list[object] = []

        def listen() -> None:
            while True:
                try:
                    connection, who = server.accept()
                except OSError:
                    return
                came.append(who)
                connection.close()

        threading.Thread(target=listen, daemon=True).start()
        yield server.getsockname()[1], came
        server.shutdown(socket.SHUT_RDWR)


@needs_chromium
@pytest.mark.slow
def test_what_scripts_build_is_read_and_kept_as_it_was_shown(tmp_path: Path) -> None:
    with paper() as site:
        plain = crawl(site, tmp_path / "plain", render="false")
        done = crawl(site, tmp_path / "shown")
        again = crawl(site, tmp_path / "shown", "--revisit-hours", "0")

    assert rows(tmp_path / "plain") == [], plain.stderr
    (row,) = rows(tmp_path / "shown")
    assert (done.returncode, again.returncode) == (0, 0), done.stderr
    assert row["title"] == "The ferry comes back to the old harbour"
    assert "Où ça ?" in row["text"]
    with gzip.open(tmp_path / "shown" / row["archive_file"]) as archive:
        assert b"columnist-rendered: Chromium" in archive.read()
    shown = subprocess.run(
        [sys.executable, "-m", "columnist", "reclean", "--data", str(tmp_path / "shown"), "--dry-run"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert shown.returncode == 0, shown.stderr
    asked = [hit for hit in site.hits if hit.path == "/app.js"]
    assert len(asked) == 2  # once a run, not once a page
    assert {hit.headers["user-agent"].split("/")[0] for hit in site.hits} == {"Columnist"}


@needs_chromium
@pytest.mark.slow
def test_hostile_pages_reach_nobody_and_end(tmp_path: Path) -> None:
    with canary() as (port, came), paper(
        private=f"""
            const url = 'http://127.0.0.1:{port}/', host = '127.0.0.1:{port}';
            for (const to of [url, 'http://localhost:{port}/', 'http://[::1]:{port}/', 'http://2130706433:{port}/', 'https://' + host, '/leads-there'])
                fetch(to).catch(() => 0);
            fetch(url, {{method: 'POST', body: 'x', mode: 'no-cors'}}).catch(() => 0);
            new WebSocket('ws://' + host); navigator.sendBeacon(url, 'x'); new EventSource(url); new Image().src = url;
            for (const [tag, key] of [['script', 'src'], ['iframe', 'src'], ['link', 'href'], ['video', 'src'], ['object', 'data']]) {{
                const e = document.createElement(tag); e[key] = url; e.rel = 'preconnect'; document.body.append(e); }}
            new RTCPeerConnection({{iceServers: [{{urls: 'stun:' + host}}, {{urls: 'turn:' + host + '?transport=tcp', username: 'a', credential: 'b'}}]}})
                .createDataChannel('x');
            navigator.serviceWorker && navigator.serviceWorker.register('/app.js').catch(() => 0);
            window.open(url); setTimeout(() => {{ location.href = url; }}, 50);""",
        waiting="document.write('<script src=/never.js><' + '/script>')",
        greedy="for (let n = 0; n < 1000; n++) fetch('/many/' + n).catch(() => 0);",
        looping="location.href = location.pathname + '?' + Math.random();",
        asking="alert('x'); confirm('y'); onbeforeunload = () => 'stay';",
        forbidden="fetch('/hidden/data.json')",
    ) as site:  # fmt: skip
        site.route(
            "/robots.txt", Answer(body=b"User-agent: *\nDisallow: /hidden/\n", content_type="text/plain")
        )
        site.route("/leads-there", Answer(302, headers=(("Location", f"http://127.0.0.1:{port}/"),)))
        site.route("/never.js", Answer(body=b"x" * 100, drip=5.0, content_type="text/javascript"))
        site.under("/many/", lambda _: Answer(body=b"{}", content_type="application/json"))
        done = crawl(site, tmp_path, "--json", "--page-seconds", "5")
        paths = site.paths()

    told = json.loads(done.stdout)
    assert came == []
    late = told["failed"].get(
        "timeout", 0
    )  # a thousand requests may take longer than a page has; so may a busy machine
    assert sum(told["failed"].values()) == late <= 2, done.stderr
    assert told["new"] + told["duplicates"] + late == 7, told
    assert 20 <= sum(path.startswith("/many/") for path in paths) <= 200  # two tries
    assert "/hidden/data.json" not in paths
    assert sum("looping" in path for path in paths) == 1


@needs_chromium
@pytest.mark.torture
def test_a_script_without_an_end_costs_its_own_page(tmp_path: Path) -> None:
    with paper(endless="for (;;) {}") as site:
        done = crawl(site, tmp_path, "--json", "--page-seconds", "3")

    told = json.loads(done.stdout)
    assert told["failed"] == {"timeout": 1}, done.stderr
    assert told["new"] == 1


@pytest.mark.slow
def test_without_a_browser_a_run_does_not_start_and_says_what_to_install(tmp_path: Path) -> None:
    with FakeSite() as site:
        done = crawl(site, tmp_path, "--browser", str(tmp_path / "chromium"))

        assert (done.returncode, done.stdout) == (3, "")
        assert "paper: render = true in its site file" in done.stderr
        assert site.hits == []


def test_what_is_missing_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert "apt-get install chromium" in (what_is_missing(None) or "")
    monkeypatch.setattr("columnist.scraper.fetch.browser.find.find_spec", lambda _: None)
    assert 'pip install "columnist[browser]"' in (what_is_missing(None) or "")


@pytest.mark.parametrize(
    ("resource", "method", "main", "what"),
    [
        ("document", "GET", True, "page"), ("document", "GET", False, "abort"), ("document", "POST", True, "abort"),
        ("script", "GET", False, "fetch"), ("xhr", "GET", False, "fetch"), ("fetch", "POST", False, "abort"),
        ("stylesheet", "GET", False, "empty"), ("image", "GET", False, "abort"), ("media", "GET", False, "abort"),
        ("font", "GET", False, "abort"), ("ping", "POST", False, "abort"), ("websocket", "GET", False, "abort"),
    ],
)  # fmt: skip
def test_a_page_loads_what_text_is_made_of(resource: str, method: str, main: bool, what: str) -> None:
    assert kind_of_load(resource, method, main) == what


def test_a_run_without_such_a_site_imports_no_browser(tmp_path: Path) -> None:
    code = "import sys, columnist.scraper.crawl.run; print([m for m in sys.modules if 'playwright' in m])"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"
    assert columnist.Article is not None


@needs_chromium
@pytest.mark.slow
def test_sites_add_finds_that_a_site_needs_a_browser(tmp_path: Path) -> None:
    with paper() as site:
        add = [
            sys.executable,
            "-m",
            "columnist",
            "sites",
            "add",
            site.base,
            "--data",
            str(tmp_path),
            "--delay",
            "0",
        ]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        told = subprocess.run(
            [*add, "--browser", str(tmp_path / "none")], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )  # fmt: skip
        done = subprocess.run(add, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert told.returncode == 3
    assert "perhaps scripts build its pages, which a browser would show" in told.stderr
    assert done.returncode == 0, done.stderr
    assert "render = true" in done.stdout
    (file,) = (tmp_path / "sites").glob("*.toml")
    assert "\nrender = true" in file.read_text()
