"""What <meta> and <link> say: OpenGraph, article:*, Dublin Core, Parsely, Sailthru and plain names."""

import re
from collections.abc import Iterable
from dataclasses import replace

from columnist.pipelines.document.addresses import absolute
from columnist.pipelines.document.read import Document
from columnist.pipelines.metadata.authors.byline_words import BUILDER
from columnist.pipelines.metadata.dates.parse import Moment, read_time
from columnist.pipelines.metadata.record import Metadata, as_dates
from columnist.pipelines.metadata.sources.values import to_text
from columnist.pipelines.records.article import Image

_PUBLISHED = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.created", "dc.date.created", "dcterms.issued",
    "dc.date", "dcterms.date", "dc.created", "date.issued", "datecreated", "publication_date", "publish-date", "publishdate",
    "pubdate", "publish_date", "article.published", "article_date_original", "originalpublicationdate", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "citation_publication_date", "citation_date", "citation_online_date", "rnews:datepublished",
    "article:post_date", "displaydate", "last-published", "ptime", "date", "og:pubdate", "vr:published_time", "gentime",
    "weibo: article:create_at", "bt:pubdate", "published", "published-date", "w-published-date", "published_at", "article-publication-date", "date_published", "article.created", "last_published", "pub_date", "publicationdate",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:updated_time", "article:modified", "datemodified", "dcterms.modified",
    "dc.date.modified", "last-modified", "lastmod", "article.updated", "moddate", "vr:lastmodified", "revised", "update_time",
)  # fmt: skip
_AUTHORS = (
    "author", "article:author", "article:author_name", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl",
    "cxenseparse:author", "citation_author", "og:article:author", "article.author", "creator", "authors", "vr:author", "og:author",
    "dc.contributor", "twitter:data1",
)  # fmt: skip
_SECTIONS = (
    "article:section",
    "parsely-section",
    "og:section",
    "section",
    "cxenseparse:section",
    "category",
    "dc.subject",
)
_TAGS = (
    "article:tag",
    "news_keywords",
    "parsely-tags",
    "sailthru.tags",
    "keywords",
    "cxenseparse:keywords",
    "tags",
)
_OG_PICTURES = ("og:image:secure_url", "og:image", "og:image:url")
_PICTURES = ("twitter:image", "twitter:image:src", "thumbnail")


_BETWEEN_WORDS = re.compile(r"[,;，；、،]")
_MOST = 60  # values of one name; long tables of co-authors have that many


def read_open_graph(document: Document) -> Metadata:
    """Read OpenGraph and article:* properties."""
    picture = _address(document, _OG_PICTURES)
    return Metadata(
        description=_first(document, ("og:description",)),
        canonical_url=_address(document, ("og:url",)),
        publisher=_first(document, ("og:site_name",)),
        section=_first(document, ("article:section", "og:section")),
        tags=_words(document, ("article:tag",)),
        image_url=picture,
        images=(Image(picture, _first(document, ("og:image:alt",))),) if picture else (),
        declared_language=_first(document, ("og:locale",)),
        page_type=(_first(document, ("og:type",)) or "").lower() or None,
    )


def read_head(document: Document) -> Metadata:
    """Read the other <meta> names, the canonical link and <html lang>."""
    published = _moment(document, _PUBLISHED)
    modified = _moment(document, _MODIFIED)
    return replace(
        as_dates(published, modified),
        description=_first(document, ("description", "twitter:description", "dc.description", "sailthru.description")),
        canonical_url=document.canonical,
        publisher=_first(document, ("application-name", "dc.publisher", "publisher", "twitter:app:name:iphone", "copyright")),
        section=_first(document, _SECTIONS),
        tags=_words(document, _TAGS),
        image_url=_address(document, _PICTURES),
        declared_language=document.tree.get("lang") or document.tree.get("xml:lang")
        or _first(document, ("content-language", "dc.language", "language")),
    )  # fmt: skip


def meta_authors(document: Document) -> tuple[str, ...]:
    """Return what the author names of the head say, uncleaned; the first name that gives any."""
    built = {value.casefold() for value in document.meta.get("generator", ())}  # systems fill in themselves
    for name in _AUTHORS:
        found = tuple(
            text
            for value in document.meta.get(name, ())[:_MOST]
            if (text := to_text(value))
            and "://" not in text
            and text.casefold() not in built
            and not BUILDER.search(text)
        )
        if name == "twitter:data1" and not _first(
            document, ("twitter:label1",), "by", "author", "auteur", "autor"
        ):
            continue
        if found:
            return found
    return ()


def _first(document: Document, names: Iterable[str], *containing: str) -> str | None:
    for name in names:
        for value in document.meta.get(name, ())[:_MOST]:
            text = to_text(value)
            if text and (not containing or any(word in text.lower() for word in containing)):
                return text
    return None


def _words(document: Document, names: Iterable[str]) -> tuple[str, ...]:
    for name in names:
        values = document.meta.get(name, ())
        parts = (
            values if len(values) > 1 else [part for value in values for part in _BETWEEN_WORDS.split(value)]
        )
        words = tuple(dict.fromkeys(text for part in parts if (text := to_text(part))))
        if words:
            return words[:100]
    return ()


def _address(document: Document, names: Iterable[str]) -> str | None:
    for name in names:
        for value in document.meta.get(name, ())[:_MOST]:
            if url := absolute(value, document.base_url):
                return url
    return None


def _moment(document: Document, names: Iterable[str]) -> Moment | None:
    seen: Moment | None = None
    for name in names:
        for value in document.meta.get(name, ())[:_MOST]:
            moment = read_time(value, document.page.fetched_at, document.month_first)
            if moment and moment.at:
                return moment
            seen = seen or moment or Moment(None, value)  # the name says that it is a date
    return seen
