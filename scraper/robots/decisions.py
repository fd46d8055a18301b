"""What an answer to /robots.txt means, and what it means for an address: pure decisions of `columnist.scraper.robots.robots`."""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlsplit

from columnist.pipelines.document.addresses import absolute
from columnist.pipelines.records.article import Rights
from columnist.pipelines.sites.path_patterns import normal_path
from columnist.pipelines.sites.rights import (
    TdmRule,
    licence_demanded,
    merge_rights,
    rights_from_robots,
    rights_from_tdmrep,
)
from columnist.pipelines.sites.terms import LicenceRule, rights_from_licence
from columnist.scraper.fetch.bot_walls import wall_of
from columnist.scraper.fetch.guard.address_guard import AddressPolicy, refusal
from columnist.scraper.robots.parser import MAX_ROBOTS_BYTES, RobotsRules, allows
from columnist.scraper.throttle.pace import wait_asked_for

CACHE_SECONDS = 24 * 3600.0  # RFC 9309, 2.4: at most 24 hours
FIRST_RETRY_SECONDS = 10.0  # a hiccup does not cost the run; doubled with each failure in a row ...
LAST_RETRY_SECONDS = 3600.0  # ... up to this: a run an hour finds the site back within two

_BEHIND = ", blocked by "  # between the status and the wall's name, in a failure's detail

State = Literal["rules", "allow-all", "unreachable", "licence"]
Reason = Literal["allowed", "robots", "robots-unreachable", "licence"]


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """One answer of a server, redirects not followed; `error` instead of a status where none came."""

    status: int | None = None
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()  # lower-case names
    error: str | None = None

    def header(self, name: str) -> str | None:
        """Return one header's value."""
        return dict(self.headers).get(name)


@dataclass(frozen=True, slots=True)
class RobotsEntry:
    """What is known of one origin; a row of the robots table."""

    origin: str  # scheme://host, with the port where it is not the scheme's own
    state: State
    fetched_at: float  # seconds since 1970
    retry_at: float  # ask again from then on
    body: bytes = b""  # of a 2xx answer, at most 512 KiB
    failures: int = 0  # in a row
    detail: str = ""  # status or error, for the log
    tdmrep: bytes = b""  # /.well-known/tdmrep.json, where there is one
    licence: bytes = b""  # what the first License line names, where it came


@dataclass(frozen=True, slots=True)
class RobotsVerdict:
    """Whether an address may be fetched, and what its site asks for."""

    allowed: bool
    reason: Reason
    retry_at: float | None = None  # where unreachable: when the answer may have changed
    delay: float | None = None  # seconds between requests that the site asks for, capped
    sitemaps: tuple[str, ...] = ()  # absolute http(s) addresses that pass the guard
    rights: Rights = Rights()  # robots_allowed and the signals for this path
    detail: str = ""

    @property
    def status(self) -> int | None:
        """Return the status of the answer that closed the site; None where none came."""
        found = re.search(r"status (\d{3})", self.detail)
        return int(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class Known:
    """An entry with what was read of it; addresses absolute and checked."""

    entry: RobotsEntry
    rules: RobotsRules = RobotsRules()
    tdm: tuple[TdmRule, ...] = ()
    licence: tuple[LicenceRule, ...] = ()
    said: Rights = Rights()  # which files this is read from: their hashes, and when they were asked for
    weight: int = 0  # bytes that it takes in memory, about


def origin_of(url: str) -> str | None:
    """Return scheme://host[:port] of an address, the scheme's own port left out; None if it is no web address."""
    try:
        parts = urlsplit(url)
        port, own = parts.port, {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        return None
    host = (parts.hostname or "").rstrip(".")
    if not host:
        return None
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + ("" if port in (None, own) else f":{port}")


def judge(origin: str, answer: RobotsAnswer, now: float, before: RobotsEntry | None) -> RobotsEntry:
    """Decide what an answer to /robots.txt means for its origin (RFC 9309, section 2.3.1)."""
    status, until = answer.status, now + CACHE_SECONDS
    if status is None:
        return failure(origin, answer.error or "no answer", now, before)
    if licence_demanded(status, dict(answer.headers)):
        return RobotsEntry(origin, "licence", now, until, detail="a licence is demanded (RSL)")
    if 200 <= status < 300:
        body = answer.body[: MAX_ROBOTS_BYTES + 1]  # one more, so that the reader sees that it was cut
        return RobotsEntry(origin, "rules", now, until, body, detail=str(status))
    if 400 <= status < 500 and status != 429:
        return RobotsEntry(origin, "allow-all", now, until, detail=str(status))
    wall = wall_of(status, dict(answer.headers), answer.body)
    failed = failure(origin, f"status {status}" + (f"{_BEHIND}{wall}" if wall else ""), now, before)
    wait = wait_asked_for(answer.header, now)
    return failed if wait is None else replace(failed, retry_at=max(failed.retry_at, now + wait))


def wall_behind(verdict: RobotsVerdict) -> str | None:
    """Return the name of the wall that answered in place of robots.txt; None where none did."""
    return verdict.detail.partition(_BEHIND)[2] or None


def failure(origin: str, detail: str, now: float, before: RobotsEntry | None) -> RobotsEntry:
    """Close an origin for now; each failure in a row doubles the time until it is asked again."""
    failures = (before.failures if before else 0) + 1
    wait = min(LAST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2.0 ** min(failures - 1, 20))
    return RobotsEntry(origin, "unreachable", now, now + wait, failures=failures, detail=detail)


def known_of(
    entry: RobotsEntry, rules: RobotsRules, tdm: tuple[TdmRule, ...], policy: AddressPolicy
) -> Known:
    """Join an entry and what was read of it, its Sitemap and License lines made absolute and checked."""
    base = entry.origin + "/robots.txt"
    sitemaps = (absolute(line, base) for line in rules.sitemaps)
    licenses = (absolute(line, base) for line in rules.signals.licenses)
    checked = tuple(dict.fromkeys(s for s in sitemaps if s and not refusal(s, policy)))
    signals = replace(rules.signals, licenses=tuple(address for address in licenses if address))
    return Known(entry, replace(rules, sitemaps=checked, signals=signals), tdm, said=files_of(entry))


def files_of(entry: RobotsEntry) -> Rights:
    """Say what a verdict goes by: the hash of robots.txt, as far as it is read, and of the licence; and from when."""
    kept = entry.body[:MAX_ROBOTS_BYTES]
    return Rights(
        robots_sha256=hashlib.sha256(kept).hexdigest() if entry.state == "rules" else None,
        robots_fetched_at=datetime.fromtimestamp(entry.fetched_at, UTC),
        license_sha256=hashlib.sha256(entry.licence).hexdigest() if entry.licence else None,
    )


def weight_of(known: Known) -> int:
    """Return about how many bytes the rules and addresses take; at most about 8 MB of a file of 512 KiB."""
    rules, entry = known.rules, known.entry
    many = (
        len(rules.prefixes)
        + len(rules.whole)
        + len(rules.wildcards)
        + len(rules.sitemaps)
        + len(known.tdm)
        + len(known.licence)
    )
    # Measured: a rule costs its text and 150 bytes of objects; texts lie there as str, paths perhaps spelled in %XX.
    return 1_000 + 150 * many + 2 * (len(entry.body) + len(entry.tdmrep) + len(entry.licence))


def verdict(url: str, known: Known, delay_cap: float) -> RobotsVerdict:
    """Decide on one address of an origin."""
    entry, rules = known.entry, known.rules
    shut = Rights(robots_allowed=False)
    if entry.state == "unreachable":
        return RobotsVerdict(False, "robots-unreachable", entry.retry_at, rights=shut, detail=entry.detail)
    if entry.state == "licence":
        return RobotsVerdict(False, "licence", rights=shut, detail=entry.detail)
    path, may = normal_path(url), allows(rules, url)
    files = replace(known.said, license_sha256=None, robots_allowed=may)
    rights = merge_rights(files, rights_from_robots(rules.signals, path))
    licence = rights_from_licence(known.licence, path)
    rights = replace(merge_rights(rights, licence), license_sha256=known.said.license_sha256)
    return RobotsVerdict(
        may,
        "allowed" if may else "robots",
        delay=None if rules.delay is None else min(rules.delay, delay_cap),
        sitemaps=rules.sitemaps,
        rights=merge_rights(rights, rights_from_tdmrep(known.tdm, path)),
    )
