"""robots.txt bytes -> the rules that hold for us, per RFC 9309. Pure; called in a sandboxed worker.

Own reader, because RFC 9309 is to be met to the letter and the lines on use (Content-Usage, Content-Signal,
License) are needed per group: Protego 0.7 lets `User-agent: col` speak for Columnist, lets a Crawl-delay line
end a group, and turns `Allow: /a/index.html` into two rules. Tests compare the two where they should agree.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from columnist.pipelines.sites.path_patterns import normal_path, normal_pattern, pattern_matches
from columnist.pipelines.sites.rights import RobotsSignals
from columnist.pipelines.sites.terms import reservation_in
from columnist.scraper.throttle.durations import seconds_said

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
_LINE_END = re.compile(r"\r\n|\r|\n")
_RATE = re.compile(r"(\d{1,9})\s*/\s*(\d{1,9})\s*([smhd]?)", re.IGNORECASE)
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class Rule:
    """One allow or disallow line, its pattern in normal spelling."""

    pattern: str
    allow: bool


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """What a robots.txt says to us, kept so that a look costs the same for ten plain rules and for 40,000."""

    prefixes: dict[str, bool] = field(default_factory=dict)  # pattern without * and $ -> whether it allows
    lengths: tuple[int, ...] = ()  # of those patterns, the longest first
    whole: dict[str, bool] = field(default_factory=dict)  # path that a pattern names to its end ($)
    wildcards: tuple[Rule, ...] = ()  # the longest first, allow before disallow of the same length
    delay: float | None = None  # seconds between requests, from Crawl-delay or Request-rate
    sitemaps: tuple[str, ...] = ()  # as written; the caller resolves and checks them
    signals: RobotsSignals = RobotsSignals()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Return all rules, the longest first, allow before disallow of the same length."""
        plain = (Rule(pattern, allow) for pattern, allow in self.prefixes.items())
        whole = (Rule(f"{pattern}$", allow) for pattern, allow in self.whole.items())
        return tuple(sorted((*plain, *whole, *self.wildcards), key=_weight))


@dataclass(slots=True)
class _Group:
    """Lines gathered for one product token while reading."""

    rules: list[Rule] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    usage: list[tuple[str, str]] = field(default_factory=list)
    signal: list[str] = field(default_factory=list)


def read_robots(body: bytes, user_agent: str) -> RobotsRules:
    """Read a robots.txt for one user agent; anything that is no rule is passed over.

    Only the lines for us and for everybody are kept: a line costs the same however many agents its group names.
    """
    own = product_token(user_agent)
    groups: dict[str, _Group] = {}
    sitemaps: dict[str, None] = {}
    licenses: list[str] = []
    current: set[str] = set()
    in_rules = False
    for name, value in _lines(body):
        if name == "agent":
            if in_rules:
                current, in_rules = set(), False
            current |= {_agent_token(value)} & {own, "*"}
            groups.update({token: _Group() for token in current - groups.keys()})
        elif name == "sitemap":
            if value and len(sitemaps) < MAX_SITEMAPS:
                sitemaps[value] = None
        elif name == "license":
            licenses.append(value)
        else:
            # Only rules end the list of user agents: "parsing of other records must not interfere" (2.2.4).
            in_rules = in_rules or name in ("allow", "disallow")
            for token in current:
                _add(groups[token], name, value)
    group = groups.get(own) or groups.get("*") or _Group()
    prefixes, whole, wildcards = _sorted_out(group.rules)
    return RobotsRules(
        prefixes=prefixes,
        lengths=tuple(sorted({len(pattern) for pattern in prefixes}, reverse=True)),
        whole=whole,
        wildcards=wildcards,
        delay=max(group.delays, default=None),
        sitemaps=tuple(sitemaps),
        signals=RobotsSignals(
            tuple(group.usage[:MAX_SIGNALS]),
            tuple(group.signal[:MAX_SIGNALS]),
            tuple(licenses[:MAX_SIGNALS]),
            reservation_in(line.partition("#")[2] for line in _LINE_END.split(_decode(body))),
        ),
    )


def allows(rules: RobotsRules, url: str) -> bool:
    """Say whether the rules let us fetch an address; robots.txt itself always. The longest rule that matches holds."""
    path = normal_path(url)
    if path == "/robots.txt":
        return True
    matching = []
    plain = next((path[:n] for n in rules.lengths if n <= len(path) and path[:n] in rules.prefixes), None)
    if plain is not None:
        matching.append(Rule(plain, rules.prefixes[plain]))
    if path in rules.whole:
        matching.append(Rule(f"{path}$", rules.whole[path]))
    wild = next((rule for rule in rules.wildcards if pattern_matches(rule.pattern, path)), None)
    if wild is not None:
        matching.append(wild)
    return min(matching, key=_weight).allow if matching else True


def _weight(rule: Rule) -> tuple[int, bool]:
    return -len(rule.pattern), not rule.allow


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
    for line in _LINE_END.split(_decode(body)):
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
        path, preferences = (*value.split(None, 1), "")[:2] if value.startswith("/") else ("/", value)
        group.usage.append((path, preferences))
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
    return seconds_said(value)


def _sorted_out(rules: Iterable[Rule]) -> tuple[dict[str, bool], dict[str, bool], tuple[Rule, ...]]:
    """Return prefixes, whole paths and wildcards; past the limit a wildcard becomes the wider rule or none at all.

    Wider means: a disallow holds for all that begins like it, an allow is dropped. So a file made to be slow
    can only keep us out.
    """
    prefixes: dict[str, bool] = {}
    whole: dict[str, bool] = {}
    wildcards: list[Rule] = []
    for rule in dict.fromkeys(rules):
        pattern = rule.pattern
        if "*" in pattern and len(wildcards) < MAX_WILDCARD_RULES:
            wildcards.append(rule)
        elif "*" in pattern:
            if not rule.allow:
                prefixes.setdefault(pattern.partition("*")[0] or "/", False)
        elif pattern.endswith("$"):
            whole[pattern[:-1]] = whole.get(pattern[:-1], False) or rule.allow
        else:
            prefixes[pattern] = prefixes.get(pattern, False) or rule.allow
    return prefixes, whole, tuple(sorted(wildcards, key=_weight))
