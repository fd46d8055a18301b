"""robots.txt bytes -> the rules that hold for us, per RFC 9309. Pure; called in a sandboxed worker.

Own reader, because RFC 9309 is to be met to the letter and the lines on use (Content-Usage, Content-Signal,
License) are needed per group: Protego 0.7 lets `User-agent: col` speak for Columnist, lets a Crawl-delay line
end a group, and turns `Allow: /a/index.html` into two rules. Tests compare the two where they should agree.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipelines.paths import normal_path, normal_pattern, pattern_matches
from pipelines.rights import RobotsSignals

__all__ = ["MAX_ROBOTS_BYTES", "RobotsRules", "Rule", "allows", "product_token", "read_robots"]

MAX_ROBOTS_BYTES = 512 * 1024  # RFC 9309 asks for at least 500 KiB
# Each costs up to 2 microseconds an address; the longest lists seen have under 500.
MAX_WILDCARD_RULES = 2_000
MAX_SITEMAPS = 1_000  # national papers list about 100
MAX_SIGNALS = 100  # lines on use; real files have one or two

# Misspellings as Google's and Protego's parsers accept them.
_FIELDS = {
    "user-agent": "agent", "useragent": "agent", "user agent": "agent",
    "disallow": "disallow", "dissallow": "disallow", "dissalow": "disallow", "disalow": "disallow",
    "diasllow": "disallow", "disallaw": "disallow",
    "allow": "allow",
    "crawl-delay": "delay", "crawldelay": "delay", "crawl delay": "delay",
    "request-rate": "rate", "request rate": "rate",
    "sitemap": "sitemap", "site-map": "sitemap", "sitemaps": "sitemap",
    "content-usage": "usage", "content-signal": "signal", "license": "license",
}  # fmt: skip
_BLANK = " \t\v\f"
_RATE = re.compile(r"(\d{1,9})\s*/\s*(\d{1,9})\s*([smhd]?)", re.IGNORECASE)
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class Rule:
    """One allow or disallow line, its pattern in normal spelling."""

    pattern: str
    allow: bool

    @property
    def is_special(self) -> bool:
        """Whether the pattern is more than a prefix."""
        return "*" in self.pattern or self.pattern.endswith("$")


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """What a robots.txt says to us: the longest rule first, allow before disallow of the same length."""

    rules: tuple[Rule, ...] = ()
    prefixes: tuple[str, ...] = ()  # of the rules without * and $: one look tells that none of them matches
    special: tuple[Rule, ...] = ()  # the rules with * or $
    delay: float | None = None  # seconds between requests, from Crawl-delay or Request-rate
    sitemaps: tuple[str, ...] = ()  # as written; the caller resolves and checks them
    signals: RobotsSignals = RobotsSignals()


@dataclass(slots=True)
class _Group:
    """Lines gathered for one product token while reading."""

    rules: list[Rule] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    usage: list[tuple[str, str]] = field(default_factory=list)
    signal: list[str] = field(default_factory=list)


def read_robots(body: bytes, user_agent: str) -> RobotsRules:
    """Read a robots.txt for one user agent; anything that is no rule is passed over."""
    groups: dict[str, _Group] = {}
    sitemaps: list[str] = []
    licenses: list[str] = []
    current: list[_Group] = []
    in_rules = False
    for name, value in _lines(body):
        if name == "agent":
            if in_rules:
                current, in_rules = [], False
            current.append(groups.setdefault(_agent_token(value), _Group()))
        elif name == "sitemap":
            sitemaps.append(value)
        elif name == "license":
            licenses.append(value)
        else:
            # Only rules end the list of user agents: "parsing of other records must not interfere" (2.2.4).
            in_rules = in_rules or name in ("allow", "disallow")
            for group in current:
                _add(group, name, value)
    group = groups.get(product_token(user_agent)) or groups.get("*") or _Group()
    rules = _ordered(group.rules)
    return RobotsRules(
        rules=rules,
        prefixes=tuple(rule.pattern for rule in rules if not rule.is_special),
        special=tuple(rule for rule in rules if rule.is_special),
        delay=max(group.delays, default=None),
        sitemaps=tuple(dict.fromkeys(s for s in sitemaps if s))[:MAX_SITEMAPS],
        signals=RobotsSignals(
            tuple(group.usage[:MAX_SIGNALS]), tuple(group.signal[:MAX_SIGNALS]), tuple(licenses[:MAX_SIGNALS])
        ),
    )


def allows(rules: RobotsRules, url: str) -> bool:
    """Say whether the rules let us fetch an address; robots.txt itself always."""
    path = normal_path(url)
    if path == "/robots.txt":
        return True
    # A file of 40,000 plain rules costs 30 ms an address if each is tried, and this runs in the event loop.
    for rule in rules.rules if path.startswith(rules.prefixes) else rules.special:
        if pattern_matches(rule.pattern, path):
            return rule.allow
    return True


def product_token(user_agent: str) -> str:
    """Return the name by which robots.txt addresses a user agent: `columnist` of `Columnist/0.1 (+...)`."""
    compatible = re.search(r"compatible;\s*([A-Za-z_-]+)", user_agent)
    found = compatible[1] if compatible else next(iter(re.findall(r"[A-Za-z_-]+", user_agent)), "columnist")
    return found.lower()


def _agent_token(value: str) -> str:
    if re.match(r"\*(\s|$)", value):
        return "*"
    found = re.match(r"[A-Za-z_-]+", value)
    return found[0].lower() if found else ""


def _lines(body: bytes) -> Iterator[tuple[str, str]]:
    for line in re.split(r"\r\n|\r|\n", _decode(body)):
        text = line.partition("#")[0].strip(_BLANK)
        name, colon, value = text.partition(":")
        known = _FIELDS.get(name.strip(_BLANK).lower()) if colon else None
        if known:
            yield known, value.strip(_BLANK)
            continue
        # Without a colon, as Google's parser and Protego read it: `Disallow /private`.
        first, _, rest = text.partition(" ")
        known = _FIELDS.get(first.strip(_BLANK).lower())
        if known and rest:
            yield known, rest.strip(_BLANK)


def _decode(body: bytes) -> str:
    """Decode as UTF-8, keeping what is none; the first 512 KiB, cut at the last full line."""
    if len(body) > MAX_ROBOTS_BYTES:
        head = body[:MAX_ROBOTS_BYTES]
        end = max(head.rfind(b"\n"), head.rfind(b"\r"))
        body = head[: end + 1]
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16", "replace")
    return body.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").decode("utf-8", "surrogateescape")


def _add(group: _Group, name: str, value: str) -> None:
    if name in ("allow", "disallow"):
        if value:  # an empty line of either kind forbids nothing
            group.rules.append(Rule(normal_pattern(value), name == "allow"))
    elif name == "usage":
        path, _, preferences = value.partition(" ") if value.startswith("/") else ("/", "", value)
        group.usage.append((path, preferences.strip()))
    elif name == "signal":
        group.signal.append(value)
    else:
        seconds = _seconds(name, value)
        if seconds is not None:
            group.delays.append(seconds)


def _seconds(name: str, value: str) -> float | None:
    if name == "rate":
        found = _RATE.match(value)
        return int(found[2]) * _UNITS[found[3].lower()] / int(found[1]) if found and int(found[1]) else None
    try:
        seconds = float(value.split()[0].replace(",", "."))
    except (ValueError, IndexError):
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _ordered(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Order by length, allow first on a tie; past the limit a wildcard rule becomes the wider or none at all.

    Wider means: a disallow holds for all that begins like it, an allow is dropped. So a file made to be slow
    can only keep us out.
    """
    kept: list[Rule] = []
    wildcards = 0
    for rule in dict.fromkeys(rules):
        wildcards += "*" in rule.pattern
        if "*" not in rule.pattern or wildcards <= MAX_WILDCARD_RULES:
            kept.append(rule)
        elif not rule.allow:
            kept.append(Rule(rule.pattern.partition("*")[0] or "/", allow=False))
    return tuple(sorted(dict.fromkeys(kept), key=lambda r: (-len(r.pattern), not r.allow)))
