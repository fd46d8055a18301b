"""Broken, hostile and endless HTTP answers: none crashes the crawl, each is counted, none costs memory or the loop."""

import asyncio
import gzip
import sys
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import brotli
import pytest
from backports import zstd
from fetcher import fetch_all
from loopturns import WatchedLoop
from rawserver import Script, answer, raw_server, say

OK = b"HTTP/1.1 200 OK\r\n"
HTML = b"<p>" + b"a story " * 50
BOMB = b"\0" * 60_000_000
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def ok(*headers: bytes, body: bytes = HTML, length: bool = True) -> Script:
    size = b"Content-Length: %d\r\n" % len(body) if length else b""
    return say(OK + size + b"".join(h + b"\r\n" for h in headers) + b"Connection: close\r\n\r\n" + body)


def encoded(encoding: str, body: bytes) -> Script:
    return answer("200 OK", body, f"Content-Encoding: {encoding}")


def layers(count: int) -> bytes:
    body = HTML
    for _ in range(count):
        body = gzip.compress(body)
    return body


# Name -> (script, expected): a status, or a part of the name of the error that counts it.
BROKEN: Mapping[str, tuple[Script, int | str]] = {
    # status line
    "nothing": (say(), "DownloadFailed"),
    "reset": (say(end="reset"), "DownloadFailed"),
    "only a version": (say(b"HTTP/1.1\r\n\r\n"), "DownloadFailed"),
    "no reason phrase": (say(b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok"), 200),
    "status in letters": (say(b"HTTP/1.1 abc OK\r\n\r\n"), "DownloadFailed"),
    "negative status": (say(b"HTTP/1.1 -1 X\r\nContent-Length: 0\r\n\r\n"), "DownloadFailed"),
    "status 0": (say(b"HTTP/1.1 0 X\r\nContent-Length: 0\r\n\r\n"), "DownloadFailed"),
    "status 99999": (say(b"HTTP/1.1 99999 X\r\nContent-Length: 0\r\n\r\n"), "DownloadFailed"),
    "HTTP/9.9": (say(b"HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\nok"), 200),
    "HTTP/1": (say(b"HTTP/1 200 OK\r\n\r\nok"), "DownloadFailed"),
    "HTTP/-1.1": (say(b"HTTP/-1.1 200 OK\r\n\r\nok"), "DownloadFailed"),
    "ICY": (say(b"ICY 200 OK\r\n\r\nok"), "DownloadFailed"),
    "no version": (say(b"200 OK\r\n\r\nok"), "DownloadFailed"),
    "HTTP/0.9": (say(b"<html><p>text</p></html>\n"), "DownloadFailed"),
    "SSH": (say(b"SSH-2.0-OpenSSH_9.6\r\n"), "DownloadFailed"),
    "SMTP": (say(b"220 mail.example ESMTP\r\n", end="hang"), "Download"),
    "TLS alert": (say(b"\x15\x03\x01\x00\x02\x02\x28"), "DownloadFailed"),
    "random bytes": (say(bytes(range(256)) * 64), "DownloadFailed"),
    "NUL bytes": (say(b"\0" * 10_000), "DownloadFailed"),
    "an endless status line": (say(*[b"HTTP/1.1 200 " + b"a" * 65_536] * 40), "DownloadFailed"),
    "empty lines first": (say(b"\r\n\r\n" + OK + b"\r\nok"), ""),
    "100 then 200": (say(b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\nok"), 200),
    "103 then 200": (say(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\nok"), 200),
    "100 for ever": (say(*[b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000] * 400), "DownloadFailed"),
    "101": (say(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", end="hang"), ""),
    # headers
    "header without colon": (ok(b"garbage"), 200),
    "header without name": (ok(b": x"), 200),
    "NUL in a header": (ok(b"X-A: a\0b"), 200),
    "bytes in a header": (ok(b"X-A: \xff\xfe\x80", b"\xff: x"), 200),
    "escape in a header": (ok(b"Server: \x1b[2J\x1b]0;owned\x07"), 200),
    "bare CR in a header": (ok(b"X-A: a\rX-B: b"), ""),
    "a folded header": (ok(b"X-A: a\r\n b"), 200),
    "a fold without header": (say(OK + b" folded\r\n\r\nok"), ""),
    "LF only": (say(b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok"), 200),
    "headers cut": (say(OK + b"Content-Le"), "DownloadFailed"),
    "headers reset": (say(OK + b"Content-Le", end="reset"), "DownloadFailed"),
    "headers never end": (say(OK, *[b"X-A: 1\r\n" * 2_000] * 400), "DownloadFailed"),
    "one endless header": (say(OK + b"X-A: ", *[b"a" * 65_536] * 400), "DownloadFailed"),
    "many folds": (say(OK + b"X-A: a\r\n", *[b" b\r\n" * 5_000] * 200), "DownloadFailed"),
    "large cookies": (ok(*[b"Set-Cookie: a%d=%s" % (n, b"x" * 900) for n in range(50)]), 200),
    "a header line of 100 KiB": (ok(b"X-A: " + b"a" * 102_400), 200),
    "seven lines of 18 KiB": (ok(*[b"X-%d: " % n + b"a" * 18_000 for n in range(7)]), 200),
    "a header line of 129 KiB": (ok(b"X-A: " + b"a" * 132_096), "DownloadFailed"),
    "four lines of 40 KiB": (ok(*[b"X-%d: " % n + b"a" * 40_960 for n in range(4)]), "DownloadFailed"),
    "two equal lengths": (ok(b"Content-Length: %d" % len(HTML)), ""),
    "two other lengths": (ok(b"Content-Length: 3"), ""),
    "negative length": (say(OK + b"Content-Length: -5\r\n\r\nok"), ""),
    "length in letters": (say(OK + b"Content-Length: abc\r\n\r\nok"), ""),
    "length 1e3": (say(OK + b"Content-Length: 1e3\r\n\r\nok"), ""),
    "length +2": (say(OK + b"Content-Length: +2\r\n\r\nok"), ""),
    "a length of 30 digits": (say(OK + b"Content-Length: " + b"9" * 30 + b"\r\n\r\nok"), ""),
    "length of 5,000 digits": (say(OK + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\nok"), ""),
    "length and chunked": (say(OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"), ""),
    "unknown transfer encoding": (ok(b"Transfer-Encoding: cramped"), ""),
    "chunked twice": (say(OK + b"Transfer-Encoding: chunked, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"), ""),
    "odd content type": (ok(b"Content-Type: \0;;==\xff; charset=\"no\"such"), 200),
    "unknown charset": (ok(b"Content-Type: text/html; charset=x-none"), 200),
    "a codec as charset": (ok(b"Content-Type: text/html; charset=zlib_codec"), 200),
    # body
    "body too short": (say(OK + b"Content-Length: 99\r\n\r\nok"), "ResponseDataLoss"),
    "body too long": (say(OK + b"Content-Length: 2\r\n\r\n" + HTML), 200),
    "body reset": (say(OK + b"Content-Length: 99\r\n\r\nok", 0.2, end="reset"), "DataLoss"),
    "no length, closed": (ok(length=False), 200),
    "204 with a body": (say(b"HTTP/1.1 204 No Content\r\n\r\nbody"), 204),
    "304 with a body": (say(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\nbody"), 304),
    "chunk size in letters": (say(CHUNKED + b"zz\r\nok\r\n"), ""),
    "negative chunk": (say(CHUNKED + b"-2\r\nok\r\n0\r\n\r\n"), ""),
    "chunk of 2**80": (say(CHUNKED + b"f" * 20 + b"\r\nok", end="close"), ""),
    "endless chunk size": (say(CHUNKED, *[b"1" * 65_536] * 100), ""),
    "endless chunk extension": (say(CHUNKED + b"2;", *[b"a" * 65_536] * 100), ""),
    "no last chunk": (say(CHUNKED + b"2\r\nok\r\n"), "DataLoss"),
    "chunk without its end": (say(CHUNKED + b"2\r\nokXX0\r\n\r\n"), ""),
    "endless trailers": (say(CHUNKED + b"2\r\nok\r\n0\r\n", *[b"X-A: 1\r\n" * 2_000] * 200), ""),
    "200,000 small chunks": (say(CHUNKED + b"1\r\na\r\n" * 200_000 + b"0\r\n\r\n"), 200),
    "12 MB": (ok(body=b"a" * 12_000_000), "Cancelled"),
    "12 MB unannounced": (ok(body=b"a" * 12_000_000, length=False), "Cancelled"),
    "endless body": (say(OK + b"\r\n", *[b"a" * 1_000_000] * 60), "Cancelled"),
    "50 MB announced": (say(OK + b"Content-Length: 50000000\r\n\r\n", end="hang"), "Cancelled"),
    # compression
    "gzip cut": (encoded("gzip", gzip.compress(HTML)[:-12]), "damaged"),
    "gzip with a wrong checksum": (encoded("gzip", gzip.compress(HTML)[:-8] + b"\0" * 8), 200),
    "gzip without checksum": (encoded("gzip", gzip.compress(HTML)[:-8]), 200),
    "brotli cut": (encoded("br", brotli.compress(HTML)[:-3]), "damaged"),
    "zstd cut": (encoded("zstd", zstd.compress(HTML)[:-3]), "damaged"),
    "deflate cut": (encoded("deflate", zlib.compress(HTML)[:-12]), "damaged"),
    "gzip damaged": (encoded("gzip", gzip.compress(HTML)[:14] + b"\xff" * 30), "BodyRefused"),
    "gzip and then more": (encoded("gzip", gzip.compress(HTML) + b"trailing"), 200),
    "gzip that is none": (encoded("gzip", HTML), 200),
    "gzip empty": (encoded("gzip", b""), 200),
    "gzip bomb": (encoded("gzip", gzip.compress(BOMB)), "BodyRefused"),
    "gzip bomb of members": (encoded("gzip", gzip.compress(BOMB[:1_000_000]) * 60), "BodyRefused"),
    "deflate": (encoded("deflate", zlib.compress(HTML)), 200),
    "raw deflate": (encoded("deflate", zlib.compress(HTML)[2:-4]), 200),
    "deflate damaged": (encoded("deflate", b"\x78\x9c" + b"\xff" * 40), "BodyRefused"),
    "deflate bomb": (encoded("deflate", zlib.compress(BOMB)), "BodyRefused"),
    "brotli": (encoded("br", brotli.compress(HTML)), 200),
    "brotli damaged": (encoded("br", b"\xff" * 40), "BodyRefused"),
    "brotli bomb": (encoded("br", brotli.compress(BOMB)), "BodyRefused"),
    "zstd": (encoded("zstd", zstd.compress(HTML)), 200),
    "zstd damaged": (encoded("zstd", b"\xff" * 40), "BodyRefused"),
    "zstd bomb": (encoded("zstd", zstd.compress(BOMB)), "BodyRefused"),
    "zstd window of 2 GB": (encoded("zstd", b"\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00"), ""),
    "gzip twice": (encoded("gzip, gzip", layers(2)), 200),
    "gzip twice, two headers": (answer("200 OK", layers(2), "Content-Encoding: gzip", "Content-Encoding: gzip"), 200),
    "gzip three times": (encoded("gzip, gzip, gzip", layers(3)), "BodyRefused"),
    "bomb in a bomb": (encoded("gzip, gzip", gzip.compress(gzip.compress(BOMB))), "BodyRefused"),
    "identity and gzip": (encoded("identity, gzip", layers(1)), 200),
    "5,000 encodings": (encoded(",".join(["gzip"] * 2_500), layers(1)), "BodyRefused"),
    "unknown encoding": (encoded("lzma", HTML), 200),
    # time
    "slow headers": (say(OK, *[b"X", 0.4] * 24), "Timeout"),
    "slow body": (say(OK + b"\r\n", *[b"a", 0.4] * 24), "Timeout"),
    "silence": (say(end="hang"), "Timeout"),
    "silence after headers": (say(OK + b"Content-Length: 5\r\n\r\n", end="hang"), "Timeout"),
    # redirects (not followed here: the crawl follows them itself)
    "redirect without target": (say(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"), 302),
    "redirect with bytes": (say(b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe\0\r\nContent-Length: 0\r\n\r\n"), 302),
}  # fmt: skip
# What ends only by our own patience; for all else a busy machine has time.
WAITED_OUT = ("SMTP", "101", "slow headers", "slow body", "silence", "silence after headers")
IMPATIENT, PATIENT = 6, 60  # seconds, for the whole answer


@pytest.fixture(scope="module")
def outcomes() -> Iterator[dict[str, Any]]:
    scripts = {f"/{n}": script for n, (script, _) in enumerate(BROKEN.values())}
    with raw_server({**scripts, "/control": answer("200 OK", HTML)}) as server:
        urls = {name: f"{server.url}/{n}" for n, name in enumerate(BROKEN)}
        waited_out = [urls.pop(name) for name in WAITED_OUT]
        found = _crawl(server.url, waited_out, IMPATIENT)
        run = _crawl(server.url, [*urls.values(), f"{server.url}/control"], PATIENT)
        named = {name: {**found, **run}.get(f"{server.url}/{n}") for n, name in enumerate(BROKEN)}
        yield {**named, "control": run[f"{server.url}/control"], "run": run}


def _crawl(server: str, urls: list[str], patience: int) -> dict[str, Any]:
    return fetch_all(
        urls,
        seconds=2 * PATIENT,
        COLUMNIST_NAMED_ADDRESSES=[server],
        DOWNLOAD_TIMEOUT=patience,
        CONCURRENT_REQUESTS=20,
    )


def _as_expected(found: list[Any] | None, expected: int | str) -> bool:
    if found is None:  # neither an answer nor an error: it vanished
        return False
    return found[0] == expected if isinstance(expected, int) else expected in str(found[:2])


@pytest.mark.slow
def test_each_broken_answer_is_counted(outcomes: dict[str, Any]) -> None:
    wrong = {
        name: (expected, outcomes[name])
        for name, (_, expected) in BROKEN.items()
        if not _as_expected(outcomes[name], expected)
    }

    assert wrong == {}


@pytest.mark.slow
def test_the_crawl_survives_them_all(outcomes: dict[str, Any]) -> None:
    assert len(BROKEN) >= 60
    assert outcomes["control"][0] == 200
    assert "Unhandled" not in outcomes["run"]["stderr"]


@pytest.mark.slow
def test_no_answer_takes_much_memory_or_holds_the_loop(outcomes: dict[str, Any]) -> None:
    assert outcomes["run"]["memory_mb"][0] < 500  # 20 at a time, 10 MB each
    traced = sys.gettrace() is not None  # coverage makes Python several times slower
    assert outcomes["run"]["longest_turn"][0] < (1.0 if traced else 0.25)


@pytest.mark.parametrize(("at_once", "seen"), [(0.3, True), (0.1, False)])
def test_the_watch_sees_one_long_turn_and_not_the_sum_of_short_ones(at_once: float, seen: bool) -> None:
    async def work() -> float:
        loop.watch()
        for _ in range(4):
            await asyncio.sleep(0)
            end = time.thread_time() + at_once
            while time.thread_time() < end:
                pass
        await asyncio.sleep(0)
        return loop.longest_turn

    with closing(WatchedLoop()) as loop:
        longest = loop.run_until_complete(work())

    assert (longest >= 0.25) == seen


@pytest.mark.slow
def test_what_is_compressed_comes_out_whole(outcomes: dict[str, Any]) -> None:
    for name in ("deflate", "raw deflate", "brotli", "zstd", "gzip twice", "gzip twice, two headers", "identity and gzip",
                 "gzip that is none", "gzip with a wrong checksum", "gzip without checksum", "gzip and then more"):  # fmt: skip
        assert outcomes[name][2] == len(HTML), name
