"""Walls are named by what they answer, and a paper's own pages are never taken for one."""

from __future__ import annotations

import pytest
from fakesite import links

from columnist.scraper.fetch.bot_walls import MARKS, REFUSALS, WALLS, wall_of

PAPER = links(*(f"/2026/11/22/story-{n}" for n in range(30)))


def html(title: str = "", body: str = "") -> bytes:
    return f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>".encode()


# name: status, headers, body, the wall. Shaped as these walls answer; texts of their own.
CHALLENGES: dict[str, tuple[int, dict[str, str], bytes, str]] = {
    "cloudflare managed": (403, {"server": "cloudflare", "cf-mitigated": "challenge"}, html("Just a moment..."), "Cloudflare"),
    "cloudflare header alone": (403, {"cf-mitigated": "challenge"}, b"", "Cloudflare"),
    "cloudflare js": (503, {"server": "cloudflare"}, html("Just a moment...", "<script>window._cf_chl_opt={}</script>"), "Cloudflare"),
    "cloudflare block": (403, {"server": "cloudflare", "cf-ray": "8-FRA"}, html("Attention Required! | Cloudflare"), "Cloudflare"),
    "cloudflare 1020": (403, {"server": "cloudflare"}, b"error code: 1020", "Cloudflare"),
    "akamai deny": (403, {"server": "AkamaiGHost"}, html("Access Denied", "Reference&#32;&#35;18&#46;2d351ab8"), "Akamai"),
    "akamai edgesuite": (403, {}, html("Access Denied", "https://errors.edgesuite.net/18.2d351ab8"), "Akamai"),
    "akamai challenge": (200, {}, html("", '<div id="sec-if-cpt-container"></div>'), "Akamai"),
    "datadome": (403, {"x-datadome": "protected", "set-cookie": "datadome=x; Max-Age=1"}, b"", "DataDome"),
    "datadome page": (403, {}, html("paper.example", "<script src='https://ct.captcha-delivery.com/c.js'></script>"), "DataDome"),
    "anubis": (200, {"server": "cloudflare", "set-cookie": "techaro.lol-anubis-auth=; Max-Age=0"},
               html("Making sure you&#39;re not a bot!", '<script id="anubis_challenge" type="application/json">{}</script>'
                    '<a href="https://github.com/TecharoHQ/anubis">Anubis</a>'), "Anubis"),
    "perimeterx": (403, {"set-cookie": "_pxhd=abc; path=/"}, html("Access to this page has been denied"), "PerimeterX"),
    "perimeterx 429": (429, {}, html("", '<div id="px-captcha"></div>'), "PerimeterX"),
    "imperva": (200, {"x-iinfo": "9-1"}, html("", '<iframe id="main-iframe" src="/_Incapsula_Resource?CWUDNSAI=24">'
                "Request unsuccessful. Incapsula incident ID: 9-1</iframe>"), "Imperva"),
    "imperva distil": (200, {}, html("Pardon Our Interruption"), "Imperva"),
    "imperva cookie": (403, {"set-cookie": "visid_incap_12=x; path=/, incap_ses_1_12=y"}, b"", "Imperva"),
    "aws challenge": (202, {"x-amzn-waf-action": "challenge"}, b"", "AWS WAF"),
    "aws captcha": (405, {"x-amzn-waf-action": "captcha"}, html("Human Verification"), "AWS WAF"),
    "cloudfront": (403, {"server": "CloudFront"}, html("ERROR: The request could not be satisfied"), "CloudFront"),
    "sucuri": (403, {"server": "Sucuri/Cloudproxy", "x-sucuri-id": "1"}, html("Sucuri WebSite Firewall - Access Denied"), "Sucuri"),
    "sucuri js": (200, {}, html("You are being redirected...", "<script>var sucuri_cloudproxy_js=''</script>"), "Sucuri"),
    "kasada": (429, {"x-kpsdk-ct": "abc"}, b"", "Kasada"),
    "kasada page": (429, {}, html("", "<script>window.KPSDK={};</script><script src='/149e/ips.js'></script>"), "Kasada"),
    "vercel": (429, {"x-vercel-mitigated": "challenge"}, html("Vercel Security Checkpoint"), "Vercel"),
    "siteground": (202, {"sg-captcha": "challenge"}, b"", "SiteGround"),
    "fastly": (200, {}, html("Client Challenge", "<script src='/_fs-ch-1T1/script.js'></script>"), "Fastly"),
    "ddos-guard": (403, {"server": "ddos-guard"}, html("DDoS-Guard"), "DDoS-Guard"),
    "f5": (200, {}, html("Request Rejected", "The requested URL was rejected. Please consult with your administrator."), "F5"),
    "nobody": (403, {"server": "nginx"}, html("403 Forbidden"), "http-403"),
    "password": (401, {"www-authenticate": "Basic"}, b"", "http-401"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHALLENGES)
def test_a_wall_is_named_by_what_its_answer_says(name: str) -> None:
    status, headers, body, wall = CHALLENGES[name]

    assert wall_of(status, headers, body) == wall


# What walls and their networks add to every page, and what an article may speak of.
GOOD = {
    "cloudflare": ({"server": "cloudflare", "cf-ray": "8-FRA"}, "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"),
    "akamai": ({"server": "AkamaiGHost", "set-cookie": "_abck=x, ak_bmsc=y"}, ""),
    "datadome": ({"x-datadome": "protected"}, "<script src='https://js.datadome.co/tags.js'></script>"),
    "imperva": ({"x-iinfo": "1"}, "<script src='/_Incapsula_Resource?SWJIYLWA=5074'></script>"),
    "perimeterx": ({"set-cookie": "_pxhd=1"}, "<script>window._pxAppId='PX'</script>"),
    "sucuri": ({"x-sucuri-id": "1", "x-sucuri-cache": "HIT"}, ""),
    "fastly": ({"server": "Varnish"}, "<p>Why _fs-ch- and px-captcha and captcha-delivery.com are everywhere</p>"),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_paper_behind_a_wall_that_lets_us_in_is_no_wall(name: str) -> None:
    headers, more = GOOD[name]

    assert wall_of(200, headers, more.encode() + PAPER) is None
    for status in (404, 410, 500, 502, 503, 429):
        assert wall_of(status, headers, html("Not now")) is None


def test_an_answer_of_any_bytes_is_looked_at_in_no_time() -> None:
    for body in (b"\xff\xfe" * 200_000, b"<a " * 100_000, b"<title>" * 100_000, PAPER * 1_000):
        assert wall_of(200, {"set-cookie": "x=" * 10_000}, body) is None


def test_every_mark_has_its_source_and_every_wall_a_test() -> None:
    assert [mark for mark in MARKS if not mark.source] == []
    shown = {wall for _, _, _, wall in CHALLENGES.values()} - {f"http-{status}" for status in REFUSALS}
    assert set(WALLS) - shown <= {
        "Radware",
        "Wordfence",
        "Imunify360",
        "Azure WAF",
    }  # known from one source alone
