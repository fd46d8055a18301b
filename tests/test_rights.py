"""Opt-out signals: each as its protocol says, merged the most restrictive first."""

import itertools
import json
import time
from dataclasses import replace

import pytest

from columnist.pipelines.records.article import Rights
from columnist.pipelines.sites.path_patterns import path_matches
from columnist.pipelines.sites.rights import (
    RobotsSignals,
    directives_for_us,
    licence_demanded,
    merge_rights,
    opted_out,
    read_tdmrep,
    rights_from_headers,
    rights_from_robots,
    rights_from_tdmrep,
    rights_from_usage,
    tdm_flag,
)

PAGE = "https://paper.example/news/a.html"

HEADERS = [
    ({}, Rights()),
    ({"tdm-reservation": "1"}, Rights(tdm_reservation=True)),
    ({"tdm-reservation": " 0 "}, Rights(tdm_reservation=False)),
    ({"tdm-reservation": "true"}, Rights()),
    ({"tdm-reservation": "2"}, Rights()),
    (
        {"tdm-reservation": "1", "tdm-policy": "https://paper.example/policy.json"},
        Rights(tdm_reservation=True, tdm_policy="https://paper.example/policy.json"),
    ),
    ({"tdm-policy": "/policy.json"}, Rights(tdm_policy="https://paper.example/policy.json")),
    ({"tdm-policy": "javascript:alert(1)"}, Rights()),
    ({"x-robots-tag": "noindex"}, Rights(x_robots="noindex", search=False)),
    ({"x-robots-tag": "NOAI, NoImageAI"}, Rights(train_ai=False, x_robots="noai, noimageai")),
    ({"x-robots-tag": "nofollow, noarchive"}, Rights(x_robots="noarchive, nofollow")),
    ({"x-robots-tag": "otherbot: noai, noindex"}, Rights()),
    ({"x-robots-tag": "Columnist: noai"}, Rights(train_ai=False, x_robots="noai")),
    ({"x-robots-tag": "otherbot: noai\nnoarchive"}, Rights(x_robots="noarchive")),
    ({"x-robots-tag": "max-snippet:-1, noai"}, Rights(train_ai=False, x_robots="noai, max-snippet:-1")),
    (
        {"x-robots-tag": "unavailable_after: 25 Jun 2030 15:00:00 PST, noarchive"},
        Rights(x_robots="noarchive, unavailable_after: 25 jun 2030 15:00:00 pst"),
    ),
    ({"content-usage": "train-ai=n"}, Rights(train_ai=False, usage="train-ai=n")),
    (
        {"content-usage": "train-ai=y, search=n"},
        Rights(train_ai=True, search=False, usage="train-ai=y, search=n"),
    ),
    ({"content-usage": "search=y"}, Rights(search=True, usage="search=y")),
    ({"content-usage": "bots=n"}, Rights(train_ai=False, search=False, ai_input=False, usage="bots=n")),
    (
        {"content-usage": "bots=n, train-ai=y"},
        Rights(train_ai=True, search=False, ai_input=False, usage="bots=n, train-ai=y"),
    ),
    ({"content-usage": "train-ai=perhaps"}, Rights(usage="train-ai=perhaps")),
    (
        {"link": '<https://paper.example/rsl.xml>; rel="license"; type="application/rsl+xml"'},
        Rights(license_url="https://paper.example/rsl.xml"),
    ),
    ({"link": "</n.css>; rel=preload, </l>; rel=license"}, Rights(license_url="https://paper.example/l")),
    ({"link": '</l>; rel="nofollow LICENSE"'}, Rights(license_url="https://paper.example/l")),
    ({"link": "<file:///etc/passwd>; rel=license"}, Rights()),
    ({"link": "<<<>>;rel=;;,"}, Rights()),
]


@pytest.mark.parametrize(("headers", "expected"), HEADERS)
def test_each_header_says_what_its_protocol_says(headers: dict[str, str], expected: Rights) -> None:
    found = rights_from_headers(headers, PAGE)

    assert replace(found, signals=None) == expected


def test_a_hostile_link_header_takes_no_time() -> None:
    started = time.process_time()

    rights = rights_from_headers({"link": "<" * 8_192 + '</l>; rel="license"'}, PAGE)

    assert time.process_time() - started < 0.05  # 1 ms; a search from each bracket to the end took 200
    assert rights == Rights()  # what is past 8,192 characters is not read


def test_merging_can_only_tighten_but_for_tdmrep() -> None:
    flags = (None, True, False)
    for a, b in itertools.product(flags, flags):
        for field in ("robots_allowed", "train_ai"):
            merged = getattr(merge_rights(Rights(**{field: a}), Rights(**{field: b})), field)

            assert merged is (False if False in (a, b) else (True if True in (a, b) else None))


def test_the_nearer_tdm_reservation_supersedes_and_takes_its_policy_along() -> None:
    site = Rights(tdm_reservation=True, tdm_policy="https://a.example/site")

    assert merge_rights(site, Rights(tdm_reservation=False)) == Rights(tdm_reservation=False)
    assert merge_rights(site, Rights()) == site
    assert merge_rights(Rights(tdm_reservation=False), site) == site


def test_directives_are_kept_once_the_most_restrictive_first() -> None:
    merged = merge_rights(Rights(x_robots="nosnippet, noindex"), Rights(x_robots="noindex, noai, all"))

    assert merged.x_robots == "noindex, noai, nosnippet, all"


def test_raw_usage_texts_are_kept_once() -> None:
    merged = merge_rights(rights_from_usage("train-ai=n"), rights_from_usage("train-ai=n"))

    assert merged.usage == "train-ai=n"
    assert merge_rights(merged, rights_from_usage("ai-train=no")).usage == "train-ai=n; ai-train=no"


def test_what_a_record_keeps_of_a_hostile_signal_is_bounded() -> None:
    rights = rights_from_headers({"content-usage": "x=y," * 100_000, "x-robots-tag": "a," * 100_000}, PAGE)

    assert len(rights.usage or "") <= 500
    assert len(rights.x_robots or "") <= 500


@pytest.mark.parametrize(
    ("rights", "signal"),
    [
        (Rights(), None),
        (Rights(robots_allowed=True, tdm_reservation=False, train_ai=True, x_robots="noarchive"), None),
        (Rights(robots_allowed=False), "robots.txt"),
        (Rights(tdm_reservation=True), "tdm-reservation"),
        (Rights(train_ai=False), "train-ai"),
        (Rights(x_robots="noindex"), "noindex"),
        (Rights(x_robots="none"), "none"),
    ],
)
def test_a_page_is_opted_out_by_any_refusing_signal(rights: Rights, signal: str | None) -> None:
    assert opted_out(rights) == signal


def test_only_a_licence_challenge_is_a_demand_for_a_licence() -> None:
    assert licence_demanded(401, {"www-authenticate": 'License error="invalid_request"'})
    assert licence_demanded(401, {"www-authenticate": 'Basic realm="x", License'})
    assert not licence_demanded(401, {"www-authenticate": 'Basic realm="license"'})
    assert not licence_demanded(401, {})
    assert not licence_demanded(200, {"www-authenticate": "License"})


def test_robots_lines_of_the_longest_matching_path_decide() -> None:
    signals = RobotsSignals(
        content_usage=(("/", "train-ai=y"), ("/news/", "train-ai=n")),
        licenses=("https://paper.example/rsl.xml",),
    )

    assert rights_from_robots(signals, "/news/a.html").train_ai is False
    assert rights_from_robots(signals, "/sport/a.html").train_ai is True
    assert rights_from_robots(signals, "/sport/a.html").license_url == "https://paper.example/rsl.xml"


def test_a_content_signal_tightens_a_content_usage() -> None:
    signals = RobotsSignals((("/", "train-ai=y"),), ("search=yes, ai-train=no",))

    assert rights_from_robots(signals, "/").train_ai is False
    assert rights_from_robots(signals, "/").usage == "train-ai=y; search=yes, ai-train=no"


TDMREP = [
    {"location": "/", "tdm-reservation": 0},
    {"location": "/news/", "tdm-reservation": 1, "tdm-policy": "https://paper.example/p.json"},
    {"location": "/news/free/*.html$", "tdm-reservation": "0"},
    {"location": "/odd/", "tdm-reservation": 7},
    {"location": 5, "tdm-reservation": 1},
    "text",
    None,
]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", Rights(tdm_reservation=False)),
        ("/odd/x", Rights(tdm_reservation=False)),
        ("/news/a.html", Rights(tdm_reservation=True, tdm_policy="https://paper.example/p.json")),
        ("/news/free/a.html", Rights(tdm_reservation=False)),
        ("/news/free/a.html?x=1", Rights(tdm_reservation=True, tdm_policy="https://paper.example/p.json")),
    ],
)
def test_the_most_specific_rule_of_tdmrep_decides(path: str, expected: Rights) -> None:
    rules = read_tdmrep(json.dumps(TDMREP).encode(), "https://paper.example/.well-known/tdmrep.json")

    found = rights_from_tdmrep(rules, path)

    assert replace(found, signals=None) == expected
    assert found.signals
    assert found.signals[0].carrier == "tdmrep.json"


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[" * 100_000, b"\xff\xfe", b'{"location": 3}', b"null", b"12", b'"text"', b"[[[]]]"],
)
def test_an_unreadable_tdmrep_has_no_rules(body: bytes) -> None:
    assert read_tdmrep(body, "https://paper.example/") == ()


def test_a_byte_order_mark_and_a_lone_object_are_read() -> None:
    body = b'\xef\xbb\xbf{"location": "/", "tdm-reservation": 1}'

    assert rights_from_tdmrep(read_tdmrep(body, PAGE), "/x").tdm_reservation is True


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, False), (1, True), ("1", True), (True, None), (1.0, None), (None, None), ("yes", None), ([1], None)],
)
def test_tdm_values_other_than_0_and_1_are_unset(value: object, expected: bool | None) -> None:
    assert tdm_flag(value) is expected


def test_a_star_addresses_every_robot() -> None:
    assert directives_for_us("*: noai") == ["noai"]


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        # RFC 9309, sections 2.2.2 and 2.2.3, and what its examples imply
        ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https://foo.bar", True),
        ("/foo/bar/\u30c4", "/foo/bar/%E3%83%84", True),
        ("/foo/bar/%E3%83%84", "/foo/bar/\u30c4", True),
        ("/foo/bar/%62%61%7A", "/foo/bar/baz", True),
        ("/foo%2Fbar", "/foo/bar", False),
        ("/foo%2fbar", "/foo%2Fbar", True),
        ("/path/file-with-a-%2A.html", "/path/file-with-a-*.html", True),
        ("/path/foo-%24", "/path/foo-$", True),
        ("/path/foo-%24", "/path/foo-", False),
        ("/fish", "/fishheads/yummy.html", True),
        ("/fish", "/Fish.asp", False),
        ("/fish*", "/fish/salmon.html", True),
        ("/fish/", "/fish", False),
        ("/*.php", "/index.php?x=1", True),
        ("/*.php$", "/index.php?x=1", False),
        ("/*.php$", "/a.php.php", True),
        ("/fish*.php", "/fishheads/catfish.php?parameters", True),
        ("/a*b*c$", "/abbc", True),
        ("/a*bc$", "/abc", True),
        ("/abc$", "/abcd", False),
        ("/a*a$", "/a", False),
        ("*", "/anything", True),
        ("$", "/", True),
        ("", "/anything", True),
        ("private", "/private/x", True),
        ("https://paper.example/x", "/x/y", True),
        ("/a$b", "/a$bc", True),
        ("/%", "/%25", True),
        ("/a b", "/a%20b", True),
    ],
)  # fmt: skip
def test_paths_match_patterns_as_the_rfc_says(pattern: str, path: str, expected: bool) -> None:
    assert path_matches(pattern, path) is expected
