"""Whatever a server or a page says: these functions answer, within bounds, and never raise."""

import logging
import time

from hypothesis import example, given, settings
from hypothesis import strategies as st

from columnist.pipelines.document.content_encoding import UnpackError, unpack
from columnist.pipelines.records.redact import loggable_url, printable, redacted
from columnist.pipelines.sites.path_patterns import path_matches
from columnist.pipelines.sites.rights import (
    RobotsSignals,
    merge_rights,
    read_tdmrep,
    rights_from_headers,
    rights_from_robots,
    rights_from_tdmrep,
)
from columnist.scraper.cli.log import PrintableFilter
from columnist.scraper.fetch.guard.address_guard import AddressPolicy, AddressRefused, check_address, refusal
from columnist.scraper.robots.decisions import origin_of
from columnist.scraper.robots.parser import allows, read_robots
from columnist.scraper.throttle.pace import (
    Pace,
    after_answer,
    after_failure,
    after_start,
    ready_at,
    retry_after_seconds,
)

FEW = settings(max_examples=60, deadline=None)
PIECES = st.lists(
    st.sampled_from(
        ["User-agent: *", "user-agent: columnist", "Disallow: ", "Allow: /", "/a*b$", "%", "%2F", "\n", "\r", "\0", "#", ":",
         "Crawl-delay: ", "1e309", "Sitemap: ", "http://", "Content-Usage: ", "train-ai=n", "\ufeff", "\u2028", "é", "*", "$"]
    ),
    max_size=40,
)  # fmt: skip
ADDRESSES = st.one_of(
    st.text(max_size=80),
    st.builds(
        "{}{}{}{}{}".format,
        st.sampled_from(["http://", "https://", "//", "http:", "HTTP://", "file://", ""]),
        st.sampled_from(["", "u:p@", "@", "%40"]),
        st.sampled_from(
            [
                "127.1",
                "[::1]",
                "[",
                "a.example",
                "1.2.3.4",
                "①.example",
                "a..b",
                "-",
                "\0",
                "[::ffff:1.2.3.4]",
            ]
        ),
        st.sampled_from(["", ":", ":80", ":0", ":99999", ":-1", ":x", ":8900"]),
        st.text(max_size=30),
    ),
)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["x-robots-tag", "tdm-reservation", "tdm-policy", "content-usage", "link", "www-authenticate"]
    ),
    st.one_of(
        st.text(max_size=60),
        st.sampled_from(['<x>; rel="license"', "otherbot: noai, noindex", "<<>;rel=license"]),
    ),
)


@FEW
@given(st.one_of(st.binary(max_size=400), PIECES.map(lambda p: "".join(p).encode())), ADDRESSES)
@example(b"User-agent: *\nDisallow: /" + b"*" * 500, "http://a.example/" + "*" * 500)
def test_any_robots_txt_is_read_and_matched(body: bytes, url: str) -> None:
    rules = read_robots(body, "Columnist/0.1")

    assert allows(rules, url) in (True, False)
    assert rules.delay is None or rules.delay >= 0
    rights_from_robots(rules.signals, "/a")


@FEW
@given(st.text(max_size=40), ADDRESSES)
def test_any_pattern_matches_or_not(pattern: str, url: str) -> None:
    assert path_matches(pattern, url) in (True, False)


@FEW
@given(ADDRESSES)
def test_any_address_is_judged(url: str) -> None:
    reason = refusal(url, AddressPolicy())
    loggable_url(url)

    assert reason is None or isinstance(reason, str)
    if reason is None:
        assert origin_of(url) is not None


@FEW
@given(
    st.text(max_size=20), st.integers(0, 65535), st.one_of(st.ip_addresses().map(str), st.text(max_size=20))
)
def test_any_resolved_address_is_opened_or_refused(host: str, port: int, address: str) -> None:
    try:
        check_address(AddressPolicy(), host, port, address)
    except AddressRefused as refused:
        assert refused.reason in ("private-address", "port")  # noqa: PT017  either outcome is lawful


@FEW
@given(HEADERS, HEADERS)
def test_any_headers_give_rights_and_merging_only_tightens(
    first: dict[str, str], second: dict[str, str]
) -> None:
    a = rights_from_headers(first, "https://a.example/x")
    b = rights_from_headers(second, "https://a.example/x")
    merged = merge_rights(a, b)

    assert merge_rights(merged, merged) == merged
    assert merged.train_ai is not True or False not in (a.train_ai, b.train_ai)


@FEW
@given(
    st.one_of(
        st.binary(max_size=200), st.text(max_size=80).map(lambda t: ('[{"location":"' + t + '"}]').encode())
    )
)
def test_any_tdmrep_is_read(body: bytes) -> None:
    rights_from_tdmrep(read_tdmrep(body, "https://a.example/"), "/x")


@FEW
@given(st.text(max_size=200))
def test_any_text_becomes_printable(text: str) -> None:
    shown = printable(redacted(text))

    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in shown)
    assert printable(shown) == shown
    record = logging.LogRecord("n", 20, "f", 1, text, (text,), None)
    assert PrintableFilter().filter(record)


@FEW
@given(st.one_of(st.none(), st.text(max_size=40)))
def test_any_retry_after_is_a_bounded_wait_or_nothing(value: str | None) -> None:
    wait = retry_after_seconds(value, time.time())

    assert wait is None or 0 <= wait <= 3600


@FEW
@given(st.lists(st.sampled_from([200, 304, 404, 429, 500, 503, -1]), max_size=60), st.floats(0, 200))
def test_no_run_of_answers_takes_a_pace_out_of_bounds(answers: list[int], base: float) -> None:
    pace, now = Pace(base), 0.0
    for status in answers:
        pace = after_start(pace, now)
        pace = after_failure(pace, now) if status < 0 else after_answer(pace, now, status, None, 0.1)

        assert base <= pace.delay <= max(300.0, base)
        assert pace.broken or ready_at(pace) >= now
        now = now + 1 if pace.broken else max(now, ready_at(pace))


@FEW
@given(st.binary(max_size=300), st.lists(st.sampled_from(["gzip", "deflate", "br", "zstd", "x"]), max_size=3))
@example(b"\x1f\x8b", ["gzip"])
@example(b"\x1f\x8b\x08\x04\0\0\0\0\0\0", ["gzip"])
def test_any_body_unpacks_or_says_why_not(body: bytes, layers: list[str]) -> None:
    try:
        assert len(unpack(body, layers, 10_000)[0]) <= max(10_000, len(body))
    except UnpackError as error:
        assert error.problem in ("too-large", "damaged", "too-many-encodings")  # noqa: PT017  as above


def test_signals_of_robots_are_bounded() -> None:
    signals = RobotsSignals(
        tuple((f"/{n}", "train-ai=n") for n in range(100)), tuple("ai-train=no" for _ in range(100))
    )

    assert len(rights_from_robots(signals, "/1").usage or "") <= 500
