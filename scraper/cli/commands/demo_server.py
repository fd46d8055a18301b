"""The bundled demo newspaper on a loopback port: a real server of static files, as a news site answers."""

import gzip
import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from fnmatch import fnmatchcase
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

_PLACEHOLDER = b"{{base}}"  # in pages, feeds, sitemaps and robots.txt: the address being served
_BINARY = (".png", ".ico", ".jpg", ".gz")
_TYPES = {
    ".html": "text/html; charset=UTF-8",
    ".xml": "application/xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".atom": "application/atom+xml",
    ".json": "application/json",
    ".txt": "text/plain",
    ".png": "image/png",
    ".gz": "application/x-gzip",
}
_IDLE_SECONDS = 30.0  # a kept-alive connection without a request longer than this is closed


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: what goes over the wire, apart from the Date."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def demo_folder() -> Path:
    """Return the newspaper's folder: data/demo in a checkout, demo_newspaper beside this file in an installed wheel."""
    here = Path(__file__).resolve().parents[2]
    for folder in (here / "demo_newspaper", here.parent / "data" / "demo"):
        if (folder / "site").is_dir():
            return folder
    raise FileNotFoundError(
        f"the demo newspaper is missing: neither {here / 'demo_newspaper'} nor {here.parent / 'data' / 'demo'} "
        "has a folder 'site'; install Columnist from its wheel or run it from a checkout"
    )


@contextmanager
def serve_newspaper(root: Path | None = None, port: int = 0) -> Iterator[str]:
    """Serve the newspaper on 127.0.0.1 while the context lasts; gives its address, without a slash at the end."""
    folder = root or demo_folder()
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, folder))
    server.daemon_threads = True
    server.block_on_close = False  # an idle kept-alive connection must not hold up the end
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="demo-newspaper", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answer(folder: Path, target: str, base: str, asked: Mapping[str, str]) -> Reply:
    """Answer one GET: `target` is the request's path with query, `asked` its headers by lower-case name."""
    parts = urlsplit(target)
    path = unquote(parts.path)
    site = (folder / "site").resolve()
    found = _find(site, path, parse_qs(parts.query))
    if found is None:
        if not path.endswith("/") and _find(site, path + "/", {}) is not None:
            query = f"?{parts.query}" if parts.query else ""
            return Reply(HTTPStatus.MOVED_PERMANENTLY, {"Location": f"{base}{parts.path}/{query}"})
        return _missing(site, base)
    content = _content(found, path, base)
    headers = {
        "Content-Type": _TYPES.get(Path(path).suffix or ".html", _TYPES[".html"]),
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:20]}"',
        "Last-Modified": formatdate(found.stat().st_mtime, usegmt=True),
        **_own_headers(folder, path),
    }
    if _unchanged(headers, asked):
        return Reply(HTTPStatus.NOT_MODIFIED, {k: headers[k] for k in ("ETag", "Last-Modified")})
    return Reply(HTTPStatus.OK, headers, content)


def _find(site: Path, path: str, query: Mapping[str, list[str]]) -> Path | None:
    """Return the file behind a path; never one outside the site's folder."""
    segments = path.split("/")
    if any(s.startswith(".") or "\\" in s or "\0" in s for s in segments):
        return None
    name = segments[-1] or "index.html"
    if "page" in query:  # /section/?page=2 is the file index.page-2.html
        stem, dot, suffix = name.rpartition(".")
        number = query["page"][-1]
        if not number.isdecimal():
            return None
        name = f"{stem or suffix}.page-{number}.{suffix if dot else 'html'}"
    inside = site.joinpath(*(s for s in segments[:-1] if s))
    for candidate in (
        name,
        f"{name}.html",
        name.removesuffix(".gz"),
        name.replace("index.html", "index.xml"),
    ):
        try:
            resolved = (inside / candidate).resolve()
            if resolved.is_relative_to(site) and resolved.is_file():
                return resolved
        except OSError:  # a name too long for the file system
            return None
    return None


def _content(file: Path, path: str, base: str) -> bytes:
    content = file.read_bytes()
    if not file.name.endswith(_BINARY):
        content = content.replace(_PLACEHOLDER, base.encode("ascii"))
    if path.endswith(".gz") and file.suffix != ".gz":
        content = gzip.compress(content, mtime=0)  # no clock in it: the same bytes give the same ETag
    return content


def _own_headers(folder: Path, path: str) -> dict[str, str]:
    """Return what headers.json says for a path: {pattern: {header: value}}, later patterns win."""
    named = folder / "headers.json"
    if not named.is_file():
        return {}
    rules: dict[str, dict[str, str]] = json.loads(named.read_text(encoding="utf-8"))
    headers: dict[str, str] = {}
    for pattern, values in rules.items():
        if fnmatchcase(path, pattern):
            headers.update(values)
    return headers


def _unchanged(headers: Mapping[str, str], asked: Mapping[str, str]) -> bool:
    """Compare validators as RFC 9110 section 13 orders them: If-None-Match first, then If-Modified-Since."""
    if "if-none-match" in asked:
        tags = [t.strip().removeprefix("W/") for t in asked["if-none-match"].split(",")]
        return "*" in tags or headers["ETag"] in tags
    try:
        since = parsedate_to_datetime(asked["if-modified-since"])
        return parsedate_to_datetime(headers["Last-Modified"]) <= since
    except (KeyError, ValueError, TypeError):
        return False


def _missing(site: Path, base: str) -> Reply:
    page = site / "404.html"
    body = _content(page, "/404.html", base) if page.is_file() else b"<h1>Not found</h1>"
    return Reply(HTTPStatus.NOT_FOUND, {"Content-Type": _TYPES[".html"]}, body)


class _Handler(BaseHTTPRequestHandler):
    """Thin shell around `answer`."""

    protocol_version = "HTTP/1.1"
    server_version = "Demo"
    sys_version = ""
    timeout = _IDLE_SECONDS

    def __init__(self, folder: Path, *args: object) -> None:
        self._folder = folder
        super().__init__(*args)  # type: ignore[arg-type]  # socketserver gives request, address, server

    def do_GET(self) -> None:
        """Answer a GET."""
        self._reply(with_body=True)

    def do_HEAD(self) -> None:
        """Answer a HEAD: the same headers, no body."""
        self._reply(with_body=False)

    def _reply(self, *, with_body: bool) -> None:
        port = self.connection.getsockname()[1]
        asked = {name.lower(): value for name, value in self.headers.items()}
        reply = answer(self._folder, self.path, f"http://127.0.0.1:{port}", asked)
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if with_body:
            self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's signature
        """Say nothing: the crawl's own log names every request."""
