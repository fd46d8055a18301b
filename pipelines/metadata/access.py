"""Whether the page is free to read, and what it says about its use."""

from collections.abc import Mapping
from typing import Any

from columnist.pipelines.document.addresses import absolute
from columnist.pipelines.document.read import Document
from columnist.pipelines.metadata.sources.values import first_text, to_text
from columnist.pipelines.records.article import Rights
from columnist.pipelines.sites.rights import (
    ROBOT_NAME,
    directives_for_us,
    merge_rights,
    rights_from_directives,
    rights_from_headers,
    tdm_flag,
)

_TIER_NAMES = ("article:content_tier", "content_tier", "cxenseparse:paywall", "article:opinion:tier")
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


def read_access(document: Document) -> str | None:
    """Return free, metered or paywalled, as the page declares it."""
    for name in _TIER_NAMES:
        for value in document.meta.get(name, ()):
            if tier := _TIERS.get(value.strip().lower()):
                return tier
    for node in document.about[:2]:
        if (free := _truth(node)) is not None:
            return "free" if free else "paywalled"
    return None


def is_teaser(access: str | None, words: int) -> bool:
    """Say whether so short a body is but the teaser before the paywall that the page declares."""
    return access == "paywalled" and words < _SHORTEST_BEHIND_A_WALL


def _truth(node: Mapping[str, Any]) -> bool | None:
    value = node.get("isAccessibleForFree")
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
            rights = merge_rights(rights, rights_from_directives(directives_for_us(value)))
    flag = next((tdm_flag(value) for value in document.meta.get("tdm-reservation", ())), None)
    policy = next(iter(document.meta.get("tdm-policy", ())), None)
    licence = _licence(document)
    address = absolute(policy, document.base_url) if policy else None
    if flag is None and address is None and licence is None:
        return rights
    return merge_rights(rights, Rights(tdm_reservation=flag, tdm_policy=address, license_url=licence))


def _licence(document: Document) -> str | None:
    for link in document.by_tag.get("link", ()):
        if "license" in (link.get("rel") or "").lower().split():
            return absolute(to_text(link.get("href")) or "", document.base_url)
    for node in document.about[:1]:
        if text := first_text(node.get("license")):
            return absolute(text, document.base_url)
    return None
