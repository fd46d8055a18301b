"""Which of a dataset's runs were crawls, which sites the latest one had to do with, and which file says what of each."""

import contextlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from columnist.pipelines.batch.check.figures import Figures, read_figures
from columnist.pipelines.document.addresses import registered_domain
from columnist.pipelines.records.site import Site
from columnist.pipelines.sites.shards import Shard, shard_from
from columnist.pipelines.sites.site import site_named

_OTHER = frozenset(("clean", "compact", "forget", "reclean", "state", "verify"))  # commands that are no crawl


def latest_crawl(manifests: Sequence[Mapping[str, Any]]) -> Collection[Mapping[str, Any]]:
    """Return the manifest of the latest crawl; of a crawl by shards, the latest of each."""
    return _latest_runs(crawls(manifests))


def crawls(manifests: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the runs that were crawls, the oldest first."""
    return sorted((m for m in manifests if is_crawl(m)), key=lambda m: str(m.get("started")))


def visited(runs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the sites that the latest run had to do with; the others it knew from earlier ones."""
    latest = _latest_runs(runs)
    return sorted({name for run in latest for name in run["sites"] if read_figures(run, name) is not None})


def _latest_runs(runs: Sequence[Mapping[str, Any]]) -> Collection[Mapping[str, Any]]:
    """Return the latest run; of a crawl by shards, the latest of each."""
    shard_of_latest = _shard(runs[-1]) if runs else None
    if shard_of_latest is None:
        return runs[-1:]
    latest = {
        shard.index: run for run in runs if (shard := _shard(run)) and shard.count == shard_of_latest.count
    }
    return latest.values()


def _shard(run: Mapping[str, Any]) -> Shard | None:
    options = run.get("options")
    words = options.get("shard") if isinstance(options, dict) else None
    with contextlib.suppress(ValueError):
        return shard_from(words) if isinstance(words, str) else None
    return None


def file_of(name: str, sites: Mapping[str, Site]) -> Site | None:
    """Return a site's file: of its name, or the one whose seeds lie on it, whatever the site was crawled as."""
    known = site_named(name, sites)
    if known is not None:
        return known
    of_domain = [s for s in sites.values() if any(registered_domain(seed) == name for seed in s.seeds)]
    return of_domain[0] if len(of_domain) == 1 else None


def first_figures(run: Mapping[str, Any], names: Sequence[str]) -> Figures | None:
    """Return what a run did on a site under the first of these names that it knew."""
    return next((f for name in names if (f := read_figures(run, name)) is not None), None)


def formerly(name: str, sites: Mapping[str, Site]) -> tuple[str, ...]:
    """Return what a site was called before it had a file: an address is crawled as its registered domain, an IP address
    with its port. Where several files lie on that domain, its history is none of theirs alone."""
    site = sites.get(name)
    if site is None:
        return ()
    others = {
        key
        for other in sites.values()
        if other is not site
        for seed in other.seeds
        for key in _crawled_as(seed)
    }
    own = (key for seed in site.seeds for key in _crawled_as(seed))
    return tuple(dict.fromkeys(key for key in own if key not in (name, *others)))


def _crawled_as(seed: str) -> tuple[str, ...]:
    parts = urlsplit(seed)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return registered_domain(seed) or "", f"{parts.hostname}:{port}"


def is_crawl(manifest: Mapping[str, Any]) -> bool:
    """Say whether a run was a crawl: what `columnist clean`, `forget` or a repair did says nothing of a site today."""
    words = str(manifest.get("command") or "").split()
    return isinstance(manifest.get("sites"), dict) and _OTHER.isdisjoint(words[:3])
