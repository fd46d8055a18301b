"""Days that were turned into UTC: whose midnight it is, and which day the address names."""

from dataclasses import replace
from datetime import datetime, timedelta

from dateutil.tz import gettz

from columnist.pipelines.document.read import Document
from columnist.pipelines.language.lexicon import entries
from columnist.pipelines.metadata.dates.page_dates import read_url_date
from columnist.pipelines.metadata.record import PUBLISHED, Metadata

# Countries of one zone, by the ending of their addresses or the region of og:locale.
_ZONES = {
    country: zone
    for zone, countries in {
        "Europe/Berlin": "de at ch fr it nl be lu es pl cz sk hu hr si rs ba me mk al se no dk mt li",
        "Europe/Helsinki": "fi ee lv lt ro bg gr ua cy md", "Europe/London": "uk gb ie", "Europe/Lisbon": "pt", "Europe/Istanbul": "tr by",
        "Asia/Tokyo": "jp", "Asia/Seoul": "kr", "Asia/Shanghai": "cn tw hk sg my ph", "Asia/Kolkata": "in lk", "Asia/Bangkok": "th vn",
        "Asia/Karachi": "pk", "Asia/Dhaka": "bd", "Asia/Tehran": "ir", "Asia/Dubai": "ae om", "Asia/Riyadh": "sa qa kw iq bh", "Asia/Jerusalem": "il",
        "Africa/Cairo": "eg", "Africa/Lagos": "ng dz tn", "Africa/Johannesburg": "za zw", "Africa/Nairobi": "ke tz ug et",
        "America/Argentina/Buenos_Aires": "ar uy", "America/Bogota": "co pe", "America/Caracas": "ve bo", "Pacific/Auckland": "nz",
    }.items()
    for country in countries.split()
}  # fmt: skip
_SOLD = frozenset(entries("countries", "sold"))


def at_its_place(document: Document, said: Metadata) -> Metadata:
    """Give a day that a system turned into UTC the day of the place: by the country's midnight, else by the address."""
    at = said.published_at
    if at is None or said.published_offset != 0 or said.published_precision == "day":
        return said
    offset = _midnight_of(document, at)
    if offset:
        return replace(said, published_offset=offset)
    named = read_url_date(document)
    day = named.published_at
    if day is None or abs((day.date() - at.date()).days) != 1:
        return said
    fields = {name: getattr(named, name) for name in PUBLISHED}
    return replace(said, **fields, found_by={**said.found_by, "published_at": "url"})


def _midnight_of(document: Document, at: datetime) -> int | None:
    """Return the offset of the page's country where the moment is a midnight there, and none in Greenwich."""
    if at.minute % 30 or at.second or not at.hour:
        return None
    ending = document.host.rpartition(".")[2]
    regions = (
        locale.replace("-", "_").partition("_")[2].lower() for locale in document.meta.get("og:locale", ())
    )
    for country in (ending if ending not in _SOLD else "", *regions):
        zone = gettz(_ZONES[country]) if country in _ZONES else None
        ahead = at.astimezone(zone).utcoffset() if zone else None
        if ahead is not None and (at + ahead).hour == (at + ahead).minute == 0:
            return int(ahead / timedelta(minutes=1))
    return None
