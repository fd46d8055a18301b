"""What an address looks like: article, section, feed, or nothing worth a request.

A guess that orders the queue and bounds traps; whether a page is an article, cleaning decides.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import SplitResult, unquote, urlsplit

from columnist.pipelines.language.lexicon import either
from columnist.scraper.discover.records import MAX_URL, Kind

# Files that are no pages. Scripts' own extensions (.php, .asp, .aspx, .jsp, .do, .cms) are pages.
_FILES = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|heic|svg|ico|bmp|tiff?|css|m?js|map|json|woff2?|ttf|eot|pdf|docx?|xlsx?|pptx?|"
    r"od[tsp]|epub|mobi|zip|rar|7z|gz|tgz|bz2|xz|tar|exe|apk|dmg|iso|mp3|m4a|ogg|oga|wav|flac|mp4|m4v|mov|avi|mkv|"
    r"webm|wmv|flv|m3u8?|ics|vcf|txt|csv|swf|rtf|torrent|"
    r"md|markdown|mdx|rst|adoc|asciidoc|textile|patch|diff|bib|tex)$",  # a page's source beside it
    re.IGNORECASE,
)
# Segments that lead to forms, accounts and machinery, never to news. Whole segments only: "/share" is a
# button, "/share-prices-fall" is an article.
_NO_NEWS = frozenset(
    ["login", "log-in", "signin", "sign-in", "signup", "sign-up", "register", "registration", "logout",
     "anmelden", "registrieren", "connexion", "inscription", "entrar", "acceder", "registro",
     "iniciar-sesion", "account", "my-account", "mein-konto", "profile", "password", "checkout", "cart",
     "warenkorb", "panier", "wp-login.php", "wp-admin", "wp-json", "wp-content", "wp-includes",
     "xmlrpc.php", "cgi-bin", "cdn-cgi", "share", "teilen", "partager", "compartir", "print", "drucken",
     "imprimer", "imprimir", "email-a-friend", "send-to-friend", "mailto", "oauth", "sso", "paywall",
     "unsubscribe", "trackback", "comment-page", "captcha", "oembed", "attachment", "attachments", "pingback"]
)  # fmt: skip
# Machinery by its parameters: forms, share buttons, pictures' pages, and a wiki's versions of a page.
_NO_NEWS_QUERY = re.compile(
    r"(?:^|&)(?:replytocom|share|print|printable|action=(?!view(?:&|$))\w+|veaction|oldid|diff|curid|direction|attachment_id|oembed|rsd|preview|do|rev|"
    r"feed=comments[\w-]*|format=(?:json|xml|rss|pdf|oembed|raw|amp)|login|logout|return_?url|redirect(?:_to|_uri)?|"
    r"add-to-cart|s|q|query|search|suche|recherche)(?:=|&|$)",
    re.IGNORECASE,
)
TERMS_PRIORITY = 4  # below all else that a site has: its posts name every article that these pages list
# What a site's own software calls lists of its tags, rubrics and authors: wp-sitemap-users-1.xml, sitemap-tags.xml.
_OF_TERMS = re.compile(
    r"(?:^|[-_.])(?:taxonom(?:y|ies)|users?|authors?|tags?|post_(?:tag|format)|categor(?:y|ies))(?=[-_.\d]|$)",
    re.IGNORECASE,
)
_OF_ARTICLES = re.compile(r"news|article|(?:19|20)\d\d", re.IGNORECASE)  # a rubric's stories by the year
_COMMENT_FEED = re.compile(
    r"/comments?/feed|comments?[-_.]?(?:rss|feed|atom)|/feed/?\?.*comment|/comment-page-\d", re.I
)
_FEED_END = re.compile(r"/(?:feed(?:/(?:rss2?|rdf|atom))?|rss|atom|embed)/?$", re.I)
# A wiki's own pages: Special:RecentChanges and the like, by whatever it is called.
_WIKI_PAGES = re.compile(
    rf"(?:^|[/=&]|title=)(?:{either('pagetypes', 'wiki.special')})(?: talk)?:", re.IGNORECASE
)
# Lists by what software calls them, whatever else stands in the address: nobody files an article so.
_LIST_NAMES = frozenset(
    ["tag", "tags", "category", "categories", "categoria", "categorias", "kategorie", "kategorien", "author", "authors", "autor", "autoren", "autores",
     "auteur", "auteurs", "label", "labels", "keyword", "keywords", "schlagwort", "etiqueta", "etiquetas", "taxonomy"]
)  # fmt: skip
_INDEX_SEGMENTS = frozenset(
    ["tag", "tags", "thema", "themen", "topic", "topics", "category", "categories", "categoria",
     "kategorie", "rubrik", "rubrique", "rubriques", "seccion", "secciones", "section", "sections",
     "author", "authors", "autor", "autoren", "auteur", "auteurs", "autores", "people", "archive",
     "archives", "archiv", "archivo", "page", "seite", "pagina", "search", "suche", "recherche",
     "newsletter", "newsletters", "video", "videos", "gallery", "galleries", "galerie", "label",
     "labels", "keyword", "keywords", "ressort", "channel", "latest", "index"]
)  # fmt: skip
# Of these a site has thousands: read once, never standing pages of a run.
_LISTS = _INDEX_SEGMENTS - {"section", "sections", "category", "categories", "rubrik", "rubrique", "rubriques", "ressort",
                            "seccion", "secciones", "latest", "channel"}  # fmt: skip
_PAGE_QUERY = re.compile(
    r"(?:^|&)(?:page|p|pg|seite|pagina|paged|offset|start)=(\d{1,6})(?:&|$)", re.IGNORECASE
)
_PAGE_PATH = re.compile(r"/(?:page|seite|pagina|p)[/-]?(\d{1,5})/?$", re.IGNORECASE)
_DATE_PATH = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:[/_.-]?(0[1-9]|1[0-2])[/_.-]?(0[1-9]|[12]\d|3[01])(?!\d)|[/-](0[1-9]|1[0-2])(?=/))"
)
_MONTH_NAMES = re.compile(
    r"/((?:19|20)\d\d)/(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*/(\d{1,2})/", re.I
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ID = re.compile(
    r"\d{5,}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<![a-z])[0-9a-f]{16,}", re.I
)
_ARTICLE_SEGMENTS = frozenset(
    ["article", "articles", "artikel", "articulo", "articolo", "artigo", "story", "stories", "news",
     "noticia", "noticias", "clanek", "nyheter"]
)  # fmt: skip
_HEX = re.compile(r"(?<![0-9a-z])(?=[0-9a-f]*\d)[0-9a-f]{8,}(?![0-9a-z])", re.I)
_TOKEN = re.compile(r"(?<![0-9A-Za-z])(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[0-9A-Za-z]{10,}(?![0-9A-Za-z])")
_DIGITS = re.compile(r"\d+")
_WORD_ENDS = re.compile(r"[-_.,+ ]+")
_PAGE_END = re.compile(r"\.(?:s?html?|amp)$", re.I)
# A crawler in a trap of relative links walks /a/b/a/b/a/b; real paths neither repeat nor run this deep.
_MAX_SEGMENTS = 14
_MAX_REPEATS = 3


@lru_cache(maxsize=8192)  # a site's menus are on each of its pages
def is_worthless(url: str) -> str | None:
    """Return why a link is not worth a request, or None where it may be."""
    if len(url) > MAX_URL:
        return "too-long"
    parts = urlsplit(url)
    path = parts.path.lower()
    segments = [s for s in path.split("/") if s]
    if _FILES.search(path):
        return "file"
    if any(s in _NO_NEWS for s in segments) or _NO_NEWS_QUERY.search(parts.query):
        return "no-news"
    if is_comment_feed(url) or _is_feed_of_page(parts.path):
        return "feed-of-page"
    if ":" in (words := unquote(f"{parts.path}?{parts.query}")).replace("_", " ") and _WIKI_PAGES.search(
        words
    ):
        return "wiki-machinery"
    if len(segments) > _MAX_SEGMENTS or any(segments.count(s) > _MAX_REPEATS for s in set(segments)):
        return "trap"
    return None


def is_comment_feed(url: str) -> bool:
    """Say whether an address is that of what readers wrote: a feed of comments, a page of them."""
    return _COMMENT_FEED.search(url) is not None


def _is_feed_of_page(path: str) -> bool:
    """Say whether an address is the feed of one article: its comments again."""
    found = _FEED_END.search(path)
    return found is not None and guess_kind(f"http://a.example{path[: found.start()]}/") == "article"


def is_list(url: str) -> bool:
    """Say whether an address is a list's by its own words: of a tag, a rubric, an author, or a later page of a list."""
    parts = urlsplit(url)
    segments = {s for s in parts.path.lower().removesuffix(".html").split("/") if s}
    return guess_kind(url) == "index" and (bool(segments & _LIST_NAMES) or page_number(url) > 1)


def guess_kind(url: str, anchor: str = "") -> Kind:
    """Guess what a link leads to, from its address and its words."""
    signs = _signs_of(url)
    if signs.is_front or signs.number > 1:
        return "index"
    points = signs.points + _anchor_points(anchor)
    if points >= 3:  # one strong sign (a date, a long slug) or three weak ones
        return "article"
    return "index" if signs.names_list or (points <= 0 and signs.depth <= 3) else "page"


def article_points(url: str, anchor: str = "") -> int:
    """Weigh the signs that an address is an article's: date, slug, number, ending, words of the link."""
    return _signs_of(url).points + _anchor_points(anchor)


@dataclass(frozen=True, slots=True)
class _Signs:
    """What an address says of what lies there."""

    points: int  # for an article
    number: int  # of a listing's page
    day: float | None  # seconds since 1970
    is_front: bool
    names_list: bool  # one of its segments is what lists are called
    depth: int  # segments of its path


@lru_cache(maxsize=8192)  # a site's menus are on each of its pages
def _signs_of(url: str) -> _Signs:
    parts = urlsplit(url)
    segments = [s for s in parts.path.lower().split("/") if s]
    day = _day_of(parts.path)
    return _Signs(
        points=_points(parts, is_dated=day is not None),
        number=_number_of(parts),
        day=day,
        is_front=parts.path in ("", "/") and not parts.query,
        names_list=not _INDEX_SEGMENTS.isdisjoint(segments),
        depth=len(segments),
    )


def _points(parts: SplitResult, *, is_dated: bool) -> int:
    path = unquote(parts.path)
    segments = [s for s in path.split("/") if s]
    if not segments:
        return 3 if re.match(r"p=\d+", parts.query) else -2
    last = segments[-1]
    words = max(len([w for w in _WORD_ENDS.split(s) if w]) for s in segments)
    points = 3 * is_dated if len(segments) > 3 or words > 2 else 0
    points += 3 if words >= 5 else 2 if words >= 4 or len(last) > 40 else 0
    points += 2 * bool(_ID.search(path) or _ID.search(parts.query) or _TOKEN.search(last))
    points += bool(_PAGE_END.search(last)) + (not _ARTICLE_SEGMENTS.isdisjoint(segments[:-1]))
    if not is_dated:  # /archives/2024/10/16/123 is an article, /archive/2024 is none
        points -= 3 * (not _INDEX_SEGMENTS.isdisjoint(s.lower() for s in segments[:-1]))
    return points


def _anchor_points(anchor: str) -> int:
    return 2 if len(anchor) > 30 or len(anchor.split()) >= 5 else 0


def page_number(url: str) -> int:
    """Return the number of a paginated listing's page; 1 where the address names none."""
    return _signs_of(url).number


def _number_of(parts: SplitResult) -> int:
    if parts.path in ("", "/") and parts.query.startswith("p="):
        return 1  # WordPress's plain address of an article: /?p=123
    found = _PAGE_QUERY.search(parts.query) or _PAGE_PATH.search(parts.path)
    return int(found.group(1)) if found else 1


def dated_by_path(url: str) -> float | None:
    """Return the day that an address names, as seconds since 1970."""
    return _signs_of(url).day


def _day_of(path: str) -> float | None:
    named = _MONTH_NAMES.search(path)
    if named:
        return _epoch(int(named.group(1)), _MONTHS.index(named.group(2).lower()) + 1, int(named.group(3)))
    found = _DATE_PATH.search(path)
    if not found:
        return None
    return _epoch(int(found.group(1)), int(found.group(2) or found.group(4)), int(found.group(3) or 1))


def _epoch(year: int, month: int, day: int) -> float | None:
    try:
        return datetime(year, month, day, tzinfo=UTC).timestamp()
    except ValueError:
        return None


def is_section(url: str) -> bool:
    """Say whether an index page is one that a paper keeps up for its readers, as against one of 10,000 tags."""
    parts = urlsplit(url)
    segments = [s for s in parts.path.lower().split("/") if s]
    return 0 < len(segments) <= 2 and not parts.query and not (_LISTS & set(segments))


def shape_of(url: str) -> str:
    """Return the address with digits, hashes and values left out: a calendar or a session has one shape."""
    parts = urlsplit(url)
    path = parts.path
    for token, mark in ((_HEX, "h"), (_TOKEN, "h"), (_DIGITS, "0")):
        path = token.sub(mark, path)
    names = sorted({_DIGITS.sub("0", pair.partition("=")[0]) for pair in parts.query.split("&") if pair})
    return f"{path}?{'&'.join(names)}" if names else path


def names_terms(url: str) -> bool:
    """Say whether a sitemap lists pages of tags, rubrics or authors by its name."""
    name = url.partition("?")[0].rpartition("/")[2]
    return _OF_TERMS.search(name) is not None and _OF_ARTICLES.search(name) is None
