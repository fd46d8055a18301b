"""Page -> Article | Reject: the composition. The file to read first."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import fields, replace

from columnist.pipelines.content.extract import Body, extract_body
from columnist.pipelines.content.losses import agreement_of, text_share
from columnist.pipelines.content.pagetype.refuse import has_letters, refuse_other_pages
from columnist.pipelines.content.plaintext.clean_lines import clean_lines
from columnist.pipelines.content.rules.asides.note_words import AUTHOR, CORRECTION
from columnist.pipelines.content.rules.asides.site_lines import without_site_lines
from columnist.pipelines.content.rules.site_layout import apply_layout, overruled
from columnist.pipelines.document.addresses import (
    article_id,
    credible_canonical,
    is_web_address,
    registered_domain,
)
from columnist.pipelines.document.read import Document, read_document, refuse_unreadable
from columnist.pipelines.document.reject import reject
from columnist.pipelines.document.text import count_words
from columnist.pipelines.language.label import label_language
from columnist.pipelines.metadata.access import is_teaser
from columnist.pipelines.metadata.authors.agencies import credited_in
from columnist.pipelines.metadata.dates.choose import search_date
from columnist.pipelines.metadata.plaintext_heading import LINE_CLEANER, read_heading
from columnist.pipelines.metadata.read import read_metadata
from columnist.pipelines.metadata.record import Metadata
from columnist.pipelines.records.article import Article, NotAnArticle, Page, Reject
from columnist.pipelines.records.options import CleanOptions

_LABEL = 15  # characters: what a text without a title holds below this is a file's name or a heading, in any script
# robots.txt, settings, HTTP headers: a word, a colon, a few words. Speakers of an interview say more in a line.
_DIRECTIVE = re.compile(r"[A-Za-z][\w.-]*\s?:(?:\s.{0,80}|//\S*)?")
_COLUMNS = frozenset(field.name for field in fields(Article))


def clean(page: Page, options: CleanOptions = CleanOptions()) -> Article | Reject:
    """Turn a page into an article, or into a reject with the reason. Pure: no network, disk or clock."""
    try:
        if page.html is None:
            return _clean_text(page, options)
        return clean_document(read_document(page), options)
    except NotAnArticle as verdict:
        return reject(page, verdict)


def clean_document(document: Document, options: CleanOptions = CleanOptions()) -> Article:
    """Turn a parsed page into an article; raise NotAnArticle with the reason where it is none."""
    document, metadata = laid_out(document)
    body = _whole_body(document, metadata, options)
    refuse_other_pages(document, metadata, body, options)
    article = _article(document.page, search_date(document, metadata), body, options)
    if not document.encoded_twice:
        return article
    return replace(article, extra={**article.extra, "repaired": "text that was encoded twice"})


def laid_out(document: Document) -> tuple[Document, Metadata]:
    """Return the page and what it says of itself, by its site's layout where it has one."""
    metadata = read_metadata(document)
    if document.page.layout is None:
        return document, metadata
    told = apply_layout(document, document.page.layout)
    return told.document, overruled(metadata, told.metadata)


def _whole_body(document: Document, metadata: Metadata, options: CleanOptions) -> Body:
    """Return the body of the page and of the article's further pages, repeats of its lines left out."""
    body = extract_body(document, metadata, options)
    seen = {p.text for p in body.paragraphs}
    for html in document.page.more:
        further = read_document(replace(document.page, html=html, more=()))
        if document.page.layout is not None:
            further = apply_layout(further, document.page.layout).document
        part = extract_body(further, metadata, options)
        fresh = tuple(p for p in part.paragraphs if p.text not in seen)
        seen.update(p.text for p in fresh)
        body = replace(
            body,
            paragraphs=body.paragraphs + fresh,
            removed=body.removed + part.removed,
            found_by=body.found_by if body.paragraphs else part.found_by,
            images=body.images + tuple(i for i in part.images if i not in body.images),
            notes=tuple(dict.fromkeys(body.notes + part.notes)),
        )
    return body


def _clean_text(page: Page, options: CleanOptions) -> Article:
    if not (page.text or "").strip():
        raise NotAnArticle("empty", "no characters but white space")
    refuse_unreadable((page.text or "").encode("utf-8", "replace"))
    if _are_directives(page.text or ""):
        raise NotAnArticle("no-text", "lines of `key: value`")
    flat = clean_lines(page.text or "")
    if not flat.paragraphs:
        raise NotAnArticle("no-text", f"{len(page.text or '')} characters, none of them a paragraph")
    if not has_letters(flat.paragraphs):
        raise NotAnArticle("no-text", f"{len(flat.paragraphs)} paragraphs without a letter")
    size = sum(len(p.text) for p in flat.paragraphs)
    if (flat.title is None or is_web_address(flat.title)) and size < min(_LABEL, options.min_characters):
        raise NotAnArticle("too-short", f"{size} characters and no title")
    language = label_language(flat.title, "\n".join(p.text for p in flat.paragraphs), None)
    said = read_heading(flat.heading, page.fetched_at, month_first=language.code == "en")
    metadata = replace(said, title=flat.title, found_by={**said.found_by, "title": LINE_CLEANER})
    return _article(
        page, metadata, Body(flat.paragraphs, flat.removed, found_by=LINE_CLEANER, notes=flat.notes), options
    )


def _are_directives(text: str) -> bool:
    """Say whether every line is a setting, comments aside."""
    lines = [line for raw in text.splitlines() if (line := raw.strip()) and not line.startswith("#")]
    return len(lines) > 1 and all(map(_DIRECTIVE.fullmatch, lines))


def _article(page: Page, metadata: Metadata, body: Body, options: CleanOptions) -> Article:
    text = "\n".join(p.text for p in body.paragraphs)
    language = label_language(metadata.title, text, metadata.declared_language)
    if options.languages and language.code not in options.languages:
        raise NotAnArticle("wrong-language", language.code)
    canonical = credible_canonical(metadata.canonical_url, page.url)
    found_by = {name: source for name, source in metadata.found_by.items() if name in _COLUMNS}
    if canonical is None:
        found_by.pop("canonical_url", None)  # it names another site: the column is null
    found_by["text"] = body.found_by
    if language.source:
        found_by["language"] = language.source
    words = count_words(text)
    agency = metadata.agency or credited_in(p.text for p in body.paragraphs)
    if agency:
        found_by.setdefault("agency", "dateline")
    if body.lead_picture:
        found_by.setdefault("image_url", "layout")
    witness = agreement_of(text, body.found_by, metadata.article_body, page.hints)
    if witness:
        found_by["agreement"] = witness.source
    article = Article(
        id=article_id(canonical or page.url),
        url=page.url,
        requested_url=page.requested_url,
        canonical_url=canonical,
        site=page.site or registered_domain(page.url) or page.url,
        publisher=metadata.publisher,
        country=metadata.country,
        title=metadata.title,
        description=metadata.description,
        text=text,
        paragraphs=body.paragraphs,
        authors=metadata.authors,
        agency=agency,
        section=metadata.section,
        tags=metadata.tags,
        image_url=metadata.image_url or body.lead_picture,
        images=body.images or metadata.images,
        published_at=metadata.published_at,
        modified_at=metadata.modified_at,
        published_raw=metadata.published_raw,
        published_precision=metadata.published_precision,
        published_offset=metadata.published_offset,
        language=language.code,
        language_score=language.score,
        access="stub" if is_teaser(metadata.access, words) else metadata.access,
        is_live_blog=metadata.is_live_blog or body.is_live_blog,
        word_count=words,
        text_share=text_share(text, body.removed) if page.html is not None else None,
        agreement=witness.agreement if witness else None,
        content_hash=hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(),
        rights=metadata.rights,
        found_by=found_by,
        removed=body.removed,
        discovered_via=page.discovered_via,
        fetched_at=page.fetched_at,
        http_status=page.http_status,
        archive_file=page.archive_file,
        archive_offset=page.archive_offset,
        run_id=page.run_id,
        extra={name: value for name, value in _extra(page, body) if value},
    )
    return article if options.keep_site_lines else without_site_lines(article, page.site_lines)


def _extra(page: Page, body: Body) -> Iterator[tuple[str, str | None]]:
    yield "input_id", page.id
    yield "doubt", "; ".join(filter(None, (f"cut-short {page.cut}" if page.cut else None, body.doubt)))
    for name, rule in (("author_note", AUTHOR), ("corrections", CORRECTION)):
        yield name, "\n".join(note.text for note in body.notes if note.rule == rule)
