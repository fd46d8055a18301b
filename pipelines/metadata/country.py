"""In which country a page's publisher sits: told by the site's file, by the publisher's address, by the domain, or not at all.

Language and og:locale alone prove nothing: half the world's templates say en_US.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from columnist.pipelines.document.read import Document
from columnist.pipelines.language.lexicon import entries, lexicon
from columnist.pipelines.metadata.sources.values import first_text

_SOLD, _OWN_LEVELS = (frozenset(entries("countries", key)) for key in ("sold", "own_levels"))
CODES = frozenset(entries("countries", "codes"))
_SPELLED = {"uk": "GB"}  # endings that are no code; eu and su are of no country
_NAMES = {
    name: key.removeprefix("names.")
    for key, names in lexicon("countries").items()
    if key.startswith("names.")
    for name in names
}
_GEO = ("geo.country", "geo.region")  # DE, DE-BY: of the publisher or of the story
_REGION = re.compile(r"[a-z]{2,3}[-_]([A-Za-z]{2})\b")


def read_country(document: Document) -> tuple[str, str] | None:
    """Return the publisher's country and who says so; None where nobody does."""
    if document.page.country:
        return document.page.country, "site-file"
    if code := next(_addresses(document), None):
        return code, "json-ld"
    if code := country_of_host(document.host):
        return code, "ccTLD"
    code = _declared(document)
    return (code, "meta") if code else None


def country_of_host(host: str) -> str | None:
    """Return the country whose ending a host has, where that ending is not sold to everybody."""
    *before, ending = host.rpartition(":")[0].split(".") if ":" in host else host.split(".")
    if ending in _SOLD and not (len(before) > 1 and before[-1] in _OWN_LEVELS):
        return None
    code = _SPELLED.get(ending, ending.upper())
    return code if before and code in CODES else None


def country_code(words: object) -> str | None:
    """Return the code of a country by code or name; None for what is neither."""
    text = (first_text(words) or "").strip().rpartition("/")[2]
    if len(text) == 2 and text.upper() in CODES:
        return text.upper()
    return _NAMES.get(text.lower())


def _addresses(document: Document) -> Iterator[str]:
    for node in document.about[:2]:
        for publisher in _listed(node.get("publisher")):
            for one in (publisher, _known(document, publisher)):
                for address in _listed(one.get("address")):
                    if code := country_code(address.get("addressCountry")):
                        yield code


def _known(document: Document, node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the node that a reference names: a publisher is often given once for the whole graph."""
    name = node.get("@id")
    if not isinstance(name, str):
        return {}
    return next((n for n in document.json_ld if n.get("@id") == name and "address" in n), {})


def _listed(value: object) -> list[Mapping[str, Any]]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]


def _declared(document: Document) -> str | None:
    """Return the country that a geo tag and the page's language both name: one may be the story's, the other a template's."""
    geo = {code for name in _GEO for v in document.meta.get(name, ()) if (code := country_code(v[:2]))}
    spoken = [document.tree.get("lang") or "", *document.meta.get("og:locale", ())]
    regions = {match[1].upper() for words in spoken if (match := _REGION.match(words))}
    agreed = geo & regions - {"US"}  # what templates say by default
    return agreed.pop() if len(agreed) == 1 else None
