"""What a run tells other machines: a Prometheus text file, and a webhook."""

from __future__ import annotations

import json
import logging
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit, urlunsplit

from columnist.pipelines.dataset.files.fsync import replace_file
from columnist.pipelines.records.run_summary import RunSummary

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

_log = logging.getLogger(__name__)
# A webhook that hangs must not hold up cron: the run is over, its data is safe.
_WEBHOOK_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class SiteCounts:
    """What one site gave in a run, for the label `site`."""

    articles: Mapping[str, int]  # new and changed
    failures: Mapping[str, int]  # "failed dns", "blocked Cloudflare" -> addresses
    pending: int
    last_article: float | None  # seconds since 1970; null: it never gave one


def write_metrics(
    path: Path, run: RunSummary, exit_code: int, seconds: float, sites: Mapping[str, SiteCounts] | None = None
) -> None:
    """Write the run's counts for Prometheus' textfile collector; the file appears whole or not at all."""
    from prometheus_client import CollectorRegistry, Gauge, generate_latest  # for --metrics-file alone

    registry = CollectorRegistry()
    pages = Gauge(
        "columnist_pages", "Pages of the last run by outcome.", ["outcome", "reason"], registry=registry
    )
    for outcome in ("new", "changed", "recleaned", "known", "gone", "pending"):
        pages.labels(outcome, "").set(getattr(run, outcome))
    pages.labels("duplicate", "").set(run.duplicates)
    for outcome in ("rejected", "filtered", "failed", "blocked"):
        for reason, n in getattr(run, outcome).items():
            pages.labels(outcome, reason).set(n)
    single: tuple[tuple[str, str, float], ...] = (
        ("columnist_requests", "Requests of the last run.", run.requests),
        ("columnist_not_modified", "Answers 304 of the last run.", run.not_modified),
        ("columnist_exit_code", "Exit code of the last run.", exit_code),
        ("columnist_seconds", "Length of the last run.", seconds),
        ("columnist_finished_timestamp_seconds", "When the last run ended.", time.time()),
    )
    for name, about, value in single:
        Gauge(name, about, registry=registry).set(value)
    _by_site(registry, sites or {})
    replace_file(
        path, generate_latest(registry)
    )  # by a new file: a link of that name is replaced, not followed


def _by_site(registry: CollectorRegistry, sites: Mapping[str, SiteCounts]) -> None:
    """Add what each site gave, so that an alert names the one that went silent."""
    from prometheus_client import Gauge

    articles = Gauge(
        "columnist_site_articles", "Articles of the last run.", ["site", "outcome"], registry=registry
    )
    failures = Gauge("columnist_site_failures", "Addresses without a good answer in the last run.",
                     ["site", "outcome", "reason"], registry=registry)  # fmt: skip
    pending = Gauge("columnist_site_pending", "Addresses left for the next run.", ["site"], registry=registry)
    last = Gauge("columnist_site_last_article_timestamp_seconds",
                 "When the site last gave an article not seen before; absent if never.", ["site"],
                 registry=registry)  # fmt: skip
    for site, counts in sites.items():
        for outcome in ("new", "changed"):
            articles.labels(site, outcome).set(counts.articles.get(outcome, 0))
        for what, n in counts.failures.items():
            failures.labels(site, *what.split(" ", 1)).set(n)
        pending.labels(site).set(counts.pending)
        if counts.last_article is not None:
            last.labels(site).set(counts.last_article)


def post_summary(url: str, message: Mapping[str, Any]) -> bool:
    """Post the run's summary as JSON; log and go on where the receiver does not take it."""
    body = json.dumps(message, ensure_ascii=False, default=str).encode()
    try:  # the user's own address
        address, log_in = _parted(url)
        request = urllib.request.Request(address, body, {"Content-Type": "application/json", **log_in})  # noqa: S310
        with urllib.request.urlopen(request, timeout=_WEBHOOK_SECONDS):  # noqa: S310
            return True
    except (OSError, ValueError, HTTPException) as error:
        host = urlsplit(url).hostname
        _log.warning("the webhook at %s was not told: %s; check --webhook", host, _why(error))
        return False


def _parted(url: str) -> tuple[str, dict[str, str]]:
    """Return the address without user and password, and the header that carries them: urllib takes them for the host."""
    parts = urlsplit(url)
    user, found, host = parts.netloc.rpartition("@")
    if not found:
        return url, {}
    pair = b64encode(unquote(user if ":" in user else f"{user}:").encode()).decode()
    return urlunsplit(parts._replace(netloc=host)), {"Authorization": f"Basic {pair}"}


def _why(error: Exception) -> str:
    """Return what went wrong, in words that cannot repeat the address: its path is a secret."""
    if isinstance(error, HTTPError):
        return f"it answers with status {error.code}"
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return type(cause).__name__
