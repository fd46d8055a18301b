"""Real servers see only what their robots.txt allows."""

from collections.abc import Mapping

import pytest
from fetcher import fetch_all
from rawserver import RawServer, Script, answer, say

RULES = b"User-agent: *\nDisallow: /shut\n"
# name -> (what the server says to /robots.txt, whether /open and /shut may then be fetched)
ON_THE_WIRE: Mapping[str, tuple[Script, bool, bool]] = {
    "200": (answer("200 OK", RULES), True, False),
    "200 html": (answer("200 OK", b"<html>x", "Content-Type: text/html"), True, True),
    "200 as html": (answer("200 OK", RULES, "Content-Type: text/html"), True, False),
    "200 octets": (answer("200 OK", RULES, "Content-Type: application/octet-stream"), True, False),
    "200 empty": (answer("200 OK", b""), True, True),
    "200 no length": (say(b"HTTP/1.0 200 OK\r\n\r\n" + RULES), True, False),
    "200 chunked": (say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n"
                        % (len(RULES), RULES)), True, False),
    "200 big": (answer("200 OK", RULES + b"#" * 3_000_000), True, False),
    "200 huge announced": (say(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n" + RULES + b"#\n" * 600_000,
                               end="hang"), True, False),
    "200 bom": (answer("200 OK", b"\xef\xbb\xbf" + RULES), True, False),
    "200 cr": (answer("200 OK", RULES.replace(b"\n", b"\r")), True, False),
    "200 claims gzip": (answer("200 OK", RULES, "Content-Encoding: gzip"), True, False),
    "204": (say(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"), True, True),
    "300": (answer("300 Multiple Choices", RULES), False, False),
    "302 loop": (answer("302 Found", b"", "Location: /robots.txt"), False, False),
    "302 nowhere": (answer("302 Found", b""), False, False),
    "302 file": (answer("302 Found", b"", "Location: file:///etc/passwd"), False, False),
    "302 private": (answer("302 Found", b"", "Location: http://127.0.0.1:1/robots.txt"), False, False),
    "301 elsewhere": (answer("301 Moved", b"", "Location: /real"), True, False),
    "308 elsewhere": (answer("308 Moved", b"", "Location: /real"), True, False),
    "304": (say(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"), False, False),
    "400": (answer("400 Bad Request", RULES), True, True),
    "401": (answer("401 Unauthorized", RULES), True, True),
    "401 licence": (answer("401 Unauthorized", RULES, "WWW-Authenticate: License"), False, False),
    "403": (answer("403 Forbidden", RULES), True, True),
    "404": (answer("404 Not Found", RULES), True, True),
    "410": (answer("410 Gone", RULES), True, True),
    "418": (answer("418 Teapot", RULES), True, True),
    "429": (answer("429 Too Many Requests", RULES), False, False),
    "451": (answer("451 Legal", RULES), True, True),
    "500": (answer("500 Error", b""), False, False),
    "502": (answer("502 Bad Gateway", b""), False, False),
    "503": (answer("503 Unavailable", b"", "Retry-After: 5"), False, False),
    "504": (answer("504 Timeout", b""), False, False),
    "520": (answer("520 Odd", b""), False, False),
    "999": (answer("999 Denied", b""), False, False),
    "no answer": (say(end="close"), False, False),
    "reset": (say(end="reset"), False, False),
    "hangs": (say(end="hang"), False, False),
    "hangs in the body": (say(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nUser", end="hang"), False, False),
    "cut": (say(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + RULES), False, False),
    "no http": (say(b"SSH-2.0-OpenSSH_9.6\r\n"), False, False),
    "header flood": (say(b"HTTP/1.1 200 OK\r\n" + b"X-A: 1\r\n" * 60_000), False, False),
    "drip": (say(b"HTTP/1.1 200 OK\r\n\r\n", *[b"U", 0.3] * 20), False, False),
}  # fmt: skip


@pytest.mark.slow
def test_servers_see_only_what_their_robots_txt_allows() -> None:
    servers = {name: RawServer({"/robots.txt": script, "/real": answer("200 OK", RULES), "/open": answer(),
                                "/shut": answer()}) for name, (script, _, _) in ON_THE_WIRE.items()}  # fmt: skip
    urls = [f"{server.url}{path}" for server in servers.values() for path in ("/open", "/shut")]
    try:
        fetch_all(
            urls,
            ASK_ROBOTS=True,
            COLUMNIST_NAMED_ADDRESSES=[server.url for server in servers.values()],
            DOWNLOAD_TIMEOUT=3,
            CONCURRENT_REQUESTS=200,
        )
    finally:
        for server in servers.values():
            server.close()
    seen = {
        name: ("/open" in server.log, "/shut" in server.log, server.log.count("/robots.txt"))
        for name, server in servers.items()
    }
    expected = {
        name: (is_open, is_shut, 6 if "loop" in name else 1)
        for name, (_, is_open, is_shut) in ON_THE_WIRE.items()
    }

    assert seen == expected
    assert len(seen) >= 40


@pytest.mark.slow
def test_a_host_that_refuses_the_connection_is_not_crawled() -> None:
    gone = RawServer({})
    gone.close()
    outcomes = fetch_all(
        [f"{gone.url}/a", "http://nosuch.invalid/a"], ASK_ROBOTS=True, COLUMNIST_NAMED_ADDRESSES=[gone.url]
    )

    assert outcomes[f"{gone.url}/a"][0] == outcomes["http://nosuch.invalid/a"][0] == "robots-unreachable"
