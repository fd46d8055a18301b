"""What a robots.txt says, by RFC 9309: groups, paths, delays, lines on use; and never slowly."""

import pickle
import time

import pytest
from protego import Protego
from robotsworld import AGENT, SITE

from columnist.scraper.robots.parser import MAX_ROBOTS_BYTES, allows, product_token, read_robots

# (robots.txt, path, allowed): RFC 9309 sections 2.2.1 to 2.2.4
TEXTS = [
    (b"", "/a", True),
    (b"User-agent: *\nDisallow: /", "/a", False),
    (b"User-agent: *\nDisallow: /", "/robots.txt", True),
    (b"User-agent: *\nDisallow:", "/a", True),
    (b"User-agent: *\nDisallow: /a", "/ab", False),
    (b"User-agent: *\nDisallow: /a/", "/a", True),
    (b"User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b", True),
    (b"User-agent: *\nAllow: /a/b\nDisallow: /a", "/a/c", False),
    (b"User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),  # a tie: the least restrictive
    (b"User-agent: *\nAllow: /*.html\nDisallow: /private/", "/private/x.html", False),
    (b"User-agent: *\nDisallow: /*?", "/a?b=1", False),
    (b"User-agent: *\nDisallow: /*?", "/a", True),
    (b"User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
    (b"User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", True),
    (b"User-agent: *\nDisallow: /A", "/a", True),
    (b"USER-AGENT: *\nDISALLOW: /a", "/a", False),
    (b"user-agent:*\ndisallow:/a", "/a", False),
    (b"  User-agent : *  \n\tDisallow\t:  /a  ", "/a", False),
    (b"User-agent: Columnist\nDisallow: /\n\nUser-agent: *\nAllow: /", "/a", False),
    (b"User-agent: *\nDisallow: /\n\nUser-agent: COLUMNIST\nAllow: /", "/a", True),
    (b"User-agent: *\nDisallow: /\n\nUser-agent: columnist\nDisallow: /b", "/a", True),
    (b"User-agent: columnist/2.0\nDisallow: /", "/a", False),
    (b"User-agent: Columnist News Bot\nDisallow: /", "/a", False),
    (b"User-agent: col\nDisallow: /", "/a", True),  # another robot's name
    (b"User-agent: columnistbot\nDisallow: /", "/a", True),
    (b"User-agent: otherbot\nDisallow: /", "/a", True),
    (b"User-agent: otherbot\nUser-agent: columnist\nDisallow: /", "/a", False),
    (b"User-agent: columnist\nDisallow: /a\nUser-agent: columnist\nDisallow: /b", "/b", False),
    (b"User-agent: columnist\nDisallow: /a\n\nUser-agent: x\nDisallow: /\n\nUser-agent: columnist\nDisallow: /b", "/a", False),
    (b"User-agent: columnist\n\n\nUser-agent: x\n\nDisallow: /a", "/a", False),  # empty lines end nothing
    (b"User-agent: columnist\nSitemap: https://paper.example/s.xml\nDisallow: /a", "/a", False),
    (b"User-agent: columnist\nCrawl-delay: 5\nUser-agent: x\nDisallow: /a", "/a", False),  # 2.2.4
    (b"User-agent: columnist\nUnknown: 5\nDisallow: /a", "/a", False),
    (b"Disallow: /a", "/a", True),  # no group
    (b"Disallow: /a\nUser-agent: *\nDisallow: /b", "/a", True),
    (b"# User-agent: *\nDisallow: /", "/a", True),
    (b"User-agent: * # all\nDisallow: /a # not this", "/a", False),
    (b"User-agent: *\rDisallow: /a\r", "/a", False),
    (b"User-agent: *\r\nDisallow: /a\r\n", "/a", False),
    (b"\xef\xbb\xbfUser-agent: *\nDisallow: /a", "/a", False),
    ("User-agent: *\nDisallow: /a".encode("utf-16"), "/a", False),
    (b"U\0s\0er-agent: *\nDisallow: /a\0", "/a", False),
    (b"User-agent: *\nDisallow: /\xe3\x83\x84", "/%E3%83%84", False),
    (b"User-agent: *\nDisallow: /%E3%83%84", "/\u30c4", False),
    (b"User-agent: *\nDisallow: /\xf1\xe5", "/%f1%e5", False),  # a path in cp1251
    (b"User-agent: *\nDisallow: /%61bc", "/abc", False),
    (b"User-agent: *\nDisallow: /a%2Fb", "/a/b", True),
    (b"User-agent: *\nDisallow: *.pdf", "/x.pdf", False),
    (b"User-agent: *\nDisallow: private", "/private", False),
    (b"User-agent: *\nDisallow: https://paper.example/x", "/x", False),
    (b"User-agent: *\nDisalow: /a", "/a", False),
    (b"User-agent: *\nDisallow /a", "/a", False),
    (b"User-agent *\nDisallow: /a", "/a", False),
    (b"User-agent: *\nDisallow: /a\x0bAllow: /a", "/a", True),  # a vertical tab is no line end: one odd pattern
    (b"User-agent: *\nAllow: /x/index.html\nDisallow: /x/", "/x/", False),
    (b"<!doctype html><html><body>Not found</body></html>", "/a", True),
    (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "/a", True),
    (b"User-agent: *\n" + b"Disallow: /b\n" * 60_000 + b"Disallow: /a", "/a", True),  # beyond 512 KiB
    (b"User-agent: *\n" + b"#" * 400_000 + b"\nDisallow: /a", "/a", False),  # within
]  # fmt: skip


@pytest.mark.parametrize(("body", "path", "allowed"), TEXTS)
def test_each_text_means_what_the_rfc_says(body: bytes, path: str, allowed: bool) -> None:
    assert allows(read_robots(body, AGENT), SITE + path) is allowed


def test_the_file_is_cut_at_the_last_full_line() -> None:
    line = b"Disallow: /abcdef\n"
    body = b"User-agent: *\n" + line * (MAX_ROBOTS_BYTES // len(line) + 5)
    cut = read_robots(body[:MAX_ROBOTS_BYTES] + b"ghi", AGENT)

    assert {rule.pattern for rule in read_robots(body, AGENT).rules} == {"/abcdef"}
    assert {rule.pattern for rule in cut.rules} == {"/abcdef"}


def test_an_address_with_a_broken_host_is_still_matched() -> None:
    rules = read_robots(b"User-agent: *\nDisallow: /http", AGENT)

    assert not allows(rules, "http://[::1/x")


def test_rules_pickle_for_the_way_out_of_the_worker() -> None:
    rules = read_robots(b"User-agent: *\nDisallow: /a\nCrawl-delay: 3\nSitemap: /s.xml", AGENT)

    assert pickle.loads(pickle.dumps(rules)) == rules


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        (b"Crawl-delay: 10", 10.0), (b"Crawl-delay: 0.5", 0.5), (b"crawl-delay: 1,5", 1.5), (b"Crawl-delay: -1", None),
        (b"Crawl-delay: nan", None), (b"Crawl-delay: inf", None), (b"Crawl-delay: ten", None), (b"Crawl-delay:", None),
        (b"Crawl-delay: 10 seconds", 10.0), (b"Crawl-delay: 5s", 5.0), (b"Crawl-delay: 5 sec", 5.0),
        (b"Crawl-delay: 5sec.", 5.0), (b"Crawl-delay: ,5", 0.5), (b"Crawl-delay: .5", 0.5), (b"Crawl-delay: 5;", 5.0),
        (b"Crawl-delay: +5", 5.0), (b"Crawl-delay: \"5\"", 5.0), (b"Crawl-delay: = 5", 5.0), (b"Crawl-delay: 5.", 5.0),
        (b"Crawl-delay: 2 min", 120.0), (b"Crawl-delay: 2M", 120.0), (b"Crawl-delay: 500ms", 0.5),
        (b"Crawl-delay: 5 Sekunden", 5.0), (b"Crawl-delay: 5 \xd1\x81\xd0\xb5\xd0\xba", 5.0),
        (b"Crawl-delay: 5 # five", 5.0), (b"Crawl-delay: 007", 7.0), (b"Crawl-delay: 0", 0.0), (b"Crawl-delay: -5s", None),
        (b"Crawl-delay: 99999999999999999999", 86_400.0), (b"Crawl-delay: " + b"9" * 5_000, 86_400.0),
        (b"Crawl-delay: 1e3", None), (b"Crawl-delay: 0x10", None), (b"Crawl-delay: s", None), (b"Crawl-delay: ;", None), (b"Request-rate: 1/10", 10.0), (b"Request-rate: 1/10s", 10.0),
        (b"Request-rate: 2/1m", 30.0), (b"Request-rate: 1/1h 0900-1700", 3600.0), (b"Request-rate: 0/5", None),
        (b"Request-rate: x", None), (b"Crawl-delay: 2\nRequest-rate: 1/5", 5.0),
        (b"Disallow: /x\nCrawl-delay: 4", 4.0), (b"\nUser-agent: x\nDisallow: /\nCrawl-delay: 9", None),
    ],
)  # fmt: skip
def test_delays_of_our_group_are_read(lines: bytes, seconds: float | None) -> None:
    assert read_robots(b"User-agent: *\nAllow: /\n" + lines, AGENT).delay == seconds


def test_lines_on_use_are_read_with_their_group() -> None:
    body = b"""License: https://paper.example/rsl.xml
User-agent: *
Content-Usage: train-ai=n
Content-Usage: /open/ train-ai=y
Content-Signal: search=yes, ai-train=no
Allow: /

User-agent: other
Content-Signal: ai-train=yes
Disallow: /
"""
    signals = read_robots(body, AGENT).signals

    assert signals.content_usage == (("/", "train-ai=n"), ("/open/", "train-ai=y"))
    assert signals.content_signal == ("search=yes, ai-train=no",)
    assert signals.licenses == ("https://paper.example/rsl.xml",)


@pytest.mark.parametrize(
    ("agent", "token"),
    [
        (AGENT, "columnist"), ("Columnist", "columnist"), ("my_bot-x/2", "my_bot-x"), ("", "columnist"),
        ("Mozilla/5.0 (compatible; PaperBot/1.0; +https://x.example)", "paperbot"),
    ],
)  # fmt: skip
def test_the_product_token_is_the_name_in_the_user_agent(agent: str, token: str) -> None:
    assert product_token(agent) == token


def test_reading_agrees_with_protego_where_protego_follows_the_rfc() -> None:
    paths = ("/", "/a", "/ab", "/a/b", "/b.html", "/b.html?x=1", "/c/d.php", "/%E3%83%84", "/x y", "/a%2Fb")
    patterns = ("/", "/a", "/a/", "/*.html$", "/*?", "/c*php", "/\u30c4", "/a%2Fb", "/x%20y", "*", "/c/*/e")
    for first in patterns:
        for second in patterns:
            text = f"User-agent: x\nDisallow: /\n\nUser-agent: *\nDisallow: {first}\nAllow: {second}\n"
            ours, theirs = read_robots(text.encode(), AGENT), Protego.parse(text)
            for path in paths:
                assert allows(ours, SITE + path) == theirs.can_fetch(SITE + path, "columnist"), (text, path)


@pytest.mark.parametrize(
    "body",
    [
        b"User-agent: *\n" + b"Disallow: /" + b"*a" * 250_000,
        b"User-agent: *\n" + b"".join(b"Disallow: /*%d*a*b*c$\n" % n for n in range(20_000)),
        b"User-agent: *\n" + b"".join(b"Allow: /%d\n" % n for n in range(40_000)),
        b"User-agent: a\n" * 35_000 + b"Disallow: /",
        b"".join(b"User-agent: a%d\n" % n for n in range(20_000)) + b"Disallow: /%\n" * 10_000,
        b"".join(b"User-agent: %s\n" % (b"*", b"columnist")[n % 2] for n in range(15_000))
        + b"Disallow: /a\n" * 10_000,
        b"User-agent: *\n" + b"".join(b"Disallow: /ab1%d\n" % n for n in range(25_000)) + b"Disallow: /ab1",
        b"User-agent: *\n" + b"".join(b"Disallow: /%d$\n" % n for n in range(35_000)),
        b"User-agent: *\n" + b"Disallow: /%%%%\n" * 30_000,
        b":" * 500_000,
        b"\n" * 500_000,
        b" " * 500_000,
        b"User-agent: *\nCrawl-delay: " + b"9" * 400_000,
        b"User-agent: *\nRequest-rate: " + b"1/" * 200_000,
    ],
)
def test_no_file_is_slow_to_read_or_to_match(body: bytes) -> None:
    begun = time.thread_time()
    rules = read_robots(body, AGENT)
    read = time.thread_time() - begun
    allows(rules, SITE + "/" + "ab1" * 1_300)
    matched = time.thread_time() - begun - read

    assert read < 4  # in a worker with a deadline of 10 s; measured 0.05 to 0.5 s
    assert matched < 0.25  # in the event loop; measured up to 0.016 s


def test_a_group_for_twenty_thousand_agents_costs_what_its_lines_cost() -> None:
    agents = b"".join(b"User-agent: a%d\n" % n for n in range(20_000))
    rules = b"".join(b"Disallow: /%d\n" % n for n in range(10_000))
    begun = time.thread_time()
    found = read_robots(agents + b"User-agent: columnist\n" + rules, AGENT)

    assert time.thread_time() - begun < 1.0  # measured 0.1; each agent's own copy of the rules took minutes
    assert not allows(found, SITE + "/9999")
    assert allows(found, SITE + "/x")


def test_the_longest_of_all_kinds_of_rule_holds() -> None:
    rules = read_robots(
        b"User-agent: *\nDisallow: /a\nAllow: /a/b$\nDisallow: /a/b/\nAllow: /*/c/d\nDisallow: /a/x$", AGENT
    )
    said = {path: allows(rules, SITE + path) for path in ("/a/b", "/a/b/", "/a/bc", "/a/c/d", "/a/x", "/b")}

    assert said == {"/a/b": True, "/a/b/": False, "/a/bc": False, "/a/c/d": True, "/a/x": False, "/b": True}
    assert [rule.pattern for rule in rules.rules] == ["/*/c/d", "/a/b$", "/a/b/", "/a/x$", "/a"]


def test_too_many_wildcards_can_only_keep_us_out() -> None:
    lines = b"".join(b"Disallow: /secret%d/*x\nAllow: /open%d/*x\n" % (n, n) for n in range(3_000))
    rules = read_robots(b"User-agent: *\nDisallow: /open\n" + lines, AGENT)

    assert not allows(rules, SITE + "/secret2999/any")  # wider than written
    assert not allows(rules, SITE + "/open2999/x")  # its allow is dropped
    assert allows(rules, SITE + "/secret0/any")
