"""robots.txt per RFC 9309: what is read, what is decided, and what the server then sees."""

import sqlite3
from dataclasses import replace

import pytest
from robotsworld import CLOSED, ROBOTS, SITE, World, decide

import columnist.scraper.robots.robots
from columnist.pipelines.records.article import Rights
from columnist.scraper.robots.decisions import RobotsAnswer, RobotsEntry, origin_of
from columnist.scraper.robots.store import SqliteRobots


@pytest.mark.parametrize(
    ("answer_", "reason"),
    [
        *((RobotsAnswer(status, b"User-agent: *\nDisallow: /"), "robots") for status in (200, 201, 203, 206)),
        *((RobotsAnswer(status, b"User-agent: *\nDisallow: /"), "allowed")
          for status in (400, 401, 402, 403, 404, 405, 406, 410, 418, 451, 499)),
        *((RobotsAnswer(status, b"User-agent: *\nAllow: /"), "robots-unreachable")
          for status in (100, 199, 300, 304, 306, 399, 429, 500, 501, 502, 503, 504, 520, 599, 600, 999)),
        (RobotsAnswer(200), "allowed"),
        (RobotsAnswer(204), "allowed"),
        (RobotsAnswer(301), "robots-unreachable"),  # no Location
        (RobotsAnswer(error="DownloadTimeoutError"), "robots-unreachable"),
        (RobotsAnswer(), "robots-unreachable"),
        (RobotsAnswer(401, headers=(("www-authenticate", "License"),)), "licence"),
    ],
)  # fmt: skip
def test_each_status_decides_as_the_rfc_says(answer_: RobotsAnswer, reason: str) -> None:
    verdict = decide(World({ROBOTS: answer_}), SITE + "/a")[0]

    assert verdict.reason == reason
    assert verdict.allowed is (reason == "allowed")
    assert verdict.rights.robots_allowed is verdict.allowed
    assert (verdict.retry_at is not None) is (reason == "robots-unreachable")


def _hops(count: int, last: RobotsAnswer) -> dict[str, RobotsAnswer | list[RobotsAnswer]]:
    hops = {
        f"{SITE}/hop{n}": RobotsAnswer(302, headers=(("location", f"/hop{n + 1}"),)) for n in range(1, count)
    }
    return {ROBOTS: RobotsAnswer(301, headers=(("location", "/hop1"),)), **hops, f"{SITE}/hop{count}": last}


@pytest.mark.parametrize(("hops", "reason"), [(1, "robots"), (5, "robots"), (6, "robots-unreachable")])
def test_five_redirects_are_followed(hops: int, reason: str) -> None:
    world = World(_hops(hops, CLOSED))

    assert decide(world, SITE + "/private/x")[0].reason == reason
    assert len(world.asked) == min(hops + 1, 6)


def test_an_endless_redirect_is_asked_again_later() -> None:
    world = World({ROBOTS: RobotsAnswer(302, headers=(("location", "/robots.txt"),))})
    verdict = decide(world, SITE + "/a")[0]

    assert (verdict.reason, verdict.retry_at) == ("robots-unreachable", world.now + 10)


def test_a_redirect_may_lead_to_another_host_but_not_past_the_guard() -> None:
    moved = {ROBOTS: RobotsAnswer(301, headers=(("location", "https://www.paper.example/robots.txt"),))}
    world = World({**moved, "https://www.paper.example/robots.txt": CLOSED})

    assert decide(world, SITE + "/private/x")[0].reason == "robots"
    for target in (
        "file:///etc/passwd",
        "http://127.0.0.1:8900/robots.txt",
        "http://[",
        "ftp://paper.example/",
    ):
        world = World({ROBOTS: RobotsAnswer(301, headers=(("location", target),))})

        assert decide(world, SITE + "/a")[0].reason == "robots-unreachable"
        assert world.asked == [ROBOTS]


def test_waiters_share_one_answer() -> None:
    world = World({ROBOTS: CLOSED}, pause=0.01)
    verdicts = decide(world, *(f"{SITE}/private/{n}" for n in range(50)), *(f"{SITE}/{n}" for n in range(50)))

    assert [v.allowed for v in verdicts] == [False] * 50 + [True] * 50
    assert world.asked == [ROBOTS]


def test_one_file_holds_for_one_scheme_host_and_port() -> None:
    world = World({ROBOTS: CLOSED})
    urls = (
        f"{SITE}/private",
        "http://paper.example/private",
        f"{SITE}:8443/private",
        "https://www.paper.example/private",
    )
    verdicts = decide(world, *urls, "https://PAPER.example./private/2")

    assert [v.allowed for v in verdicts] == [False, True, True, True, False]
    assert len(world.asked) == 4


def test_an_answer_is_kept_a_day_and_no_longer() -> None:
    world = World({ROBOTS: [CLOSED, RobotsAnswer(404)]})
    robots = world.robots()

    assert not decide(world, SITE + "/private", robots=robots)[0].allowed
    world.now += 24 * 3600 - 1
    assert not decide(world, SITE + "/private", robots=robots)[0].allowed
    world.now += 1
    assert decide(world, SITE + "/private", robots=robots)[0].allowed
    assert len(world.asked) == 2


def test_an_expired_file_is_not_used_while_its_site_is_down() -> None:
    world = World({ROBOTS: [CLOSED, RobotsAnswer(503)]})
    robots = world.robots()

    assert decide(world, SITE + "/a", robots=robots)[0].allowed
    world.now += 24 * 3600
    assert decide(world, SITE + "/a", robots=robots)[0].reason == "robots-unreachable"


def test_an_unreachable_file_is_asked_for_again_ever_more_rarely() -> None:
    world = World({ROBOTS: [*[RobotsAnswer(503)] * 11, CLOSED]})
    robots, waits = world.robots(), []
    for _ in range(11):
        verdict = decide(world, SITE + "/a", robots=robots)[0]
        assert verdict.retry_at is not None
        waits.append(verdict.retry_at - world.now)
        world.now = verdict.retry_at - 1
        assert not decide(world, SITE + "/a", robots=robots)[0].allowed
        world.now += 1

    assert waits == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]
    assert decide(world, SITE + "/a", robots=robots)[0].allowed
    assert len(world.asked) == 12


def test_retry_after_puts_the_next_question_off() -> None:
    world = World({ROBOTS: RobotsAnswer(429, headers=(("retry-after", "900"),))})

    assert decide(world, SITE + "/a")[0].retry_at == world.now + 900
    world = World({ROBOTS: RobotsAnswer(503, headers=(("retry-after", "1"),))})
    assert decide(world, SITE + "/a")[0].retry_at == world.now + 10


def test_a_file_that_cannot_be_read_closes_the_site_for_now() -> None:
    verdict = decide(World({ROBOTS: CLOSED}, unreadable=True), SITE + "/a")[0]

    assert (verdict.reason, verdict.detail) == ("robots-unreachable", "cannot be read")


def test_delay_and_sitemaps_come_capped_and_checked() -> None:
    verdict = decide(World({ROBOTS: CLOSED}), SITE + "/a")[0]

    assert verdict.delay == 120.0
    assert verdict.sitemaps == (f"{SITE}/s.xml",)


def test_what_is_no_web_address_is_not_allowed() -> None:
    world = World({})

    assert [
        v.allowed for v in decide(world, "file:///etc/passwd", "mailto:a@b", "http://", "http://x:99999/")
    ] == [False] * 4
    assert world.asked == []


def test_origins_leave_out_their_schemes_own_port() -> None:
    assert origin_of("http://Paper.example.:80/x") == "http://paper.example"
    assert origin_of("https://[::1]:8443/") == "https://[::1]:8443"


TDMREP = f"{SITE}/.well-known/tdmrep.json"
RESERVED = RobotsAnswer(200, b'[{"location": "/", "tdm-reservation": 1}]')


def test_signals_of_robots_and_tdmrep_reach_the_rights() -> None:
    body = b"License: /rsl.xml\nUser-agent: *\nContent-Signal: ai-train=no\nAllow: /"
    world = World({ROBOTS: RobotsAnswer(200, body), TDMREP: RESERVED})
    verdict = decide(world, SITE + "/a", robots=world.robots(ask_tdmrep=True))[0]

    told = replace(verdict.rights, signals=None, robots_sha256=None, robots_fetched_at=None)
    assert told == Rights(
        robots_allowed=True,
        tdm_reservation=True,
        train_ai=False,
        license_url=f"{SITE}/rsl.xml",
        usage="ai-train=no",
    )


def test_robots_txt_holds_for_tdmrep_too() -> None:
    world = World({ROBOTS: RobotsAnswer(200, b"User-agent: *\nDisallow: /"), TDMREP: RESERVED})
    decide(world, SITE + "/a", robots=world.robots(ask_tdmrep=True))

    assert world.asked == [ROBOTS]


def test_a_site_without_robots_may_have_a_tdmrep() -> None:
    world = World({TDMREP: RESERVED})

    assert decide(world, SITE + "/a", robots=world.robots(ask_tdmrep=True))[0].rights.tdm_reservation is True


def test_a_rerun_within_a_day_asks_nothing() -> None:
    connection = sqlite3.connect(":memory:")
    world = World({ROBOTS: CLOSED, TDMREP: RESERVED})
    first = decide(world, SITE + "/a", robots=world.robots(SqliteRobots(connection), ask_tdmrep=True))[0]
    asked = len(world.asked)
    world.now += 24 * 3600 - 1
    second = decide(world, SITE + "/a", robots=world.robots(SqliteRobots(connection), ask_tdmrep=True))[0]

    assert second == first
    assert len(world.asked) == asked == 2
    world.now += 1
    decide(world, SITE + "/a", robots=world.robots(SqliteRobots(connection), ask_tdmrep=True))
    assert len(world.asked) == 4


def test_failures_count_on_over_reruns() -> None:
    connection = sqlite3.connect(":memory:")
    world = World({ROBOTS: RobotsAnswer(503)})
    first = decide(world, SITE + "/a", robots=world.robots(SqliteRobots(connection)))[0]
    again = decide(world, SITE + "/a", robots=world.robots(SqliteRobots(connection)))[0]
    world.now += 10
    later = decide(world, SITE + "/a", robots=world.robots(SqliteRobots(connection)))[0]

    assert first.retry_at == again.retry_at == 1_000_010
    assert later.retry_at == world.now + 20
    assert len(world.asked) == 2


def test_an_entry_from_the_future_is_not_believed() -> None:
    store = SqliteRobots(sqlite3.connect(":memory:"))
    store.save(RobotsEntry(f"{SITE}", "allow-all", 2_000_000.0, 2_086_400.0))
    world = World({ROBOTS: CLOSED})

    assert not decide(world, SITE + "/private", robots=world.robots(store))[0].allowed


def test_memory_holds_a_bounded_number_of_sites() -> None:
    world = World({})
    robots = world.robots()
    decide(world, *(f"https://s{n}.example/" for n in range(1_050)), robots=robots)
    decide(world, "https://s0.example/", "https://s1049.example/", robots=robots)

    assert len(world.asked) == 1_051


def test_full_files_of_many_subdomains_take_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b"User-agent: *\n" + b"".join(b"Disallow: /%d\n" % n for n in range(1_000))
    monkeypatch.setattr(columnist.scraper.robots.robots, "MAX_KEPT_BYTES", 1_000_000)
    world = World({f"https://s{n}.paper.example/robots.txt": RobotsAnswer(200, body) for n in range(50)})
    robots = world.robots()
    decide(world, *(f"https://s{n}.paper.example/" for n in range(50)), robots=robots)

    kept = robots._known.values()
    assert 2 < len(kept) < 10
    assert robots._kept_bytes == sum(known.weight for known in kept) <= 1_000_000
    assert not decide(world, "https://s49.paper.example/999", robots=robots)[0].allowed
    assert not decide(world, "https://s0.paper.example/999", robots=robots)[0].allowed  # asked for anew
    assert len(world.asked) == 51


def test_full_files_of_many_subdomains_take_bounded_space_on_disk() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    store = SqliteRobots(connection, most_bytes=1_000_000)
    for n in range(300):
        store.save(RobotsEntry(f"https://s{n}.paper.example", "rules", float(n), 9.0, b"x" * 100_000))
        store.save(RobotsEntry(f"https://s{n}.paper.example", "rules", float(n), 9.0, b"x" * 50_000))
    size, newest = connection.execute("SELECT sum(length(body)), max(fetched_at) FROM robots").fetchone()

    assert (size <= 1_000_000, newest) == (True, 299.0)
    assert store.load("https://s299.paper.example") is not None
    assert SqliteRobots(connection)._bytes == store._bytes


def test_one_file_larger_than_the_bound_is_kept_alone() -> None:
    store = SqliteRobots(sqlite3.connect(":memory:", isolation_level=None), most_bytes=10)
    store.save(RobotsEntry(SITE, "rules", 1.0, 9.0, b"x" * 100))
    store.save(RobotsEntry(f"{SITE}:81", "rules", 2.0, 9.0, b"x" * 100))

    assert (store.load(SITE), store.load(f"{SITE}:81") is not None) == (None, True)


def test_a_crawl_delay_is_told_before_anything_else_is_asked() -> None:
    world = World({ROBOTS: CLOSED})
    told: list[tuple[str, float, int]] = []
    robots = world.robots(ask_tdmrep=True)
    robots._tools = replace(
        robots._tools, on_delay=lambda origin, seconds: told.append((origin, seconds, len(world.asked)))
    )
    decide(world, SITE + "/a", robots=robots)

    assert told == [(SITE, 120.0, 1)]
    assert world.asked == [ROBOTS, TDMREP]
