"""Tells articles from index, tag, gallery and error pages. Pure: Document, Metadata and Body in, verdict out."""

from collections.abc import Callable, Iterable

from columnist.pipelines.content.blocks.blocks import read_blocks
from columnist.pipelines.content.extract import Body
from columnist.pipelines.content.pagetype.case import FLASH, SENTENCE, Case, read_case
from columnist.pipelines.content.pagetype.link_layout import LinkLayout, measure
from columnist.pipelines.content.pagetype.lists import letters_of, posts_below_links, posts_of_others
from columnist.pipelines.content.pagetype.signs import (
    ARTICLE_TYPES,
    INDEX_TYPES,
    MEDIA_TYPES,
    OTHER_TYPES,
    is_kept_out,
    refusal_of,
    service_signs,
    software_says,
)
from columnist.pipelines.content.pagetype.walls import refuse_closed, refuse_errors, refuse_walls
from columnist.pipelines.content.plaintext.labels import read_chrome
from columnist.pipelines.content.plaintext.lines import look_at
from columnist.pipelines.document.jsonld_nodes import node_types
from columnist.pipelines.document.read import Document
from columnist.pipelines.document.text import weigh
from columnist.pipelines.metadata.record import Metadata
from columnist.pipelines.records.article import NotAnArticle, Paragraph
from columnist.pipelines.records.options import CleanOptions
from columnist.pipelines.sites.rights import merge_rights, opted_out

_PLENTY = 1_200  # weight of a body that needs no second look if the page calls itself an article
_FULL = 250  # mean weight of a long text's paragraphs: teasers have 100 to 200
_ERROR_MOST = 1_500  # an error page with suggestions has less text; an article about errors has more
_WALL_MOST = 900  # the longest text of consent that was seen
_MOSTLY = 0.7  # share of a short body that speaks of our cookies and your choice: the rest is its headings
_TEXT = 700  # weight of one uninterrupted text: teasers, biographies and a section's introduction are shorter
_MANY = 6  # headline links in the content: an article has them too, below its text
SURE_INDEX = 4
_THEIRS = 0.8  # share of the text in posts of other addresses; the rest is the list's own introduction
_BOTH = 2  # signs of a page on which a site speaks of itself
_SECTION = 20  # weight of a headline; shorter ones may be the name of a section
_SIBLINGS = 2  # articles side by side in a page's data: it has no article of its own
_LISTED = 4  # posts on a page that has the headline of an article and cards of others: three cards are usual


def refuse_other_pages(document: Document, metadata: Metadata, body: Body, options: CleanOptions) -> None:
    """Raise NotAnArticle with the reason where the page is no article."""
    if options.respect == "skip":
        signal = opted_out(merge_rights(document.page.rights, metadata.rights))
        if signal:
            raise NotAnArticle("opted-out", signal)
    status = document.page.http_status
    if status is not None and status >= 400:
        raise NotAnArticle("http-error", f"HTTP status {status}")
    case = read_case(document, metadata, body)
    _refuse_lists(case, options)
    if not _plainly_article(case):
        for rule in _RULES:
            rule(case, options)
    if options.paywalled == "skip" and metadata.access in ("stub", "paywalled"):
        raise NotAnArticle("paywalled-stub", f"access: {metadata.access}, {case.weight} characters")


def _refuse_lists(case: Case, options: CleanOptions) -> None:
    """Refuse what the software calls a list and what prints the posts of others: no long text outvotes these."""
    called = software_says(case.document)
    if called == "list":
        raise NotAnArticle("index-page", "the publishing software calls it a list")
    is_article = case.claims_article and len(_headlines(case.document)) < _SIBLINGS
    signed = case.is_signed
    if not (is_article and signed) and is_kept_out(case.document, case.metadata.rights):
        raise NotAnArticle("index-page", "noindex, and nothing but a link led here")
    _refuse_own_pages(case)
    untyped = not signed and not case.types & (ARTICLE_TYPES - {"article"})
    if called == "page" and untyped and case.weight < _ERROR_MOST:
        raise NotAnArticle("index-page", "the publishing software calls it a page, not a post")
    if is_article and signed and case.weight >= _PLENTY:
        return  # no list, and more than an excerpt: a look at all headlines costs 1 to 3 ms
    posts = posts_of_others(case.document, below_headline=not case.is_signed)
    named = any(weigh(letters_of(h1)) >= _SECTION for h1 in case.document.by_tag.get("h1", ()))
    told = _posts_told(case, posts) if posts else []
    if not told:
        _refuse_linked_posts(case, named)
        return
    refuse_errors(case, options)
    if is_article and len(posts) < _LISTED:
        raise NotAnArticle(
            "no-text", "what text there is stands under a headline that leads to another article"
        )
    # A single post may be an article under an address of before; a review of the year is one of many headlines.
    alone = case.listed or not named
    if not (is_article and signed) and (len(told) > 1 or alone):
        raise NotAnArticle("index-page", f"the text stands in {len(told)} posts with addresses of their own")


def _refuse_linked_posts(case: Case, named: bool) -> None:
    """Refuse lists whose headlines are links and no headings, where nothing says that the page is an article."""
    if case.is_signed or case.claims_article or case.body.blocks is None:
        return
    told = _posts_told(case, posts_below_links(case.document, case.body.blocks))
    is_section = bool(case.document.by_tag.get("h1")) and not named
    if len(told) > 1 or (told and (case.listed or is_section)):
        raise NotAnArticle("index-page", f"the text stands below {len(told)} links to addresses of their own")


def _refuse_own_pages(case: Case) -> None:
    """Refuse pages on which a site speaks of itself, and pages about a thing for sale or a question."""
    typed = case.types & (ARTICLE_TYPES - {"article"})
    if not case.is_signed and (reason := refusal_of(case.metadata.title or "")):
        raise NotAnArticle(reason, case.metadata.title or "")
    speaks = sum(service_signs(case.document.page.url, case.metadata.title))
    # Address and title both are enough whatever the page calls itself: plug-ins call every page an article.
    if speaks == _BOTH or (speaks and not case.is_signed and not typed):
        raise NotAnArticle("index-page", "a page on which a site speaks of itself")
    calls_itself = sorted(case.types & OTHER_TYPES)
    if calls_itself and not typed and not (case.metadata.published_at and case.metadata.authors):
        raise NotAnArticle("index-page", f"the page calls itself {', '.join(calls_itself)}")


def _headlines(document: Document) -> set[str]:
    """Return the headlines of the articles that the page's data name side by side."""
    articles = (node for node in document.json_ld if frozenset(node_types(node)) & ARTICLE_TYPES)
    return {headline for node in articles if isinstance(headline := node.get("headline"), str)}


def _posts_told(case: Case, posts: list[str]) -> list[str]:
    """Return the posts in which the page's text stands; none where some of it stands elsewhere."""
    weights = {p.text: weigh(p.text) for p in case.body.paragraphs}
    # A menu that came along has short lines, and says nothing of whose the text is.
    least = SENTENCE if max(weights.values(), default=0) >= SENTENCE else 0
    told = {"".join(text.split()): weight for text, weight in weights.items() if weight >= least}
    theirs = sum(weight for text, weight in told.items() if any(text in post for post in posts))
    if not theirs >= _THEIRS * sum(told.values()) > 0:
        return []
    return [post for post in posts if any(text in post for text in told)]


def _plainly_article(case: Case) -> bool:
    """Tell whether a look at the whole page's layout can be spared: it costs 1 to 5 ms."""
    quiet = case.template in (None, "article") and case.shape in (None, "article")
    if not quiet or case.types & INDEX_TYPES or not has_letters(case.body.paragraphs):
        return False
    if case.weight >= _PLENTY and case.claims_article:
        return True
    sentences = [weight for p in case.body.paragraphs if (weight := weigh(p.text)) >= SENTENCE]
    return case.weight >= 2 * _PLENTY and sum(sentences) >= _FULL * len(sentences)


def _refuse_indexes(case: Case, options: CleanOptions) -> None:
    layout = measure(case.body.blocks or read_blocks(case.document.tree))
    score, seen = _index_score(case, layout)
    if score >= SURE_INDEX:
        raise NotAnArticle("index-page", ", ".join(seen))
    _refuse_galleries(case, layout)


def _index_score(case: Case, layout: LinkLayout) -> tuple[int, list[str]]:
    """Add up what speaks for an index page and against it; what spoke for it, in words."""
    holding = [(points, words) for holds, points, words in index_signs(case, layout) if holds]
    return sum(points for points, _ in holding), [words for points, words in holding if points > 0]


def index_signs(case: Case, layout: LinkLayout) -> tuple[tuple[bool, int, str], ...]:
    """Return each sign: whether it holds, its points for an index page or against it, and its words."""
    text = min(layout.longest, case.weight)
    listing = layout.teasers >= _MANY
    calls_itself = ", ".join(sorted(case.types & INDEX_TYPES))
    a_website = case.types == {"website"} or case.metadata.page_type == "website"
    linked = case.body.link_density
    return (
        (case.shape == "front", 3, "the address is a front page's"),
        (case.shape in ("index", "search"), 3, f"the address is a {case.shape} page's"),
        (case.shape == "paged", 2, "the address is a numbered page of a list"),
        (case.template == "index", 3, "the template's class says index"),
        (bool(calls_itself), 3, f"the page calls itself {calls_itself}"),
        (a_website, 1, "the page calls itself a website"),
        (listing, 1, f"{layout.teasers} headline links"),
        (listing and layout.told >= layout.teasers / 3, 1, f"{layout.told} of them with a teaser"),
        (listing and text < 300, 2, f"longest text {text} characters"),
        (text < 300 and layout.linked > 3 * layout.prose, 2, "nearly all of the text is headline links"),
        (linked > 0.5 and bool(case.weight), 2, f"{linked:.0%} of the text is links"),
        (case.weight < 200 and layout.teasers >= 3, 1, f"{case.weight} characters of text"),
        (case.claims_article, -2, ""),
        (case.claims_article and case.metadata.published_at is not None, -2, ""),
        (case.template == "article", -3, ""),
        (case.shape == "article", -1, ""),
        (text >= 400, -1, ""),
        (text >= _TEXT, -3, ""),
        (text >= 2 * _TEXT, -3, ""),
    )


def has_letters(paragraphs: Iterable[Paragraph]) -> bool:
    """Tell whether the paragraphs have a letter of any script: figures and marks alone are no text."""
    return any(sign.isalpha() for paragraph in paragraphs for sign in paragraph.text)


def _refuse_galleries(case: Case, layout: LinkLayout) -> None:
    kinds = case.types | {case.metadata.page_type or ""}
    media = sorted(kinds & MEDIA_TYPES)
    text = min(layout.longest, case.weight)
    if kinds & (ARTICLE_TYPES - {"article"}) and not kinds & {"imagegallery", "mediagallery"}:
        return
    pictures = max(layout.captions, len(case.body.images))
    if media and text < _TEXT and (case.shape == "media" or text < 350 or pictures >= 4):
        raise NotAnArticle("gallery", f"{media[0]}, {pictures} captions, {text} characters of text")
    if case.shape == "media" and text < 350:
        raise NotAnArticle("gallery", f"the address is a gallery's, {text} characters of text")
    if pictures >= 6 and text < 300:
        raise NotAnArticle("gallery", f"{pictures} captions, {text} characters of text")


def _refuse_little_text(case: Case, options: CleanOptions) -> None:
    if not case.body.paragraphs:
        raise NotAnArticle("no-text", "no paragraph is left after cleaning")
    if case.weight < _WALL_MOST:
        asking = (p for p in case.body.paragraphs if read_chrome(look_at(p.text)).kind == "consent")
        consent = sum(weigh(p.text) for p in asking)
        if consent >= _MOSTLY * case.weight > 0:
            raise NotAnArticle("no-text", f"a consent dialog: {case.body.paragraphs[-1].text[:120]}")
    if not has_letters(case.body.paragraphs):
        raise NotAnArticle("no-text", f"{len(case.body.paragraphs)} paragraphs without a letter")
    if case.weight >= options.min_characters:
        return
    # So little may be a form's own words: what is furniture by its words does not count.
    said = sum(weigh(p.text) for p in case.body.paragraphs if not read_chrome(look_at(p.text)).strength)
    # A teaser before a declared wall is short by right, and only articles are sold.
    is_sold = case.metadata.access == "paywalled" and bool(case.metadata.title)
    least = FLASH if case.claims_article or is_sold else options.min_characters
    if said < min(least, options.min_characters) or said < min(SENTENCE, options.min_characters):
        raise NotAnArticle("too-short", f"{said} of {least} characters")


_Rule = Callable[[Case, CleanOptions], None]
_RULES: tuple[_Rule, ...] = (refuse_errors, refuse_walls, refuse_closed, _refuse_indexes, _refuse_little_text)
