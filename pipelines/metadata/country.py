"""In which country a page's publisher sits: told by the site's file, by the publisher's address, by the domain, or not at all.

Language and og:locale alone prove nothing: half the world's templates say en_US.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from columnist.pipelines.document.read import Document
from columnist.pipelines.metadata.sources.values import first_text

# ISO 3166-1 alpha-2.
CODES = frozenset(
    [
        "AD",
        "AE",
        "AF",
        "AG",
        "AI",
        "AL",
        "AM",
        "AO",
        "AQ",
        "AR",
        "AS",
        "AT",
        "AU",
        "AW",
        "AX",
        "AZ",
        "BA",
        "BB",
        "BD",
        "BE",
        "BF",
        "BG",
        "BH",
        "BI",
        "BJ",
        "BL",
        "BM",
        "BN",
        "BO",
        "BQ",
        "BR",
        "BS",
        "BT",
        "BV",
        "BW",
        "BY",
        "BZ",
        "CA",
        "CC",
        "CD",
        "CF",
        "CG",
        "CH",
        "CI",
        "CK",
        "CL",
        "CM",
        "CN",
        "CO",
        "CR",
        "CU",
        "CV",
        "CW",
        "CX",
        "CY",
        "CZ",
        "DE",
        "DJ",
        "DK",
        "DM",
        "DO",
        "DZ",
        "EC",
        "EE",
        "EG",
        "EH",
        "ER",
        "ES",
        "ET",
        "FI",
        "FJ",
        "FK",
        "FM",
        "FO",
        "FR",
        "GA",
        "GB",
        "GD",
        "GE",
        "GF",
        "GG",
        "GH",
        "GI",
        "GL",
        "GM",
        "GN",
        "GP",
        "GQ",
        "GR",
        "GS",
        "GT",
        "GU",
        "GW",
        "GY",
        "HK",
        "HM",
        "HN",
        "HR",
        "HT",
        "HU",
        "ID",
        "IE",
        "IL",
        "IM",
        "IN",
        "IO",
        "IQ",
        "IR",
        "IS",
        "IT",
        "JE",
        "JM",
        "JO",
        "JP",
        "KE",
        "KG",
        "KH",
        "KI",
        "KM",
        "KN",
        "KP",
        "KR",
        "KW",
        "KY",
        "KZ",
        "LA",
        "LB",
        "LC",
        "LI",
        "LK",
        "LR",
        "LS",
        "LT",
        "LU",
        "LV",
        "LY",
        "MA",
        "MC",
        "MD",
        "ME",
        "MF",
        "MG",
        "MH",
        "MK",
        "ML",
        "MM",
        "MN",
        "MO",
        "MP",
        "MQ",
        "MR",
        "MS",
        "MT",
        "MU",
        "MV",
        "MW",
        "MX",
        "MY",
        "MZ",
        "NA",
        "NC",
        "NE",
        "NF",
        "NG",
        "NI",
        "NL",
        "NO",
        "NP",
        "NR",
        "NU",
        "NZ",
        "OM",
        "PA",
        "PE",
        "PF",
        "PG",
        "PH",
        "PK",
        "PL",
        "PM",
        "PN",
        "PR",
        "PS",
        "PT",
        "PW",
        "PY",
        "QA",
        "RE",
        "RO",
        "RS",
        "RU",
        "RW",
        "SA",
        "SB",
        "SC",
        "SD",
        "SE",
        "SG",
        "SH",
        "SI",
        "SJ",
        "SK",
        "SL",
        "SM",
        "SN",
        "SO",
        "SR",
        "SS",
        "ST",
        "SV",
        "SX",
        "SY",
        "SZ",
        "TC",
        "TD",
        "TF",
        "TG",
        "TH",
        "TJ",
        "TK",
        "TL",
        "TM",
        "TN",
        "TO",
        "TR",
        "TT",
        "TV",
        "TW",
        "TZ",
        "UA",
        "UG",
        "UM",
        "US",
        "UY",
        "UZ",
        "VA",
        "VC",
        "VE",
        "VG",
        "VI",
        "VN",
        "VU",
        "WF",
        "WS",
        "YE",
        "YT",
        "ZA",
        "ZM",
        "ZW",
    ]
)
# Endings that are sold to the whole world, or given away: a paper there may sit anywhere. One that is registered below
# com.co, org.ai and the like does not: those are the country's own.
_SOLD = frozenset(
    [
        "ac",
        "ag",
        "ai",
        "am",
        "as",
        "bz",
        "cc",
        "cd",
        "cf",
        "co",
        "cx",
        "dj",
        "fm",
        "ga",
        "gd",
        "gg",
        "gl",
        "gq",
        "gs",
        "im",
        "io",
        "la",
        "lc",
        "li",
        "ly",
        "me",
        "ml",
        "ms",
        "nu",
        "pn",
        "pw",
        "sc",
        "sh",
        "so",
        "st",
        "sx",
        "tc",
        "tf",
        "tk",
        "to",
        "tv",
        "vc",
        "vg",
        "ws",
    ]
)
_OWN_LEVELS = frozenset(("com", "org", "net", "gov", "gob", "edu", "ac"))
_SPELLED = {"uk": "GB"}  # endings that are no code; eu and su are of no country
# Names as publishers write them in addressCountry, in lower case; the rest write the code.
_NAMES = {
    "argentina": "AR", "australia": "AU", "austria": "AT", "österreich": "AT", "bangladesh": "BD", "belgium": "BE", "belgië": "BE",
    "belgique": "BE", "brazil": "BR", "brasil": "BR", "bulgaria": "BG", "canada": "CA", "chile": "CL", "china": "CN", "colombia": "CO",
    "croatia": "HR", "hrvatska": "HR", "czech republic": "CZ", "czechia": "CZ", "česká republika": "CZ", "denmark": "DK",
    "danmark": "DK", "egypt": "EG", "estonia": "EE", "eesti": "EE", "finland": "FI", "suomi": "FI", "france": "FR", "germany": "DE",
    "deutschland": "DE", "ghana": "GH", "greece": "GR", "ελλάδα": "GR", "hong kong": "HK", "hungary": "HU", "magyarország": "HU",
    "iceland": "IS", "ísland": "IS", "india": "IN", "भारत": "IN", "indonesia": "ID", "iran": "IR", "ireland": "IE", "israel": "IL",
    "italy": "IT", "italia": "IT", "japan": "JP", "日本": "JP", "kenya": "KE", "latvia": "LV", "latvija": "LV", "lithuania": "LT",
    "lietuva": "LT", "luxembourg": "LU", "malaysia": "MY", "mexico": "MX", "méxico": "MX", "morocco": "MA", "maroc": "MA",
    "namibia": "NA", "netherlands": "NL", "the netherlands": "NL", "nederland": "NL", "new zealand": "NZ", "nigeria": "NG",
    "norway": "NO", "norge": "NO", "pakistan": "PK", "peru": "PE", "perú": "PE", "philippines": "PH", "poland": "PL", "polska": "PL",
    "portugal": "PT", "romania": "RO", "românia": "RO", "russia": "RU", "russian federation": "RU", "россия": "RU", "serbia": "RS",
    "singapore": "SG", "slovakia": "SK", "slovensko": "SK", "slovenia": "SI", "slovenija": "SI", "south africa": "ZA",
    "south korea": "KR", "republic of korea": "KR", "대한민국": "KR", "spain": "ES", "españa": "ES", "sweden": "SE", "sverige": "SE",
    "switzerland": "CH", "schweiz": "CH", "suisse": "CH", "taiwan": "TW", "thailand": "TH", "turkey": "TR", "türkiye": "TR",
    "ukraine": "UA", "україна": "UA", "united arab emirates": "AE", "united kingdom": "GB", "uk": "GB", "great britain": "GB",
    "england": "GB", "scotland": "GB", "wales": "GB", "united states": "US", "united states of america": "US", "usa": "US",
    "vietnam": "VN", "việt nam": "VN",
}  # fmt: skip
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
