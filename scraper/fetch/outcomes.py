"""What can come of asking for an address, as values: fetched, or not, with the reason that is counted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from columnist.pipelines.records.article import Rights
from columnist.scraper.fetch.bot_walls import WALLS

# Nothing is there: asking again costs nobody anything. Three tries say so of a site's home, and close the site
# for the run; its pace puts 2 and 4 s between them.
DEAD = frozenset({"connection-refused", "dns"})
DEAD_TRIES = 3

FORGOTTEN = "forgotten"  # of an address that `columnist forget` was told of, or that leads to one

What = Literal["filtered", "failed", "blocked", "gone", "deferred", "released", "too-large"]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A good answer, 304 included."""

    url: str  # the address that answered
    status: int
    headers: Mapping[str, str]
    body: bytes  # as it came over the wire: packed, where a header says so
    rights: Rights
    at: datetime
    hops: tuple[str, ...] = ()  # the addresses it was redirected to, the last one included
    moved_from: tuple[str, ...] = ()  # the addresses that sent us on for good (301, 308)
    digest: str | None = None  # of the unpacked body, hex
    asked: Mapping[str, str] = field(default_factory=dict)  # the request's headers, without credentials


@dataclass(frozen=True, slots=True)
class Unfetched:
    """No good answer."""

    what: What
    reason: str
    status: int | None = None
    retry: bool = False  # whether another try in this run makes sense
    until: datetime | None = None  # of a deferral
    stop_site: bool = False  # nothing more is asked of this site in this run
    detail: str | None = None  # for the log


# What an outcome is counted as, where that is another word: put off is pending, and what is too large a reject.
COUNTED_AS: Mapping[str, str] = {"deferred": "pending", "released": "pending", "too-large": "rejected"}


def body_refused(problem: str, status: int) -> Unfetched:
    """Return what a body that cannot be unpacked counts as."""
    if problem == "too-large":
        return Unfetched("too-large", "too-large", status)
    return Unfetched("failed", "bad-encoding", status)


# Reasons of addresses that were not fetched or gave no page, for the README's table.
OUTCOMES: tuple[tuple[What, str, str], ...] = (
    ("filtered", "robots", "robots.txt does not allow it."),
    ("filtered", "licence", "The site answers that a licence is needed (RSL)."),
    ("filtered", "scheme", "Redirected to something else than http or https."),
    ("filtered", "private-address", "Leads to a private or loopback address that nobody named."),
    ("filtered", "port", "Leads to a port of another service, such as mail."),
    ("filtered", "credentials", "The address holds a user name or a password."),
    ("filtered", "no-host", "The address has no host."),
    ("filtered", "too-long", "Longer than 4,096 characters."),
    ("filtered", "proxy", "A middleware sent it to a proxy that neither --proxy nor a site file names."),
    ("filtered", "off-site", "Redirected to another site."),
    ("filtered", "known-address", "Redirected to an address that is in the state file on its own account."),
    ("filtered", "pattern-budget", "More addresses of this shape than max_per_pattern: calendars, sessions. Those that a run does not get to are not kept."),
    ("filtered", "too-many-listings", "A sitemap below three levels of indexes, or behind the 200th that a robots.txt names: no row."),
    ("filtered", "address-cap", "The site has max_addresses_per_site already: no row, counted each time it is found."),
    ("filtered", "site-excluded", "The site file's rules leave it out."),
    ("filtered", "forgotten", "`columnist forget` was told of it, of its site, or of where it leads to; no run keeps the address."),
    ("filtered", "url-too-long", "Longer than 2,083 characters."),
    ("filtered", "bad-address", "No address that can be asked for."),
    ("failed", "timeout", "No whole answer within the time limit."),
    ("failed", "truncated", "Fewer bytes came than were announced, or a part (206) where the whole was asked for."),
    ("failed", "connection", "Reset or closed before an answer."),
    ("failed", "connection-refused", "Nobody listens there."),
    ("failed", "proxy", "The proxy is not there, wants a log-in, or finds no way to the site."),
    ("failed", "dns", "The host's name does not resolve."),
    ("failed", "tls", "The certificate or the handshake is wrong."),
    ("failed", "bad-response", "What came is no HTTP."),
    ("failed", "bad-encoding", "The body is not in the compression that its header names."),
    ("failed", "render", "The browser broke as it showed the page (sites with render = true)."),
    ("failed", "redirect-loop", "Redirected to itself, or more than five times."),
    ("failed", "http-<status>", "An error status, after the tries that make sense for it."),
    ("failed", "http-304", "Not modified, to a request that named no version."),
    ("failed", "unreadable-listing", "Called a feed or sitemap, and neither that nor a page."),
    ("failed", "bug", "A mistake of ours on this page; the log has the traceback."),
    ("blocked", "http-401", "The site's home page asks for a password; it waits for the next run."),
    ("blocked", "http-403", "The site's home page is refused, by nobody who names himself; it waits for the next run."),
    ("blocked", "<wall>", f"A bot wall answers in the site's place; it is named, never passed: {', '.join(WALLS)}."),
    ("gone", "404", "Not found."),
    ("gone", "410", "Gone for good."),
    ("deferred", "robots-unreachable", "robots.txt gives no answer: nothing is asked for until it does."),
    ("deferred", "first-part", "A later part of an article whose first part is to be tried again."),
    ("deferred", "site-rests", "Leads to a host that asked for more time than a run waits, or did not answer."),
    ("deferred", "listing-budget", "More listings than max_listings_per_site: left to a later run."),
    ("deferred", "mapped-list", "A list in whose folder others named nothing but what a sitemap names: left to a later run."),
    ("released", "max-pages", "The run had its pages."),
    ("released", "site-rests", "The site asked for more time than a run waits."),
    ("released", "connection-refused", "Nobody listens at the site's home."),
    ("released", "dns", "The name of the site's home does not resolve."),
    ("too-large", "too-large", "More bytes than page_megabytes."),
)  # fmt: skip
# Why an address waits: no word on what it was found to be.
PUT_OFF = frozenset(reason for what, reason, _ in OUTCOMES if what in ("deferred", "blocked")) | {*WALLS}
