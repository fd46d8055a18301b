"""What the site calls itself: in its address and its head; so that a title, an author or a section is told from it."""

import re
from collections import Counter
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from columnist.pipelines.document.addresses import registered_domain
from columnist.pipelines.document.parse import SEPARATORS
from columnist.pipelines.document.read import Document
from columnist.pipelines.document.text import normalise
from columnist.pipelines.metadata.sources.element_index import values_of
from columnist.pipelines.metadata.sources.values import element_text

_SAME_NAME = 0.85  # "The Commercial Appeal" and commercialappeal
_SHORTEST = 6  # letters; shorter names differ by a letter and are another site
_LONGEST_TITLE = 300  # characters
_FRONT_LINKS = 20  # links to the front page that are looked at: logo, menu, breadcrumbs, footer
IN_BRACKETS = re.compile(r"\s*[\[(【（]([^\[\]()【】（）]{2,60})[\])】）]\s*\Z")  # at a title's end
_NAME_WORD = re.compile(r"\w+")
_NAMED_IN = (
    "og:site_name",
    "application-name",
    "twitter:site",
    "twitter:app:name:iphone",
    "apple-mobile-web-app-title",
)


SiteNames = tuple[str, ...]  # the letters of each name that a site goes by


def site_names(document: Document, publisher: str | None) -> SiteNames:
    """Return the names that the page's site goes by, to be told from its titles, authors and sections."""
    declared = (name for key in _NAMED_IN for name in document.meta.get(key, ()))
    domain = registered_domain(document.page.url) or ""
    of_address = (document.host, document.host.removeprefix("www."), domain, domain.partition(".")[0])
    names = (publisher or "", *declared, *_front_names(document), *of_address)
    return tuple(dict.fromkeys(name for raw in names if (name := letters_of(raw))))


def _front_names(document: Document) -> list[str]:
    """Return what <title> has at either end and a link to the front page has as its words."""
    title = "".join(title.text or "" for title in document.by_tag.get("title", ())[:1])[:_LONGEST_TITLE]
    pieces = [normalise(piece) for piece in SEPARATORS.split(title)]
    before, colon, _ = title.partition(": ")
    at_ends = [pieces[0], pieces[-1]] if len(pieces) > 1 else []
    at_ends += [match.group(1) for match in (IN_BRACKETS.search(title),) if match]
    ends = {letters_of(piece): piece for piece in (*at_ends, *([normalise(before)] if colon else ()))}
    linked = {letters_of(element_text(link)) for link in _links_to_front(document)} if ends else set()
    return [name for letters, name in ends.items() if letters and letters in linked]


def _links_to_front(document: Document) -> list[Any]:
    place = urlsplit(document.page.url).netloc  # with its port
    places = {place, document.host, place.removeprefix("www."), f"www.{place}"}
    absolute = (
        f"{start}{host}{end}"
        for start in ("http://", "https://", "//")
        for host in places
        for end in ("", "/")
    )
    fronts = {"/", "./", "../", *absolute}
    wanted = values_of(document, "href", "a") & fronts
    links = (link for link in document.by_tag["a"] if link.get("href") in wanted)
    return list(islice(links, _FRONT_LINKS)) if wanted else []


def letters_of(text: str) -> str:
    """Return the letters and digits of a text in lower case, run together."""
    return "".join(_NAME_WORD.findall(text.lower()))


@lru_cache(maxsize=256)  # most titles of a page are the same
def is_site(text: str, names: tuple[str, ...]) -> bool:
    """Say whether the text is the site's name, give or take a letter."""
    letters = letters_of(text)
    return letters in names or any(_nearly(letters, name) for name in names)


@lru_cache(maxsize=1024)  # titles and authors are held against the same names several times a page
def _nearly(one: str, other: str) -> bool:
    shorter, longer = sorted((len(one), len(other)))
    # The bound on the ratio that lengths alone give spares nine comparisons of ten.
    if shorter < _SHORTEST or 2 * shorter <= _SAME_NAME * (shorter + longer):
        return False
    common = sum((Counter(one) & Counter(other)).values())  # in any order: a bound that costs a tenth
    return (
        2 * common > _SAME_NAME * (shorter + longer)
        and SequenceMatcher(None, one, other).ratio() > _SAME_NAME
    )
