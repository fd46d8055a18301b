"""What stands between a site and its readers: who refuses us, by the answer's headers, cookies, title and body. Pure.

A wall is never passed, only named, so that whoever runs the crawl can ask the site to let it in.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

REFUSALS = frozenset({401, 403})  # shut, whoever says it
HEAD_BYTES = (
    65_536  # of a body that are looked at: challenge pages have 1 to 30 KB, and name themselves at the top
)
# A home page of a paper links dozens of articles; challenge pages have up to six links, to help and to their maker.
_MOST_LINKS = 9
_NO_CHALLENGE = frozenset({304, 404, 410})

Place = Literal["header", "cookie", "title", "body"]


@dataclass(frozen=True, slots=True)
class Mark:
    """One sign of a wall: a regular expression for `name: value`, a cookie's name, the title or the body."""

    wall: str
    place: Place
    pattern: str
    # Whether it is on challenges and refusals alone. What a wall adds to each answer only names it on a refusal.
    sure: bool
    source: str


_WAFW00F = "github.com/EnableSecurity/wafw00f, plugins"
_SEEN = "as served, by many public crawlers' tests"

MARKS: tuple[Mark, ...] = (
    Mark("Cloudflare", "header", "cf-mitigated: challenge", True,
         "developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response"),
    # Not /cdn-cgi/challenge-platform/: that script is on good pages too.
    Mark("Cloudflare", "title", r"Just a moment\.\.\.$|Attention Required! \| Cloudflare", True, _SEEN),
    Mark("Cloudflare", "body", "_cf_chl_opt|cf-browser-verification", True, _SEEN),
    Mark("Cloudflare", "header", "server: cloudflare|cf-ray: ", False, _WAFW00F),
    Mark("Akamai", "body", "sec-if-cpt-container", True, "Akamai Bot Manager's crypto challenge, as served"),
    # On Akamai's pages for a dead origin too, so they only name it.
    Mark("Akamai", "body", r"errors\.edgesuite\.net|Reference&#32;&#35;[0-9]+&#46;", False, "Akamai's deny page, as served"),
    Mark("Akamai", "header", "server: AkamaiGHost|akamai-grn: ", False, _WAFW00F),
    Mark("Akamai", "cookie", "_abck|ak_bmsc|bm_sz", False, "techdocs.akamai.com/property-mgr/docs/bot-manager-cookies"),
    Mark("DataDome", "body", r"captcha-delivery\.com", True, "docs.datadome.co, challenge page"),
    Mark("DataDome", "header", "x-datadome(-cid)?: |x-dd-b: |server: DataDome", False, "docs.datadome.co, protection API"),
    Mark("DataDome", "cookie", "datadome", False, "docs.datadome.co, cookies"),
    Mark("Anubis", "body", r'id="anubis_(challenge|version)"|/\.within\.website/x/cmd/anubis/', True, _WAFW00F),
    Mark("Anubis", "cookie", r"\S*anubis-(auth|cookie-verification)", False, _WAFW00F),
    Mark("PerimeterX", "title", "Access to this page has been denied", True, "HUMAN Challenge page, as served"),
    Mark("PerimeterX", "body", "px-captcha", True, "docs.humansecurity.com, custom challenge page"),
    Mark("PerimeterX", "body", r"_pxAppId|client\.px-cloud\.net", False, "docs.humansecurity.com, sensor"),
    Mark("PerimeterX", "header", "x-px-blocked: 1|x-px[a-z-]*: ", False, _SEEN),
    Mark("PerimeterX", "cookie", "_px[a-z0-9]{1,3}", False, "docs.humansecurity.com, cookies"),
    Mark("Imperva", "body", "Incapsula incident ID|_Incapsula_Resource", True, "docs.imperva.com, error pages and codes"),
    Mark("Imperva", "title", "Pardon Our Interruption", True, "Imperva Advanced Bot Protection, as served"),
    Mark("Imperva", "header", "x-iinfo: |x-cdn: (Incapsula|Imperva)", False, "docs.imperva.com, headers"),
    Mark("Imperva", "cookie", "incap_ses_|visid_incap_|reese84", False, "docs.imperva.com, cookies"),
    Mark("AWS WAF", "header", "x-amzn-waf-action: (challenge|captcha)", True,
         "docs.aws.amazon.com/waf/latest/developerguide/waf-captcha-and-challenge-how-it-works.html"),
    Mark("AWS WAF", "body", r"window\.gokuProps|\.token\.awswaf\.com", True, "AWS WAF's challenge page, as served"),
    Mark("CloudFront", "header", "server: CloudFront|x-cache: Error from cloudfront", False, _WAFW00F),
    Mark("Sucuri", "header", "x-sucuri-block: ", True, _WAFW00F),
    Mark("Sucuri", "title", "Sucuri WebSite Firewall", True, _WAFW00F),
    Mark("Sucuri", "body", "sucuri_cloudproxy_js|Access Denied.{0,6}Sucuri Website Firewall", True, _WAFW00F),
    Mark("Sucuri", "header", "x-sucuri-(id|cache): |server: Sucuri", False, _WAFW00F),
    Mark("Kasada", "header", "x-kpsdk-(ct|r|c): ", True, "Kasada's answer 429, as served"),
    Mark("Kasada", "body", r"window\.KPSDK\s*=", True, "Kasada's answer 429, as served"),
    Mark("Vercel", "header", "x-vercel-mitigated: (challenge|deny)", True, "vercel.com/docs/vercel-firewall, as served"),
    Mark("Vercel", "title", "Vercel Security Checkpoint", True, "vercel.com/docs/vercel-firewall, as served"),
    Mark("SiteGround", "header", "sg-captcha: ", True, "SiteGround's answer 202, as served"),
    Mark("SiteGround", "body", r"/\.well-known/sgcaptcha/", True, "SiteGround's answer 202, as served"),
    Mark("Fastly", "body", "/_fs-ch-", True,
         "fastly.com/documentation/guides/security/bot-management/client-challenges"),
    Mark("DDoS-Guard", "title", "DDoS-Guard", True, "DDoS-Guard's check, as served"),
    Mark("DDoS-Guard", "header", "server: ddos-guard", False, _WAFW00F),
    Mark("DDoS-Guard", "cookie", "__ddg", False, _WAFW00F),
    Mark("Radware", "body", r"validate\.perfdrive\.com", True, "Radware Bot Manager, as served"),
    Mark("F5", "body", "The requested URL was rejected. Please consult with your administrator", True, _WAFW00F),
    Mark("Wordfence", "body", "Generated by Wordfence", True, _WAFW00F),
    Mark("Imunify360", "body", "(?i)access denied by imunify360", True, _WAFW00F),
    Mark("Imunify360", "header", "server: imunify360", False, _WAFW00F),
    Mark("Azure WAF", "title", "Azure WAF", True, "learn.microsoft.com/azure/web-application-firewall, JavaScript challenge"),
    Mark("Azure WAF", "header", "x-azure-ref: ", False, _WAFW00F),
)  # fmt: skip

WALLS = tuple(dict.fromkeys(mark.wall for mark in MARKS))


def wall_of(status: int, headers: Mapping[str, str], body: bytes = b"") -> str | None:
    """Return the name of the wall that gave this answer, `http-403` where it has none; None where it is no refusal.

    Headers by lower-case names, the body unpacked. What is sure counts whatever the status: challenges come with
    200, 202, 405, 429 and 503 as well as with 403.
    """
    head = body[:HEAD_BYTES].decode("utf-8", "replace")
    refused = status in REFUSALS
    if status in _NO_CHALLENGE or 300 <= status < 400:
        return None
    if 200 <= status < 300 and len(re.findall(r"<a\s", head, re.IGNORECASE)) > _MOST_LINKS:
        head = ""
    texts = _texts(headers, head)
    found = (mark for mark in MARKS if (mark.sure or refused) and _pattern(mark).search(texts[mark.place]))
    first = min(found, key=lambda mark: not mark.sure, default=None)  # Anubis behind Cloudflare is Anubis
    return first.wall if first is not None else f"http-{status}" if refused else None


def _texts(headers: Mapping[str, str], head: str) -> dict[Place, str]:
    title = re.search(r"<title[^>]*>([^<]{0,300})", head, re.IGNORECASE)
    return {
        "header": "\n".join(f"{name}: {value}" for name, value in headers.items()),
        "cookie": headers.get("set-cookie", ""),
        "title": html.unescape(title[1]).strip() if title else "",
        "body": head,
    }


@cache
def _pattern(mark: Mark) -> re.Pattern[str]:
    """Return a mark ready to use: headers by whole lines, cookies and titles from their beginning."""
    shape = {
        "header": "(?im)^(?:{})",
        "cookie": r"(?:^|[,;\s])(?:{})[^=;,\s]*=",
        "title": "^(?:{})",
        "body": "{}",
    }
    return re.compile(shape[mark.place].replace("{}", mark.pattern))
