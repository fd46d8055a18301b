"""Whether the page is free to read, and what it says about its use."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from columnist.pipelines.document.addresses import absolute
from columnist.pipelines.document.read import Document
from columnist.pipelines.metadata.sources.values import first_text, to_text
from columnist.pipelines.records.article import Rights
from columnist.pipelines.sites.path_patterns import normal_path
from columnist.pipelines.sites.rights import (
    ROBOT_NAME,
    directives_for_us,
    merge_rights,
    rights_from_directives,
    rights_from_headers,
    said,
    tdm_flag,
)
from columnist.pipelines.sites.terms import read_licence, rights_from_licence

_TIER_NAMES = (
    "article:content_tier", "article:content-tier", "content_tier", "content-tier", "cxenseparse:paywall", "article:opinion:tier",
)  # fmt: skip
# Tags that say yes or no: to a wall, and to the contrary.
_WALLS = ("cxenseparse:ispremium", "cxenseparse:pcf-premium", "bad:paywall", "node-premium", "paywall", "ispremium", "is_premium",
          "is-premium", "ispaid", "is_paid", "is-paid", "ispaywalled", "is_paywalled", "article:premium", "article:paywall")  # fmt: skip
_FREE = ("isaccessibleforfree", "is_accessible_for_free", "accessible_for_free")
_SHORTEST_BEHIND_A_WALL = 150  # words; of 28 declared pages the teaser had 117, whole articles 381 and more
_TIERS = {
    "free": "free",
    "metered": "metered",
    "locked": "paywalled",
    "paid": "paywalled",
    "premium": "paywalled",
    "payant": "paywalled",
    "subscriber": "paywalled",
}


def read_access(document: Document) -> tuple[str, str] | None:
    """Return free, metered or paywalled, and who says so: the page's tags or its JSON-LD."""
    if access := _tier(document):
        return access, "meta"
    for node in document.about[:2]:
        free, part = _truth(node.get("isAccessibleForFree")), _truth_of_parts(node)
        if free is not None or part is False:
            # A part behind a wall of a page that calls itself free: some reads are free.
            return ("paywalled" if not free else "metered" if part is False else "free"), "json-ld"
    flags = [_truth(v) for name in _FREE for v in document.meta.get(name, ())]
    walls = [_truth(v) for name in _WALLS for v in document.meta.get(name, ())]
    said = [*flags, *(None if wall is None else not wall for wall in walls)]
    if False in said:
        return "paywalled", "meta"
    return ("free", "meta") if True in said else None


def _tier(document: Document) -> str | None:
    valued = (
        (tag.get("value") or "")
        for tag in document.by_tag.get("meta", ())
        if tag.get("content") is None
        and (tag.get("name") or tag.get("property") or "").lower() in _TIER_NAMES
    )
    named = (value for name in _TIER_NAMES for value in document.meta.get(name, ()))
    return next((tier for value in (*named, *valued) if (tier := _TIERS.get(value.strip().lower()))), None)


def is_teaser(access: str | None, words: int) -> bool:
    """Say whether so short a body is but the teaser before the paywall that the page declares."""
    return access == "paywalled" and words < _SHORTEST_BEHIND_A_WALL


def _truth_of_parts(node: Mapping[str, Any]) -> bool | None:
    """Say whether the parts that a node lists are free: False where one is not."""
    parts = node.get("hasPart")
    said = [
        _truth(part.get("isAccessibleForFree"))
        for part in (parts if isinstance(parts, list) else [parts])
        if isinstance(part, dict)
    ]
    return False if False in said else (True if True in said else None)


def _truth(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    word = (first_text(value) or "").lower().rpartition("/")[2]
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(word)


def read_page_rights(document: Document) -> Rights:
    """Merge what the page's own tags say into what headers and robots.txt said."""
    page = document.page
    rights = merge_rights(page.rights, rights_from_headers(page.headers, page.url))
    for name in ("robots", ROBOT_NAME):  # googlebot's lines are for googlebot
        for value in document.meta.get(name, ()):
            spoken = rights_from_directives(directives_for_us(value))
            told = said("meta", f"{name}: {value}") if spoken.x_robots else None
            rights = merge_rights(rights, replace(spoken, signals=told))
    flag = next((tdm_flag(value) for value in document.meta.get("tdm-reservation", ())), None)
    policy = next(iter(document.meta.get("tdm-policy", ())), None)
    licence = _licence(document)
    address = absolute(policy, document.base_url) if policy else None
    if flag is not None or address is not None:
        words = f"tdm-reservation: {'' if flag is None else int(flag)}" + (
            f" tdm-policy: {address}" if address else ""
        )
        reserved = Rights(tdm_reservation=flag, tdm_policy=address, signals=said("meta", words))
        rights = merge_rights(rights, reserved)
    if licence is not None:
        rights = merge_rights(
            rights, Rights(license_url=licence, signals=said("meta", f"license: {licence}"))
        )
    return _with_inline_licence(document, rights)


def _with_inline_licence(document: Document, rights: Rights) -> Rights:
    """Read the RSL document that a page may hold in a script of its own type."""
    for script in document.by_tag.get("script", ()):
        if (script.get("type") or "").strip().lower() == "application/rsl+xml" and script.text:
            body = script.text.strip().encode()
            terms = rights_from_licence(read_licence(body, document.page.url), normal_path(document.page.url))
            return replace(merge_rights(rights, terms), license_sha256=hashlib.sha256(body).hexdigest())
    return rights


def _licence(document: Document) -> str | None:
    for link in document.by_tag.get("link", ()):
        if "license" in (link.get("rel") or "").lower().split():
            return absolute(to_text(link.get("href")) or "", document.base_url)
    for node in document.about[:1]:
        if text := first_text(node.get("license")):
            return absolute(text, document.base_url)
    return None
