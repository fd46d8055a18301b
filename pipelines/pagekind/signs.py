"""What a page says it is: by its address, its types, its template's class names, its error message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from pipelines.document import Document

__all__ = ["ARTICLE_TYPES", "INDEX_TYPES", "MEDIA_TYPES", "address_shape", "class_says", "says_error", "says_lost", "says_wall",
           "types_of"]  # fmt: skip

ARTICLE_TYPES = frozenset(
    {"article", "newsarticle", "reportagenewsarticle", "analysisnewsarticle", "opinionnewsarticle", "backgroundnewsarticle",
     "reviewnewsarticle", "asknewsarticle", "satiricalarticle", "liveblogposting", "blogposting", "socialmediaposting", "techarticle",
     "scholarlyarticle", "report", "review", "recipe", "howto", "advertisercontentarticle", "post", "blogpost", "faqpage",
     "interview"}
)  # fmt: skip
INDEX_TYPES = frozenset({"collectionpage", "searchresultspage", "profilepage", "profile"})
MEDIA_TYPES = frozenset(
    {"imagegallery", "mediagallery", "videogallery", "videoobject", "video.other", "video.movie", "video.episode", "video",
     "gallery", "imageobject", "photograph", "clip"}
)  # fmt: skip

_INDEX_WORDS = frozenset(
    {"tag", "tags", "tagged", "category", "categories", "kategorie", "kategorien", "categorie", "categoria", "categorias",
     "categoría", "kategoria", "kategori", "rubrik", "rubriken", "rubrique", "rubriques", "rubryka", "rubrica", "seccion",
     "sección", "secao", "seção", "sezione", "sectie", "section", "sections", "author", "authors", "autor", "autoren",
     "autorin", "auteur", "auteurs", "autore", "autori", "autorzy", "redakteur", "journaliste", "search", "suche",
     "recherche", "buscar", "busca", "pesquisa", "cerca", "ricerca", "zoeken", "szukaj", "wyszukaj", "sok", "thema",
     "themen", "topic", "topics", "tema", "temas", "temi", "temat", "tematy", "sujet", "sujets", "mot-cle", "archive",
     "archives", "archiv", "archivo", "archivio", "archief", "archiwum", "etiqueta", "etiquetas", "label", "schlagwort",
     "stichwort", "keyword", "profile", "people", "contributors", "latest", "all-news", "newest", "feed", "blog-list"}
)  # fmt: skip
_SEARCH_KEYS = frozenset(
    {"s", "q", "query", "search", "suche", "keyword", "keywords", "tag", "cat", "category"}
)
_MEDIA_WORDS = frozenset(
    {"gallery", "galleries", "galerie", "galerien", "galeria", "galería", "galleria", "bildergalerie", "fotostrecke",
     "fotogalerie", "fotogalerij", "fotogaleria", "fotogallery", "photogallery", "photo-gallery", "photos", "fotos",
     "pictures", "in-pictures", "bilder", "diaporama", "diaporamas", "slideshow", "slideshows", "video", "videos", "wideo",
     "vidéo", "vídeo", "vídeos", "watch", "mediathek"}
)  # fmt: skip
_ENTRY = re.compile(
    r"^/?(?:index|default|home|start|startseite|accueil|inicio)?(?:\.\w{3,5})?/?$", re.IGNORECASE
)
_LOCALE = re.compile(r"^/[a-z]{2}(?:[-_][a-z]{2})?/?$", re.IGNORECASE)
_PAGED = re.compile(r"/(?:page|seite|pagina|página|strona|p)/?\d{1,4}/?$", re.IGNORECASE)
_SLUG = re.compile(r"[^\W_]+(?:[-_][^\W_]+){3,}|\d{4,}|[0-9a-f]{8,}|\.s?html?$", re.IGNORECASE)

# Words of templates on <body>: WordPress, Drupal, TYPO3 and what many home-made themes copy from them.
_INDEX_CLASS = re.compile(
    r"(?:^|\s)(?:archive|category|tag|author|search|search-results|blog|home|paged|tax-[\w-]+|term-[\w-]+|"
    r"post-type-archive|path-frontpage|page-taxonomy[\w-]*|path-taxonomy|path-search|front|is-front|frontpage|front-page|"
    r"homepage|home-page|section-page|section-front|category-page|tag-page|author-page|index-page|archive-page)(?=\s|$)",
    re.IGNORECASE,
)
_ARTICLE_CLASS = re.compile(
    r"(?:^|\s)(?:single|single-post|single-article|postid-\d+|page-node-type-article|node-type-article|node--type-article|"
    r"page-id-\d+|article-page|page-article|article|story|post-template[\w-]*|single-format-[\w-]+)(?=\s|$)",
    re.IGNORECASE,
)
_ERROR_CLASS = re.compile(
    r"(?:^|\s)(?:error-?404|error-page|page-not-found|page404|not-found)(?=\s|$)", re.IGNORECASE
)

# What only a missing page says of itself; and what an article may say of a witness or a wreck.
_ERROR = re.compile(
    r"^\W*(?:error\W*|http\W*)?(?:404|410|500|503)\W*(?:$|error|fehler|erreur|not found|nicht gefunden|page|seite|pagina|página)|"
    r"(?:page|url|document) (?:was |is |could |can |has been |you |that |requested ).{0,50}?"
    r"(?:not (?:be )?found|no longer|doesn.t exist|does not exist|isn.t available|not available|unavailable|removed|moved)|"
    r"page (?:not found|doesn.t exist|does not exist)|^\W*not found\W*$|^\W*access denied\W*$|^\W*forbidden\W*$|"
    r"internal server error|^\W*service unavailable\W*$|seite\b.{0,30}nicht (?:gefunden|verfügbar|vorhanden|mehr)|"
    r"seite existiert nicht|page (?:introuvable|non trouvée|inexistante)|página no (?:encontrada|existe)|"
    r"página não (?:encontrada|existe)|pagina non (?:trovata|esiste|disponibile)|pagina inesistente|"
    r"pagina niet gevonden|pagina bestaat niet|strona nie (?:istnieje|została znaleziona)|nie znaleziono strony|"
    r"strony nie odnaleziono|sidan (?:hittades inte|finns inte|kunde inte)|"
    r"siden (?:finnes ikke|ble ikke funnet|blev ikke fundet|findes ikke)|sivua ei löyt|"
    r"stránka (?:nenalezena|nebyla nalezena|neexistuje|sa nenašla)|az oldal nem található|"
    r"pagina nu (?:a fost găsită|există)|sayfa bulunamadı|страница не (?:найдена|существует)|"
    r"сторінк[ау] не (?:знайдено|існує)|η σελίδα δεν (?:βρέθηκε|υπάρχει)|الصفحة غير موجودة|"
    r"ページが?(?:は)?(?:見つかりません|存在しません)|页面不存在|页面未找到|找不到(?:页面|网页)|頁面不存在|"
    r"페이지를 찾을 수 없|पृष्ठ नहीं मिला|पेज नहीं मिला",
    re.IGNORECASE,
)
_LOST = re.compile(
    r"(?:article|story|content|file) (?:was |is |could |can |has been |you |that |requested ).{0,50}?"
    r"(?:not (?:be )?found|no longer|doesn.t exist|does not exist|isn.t available|not available|unavailable|removed|moved)|"
    r"404|not found$|^not found|we (?:can.t|couldn.t|could not) find|nothing (?:was )?found|something went wrong|"
    r"(?:artikel|beitrag|inhalt)\b.{0,30}nicht (?:gefunden|verfügbar|vorhanden|mehr)|nicht gefunden|introuvable|"
    r"n.existe (?:pas|plus)|n.est plus disponible|no (?:se ha |se )?(?:encontrado|encontró|encontrada)|"
    r"no (?:existe|está disponible)|não (?:foi )?encontrad|non (?:è stata )?trovat[ao]|niet gevonden|bestaat niet|"
    r"niet (?:meer )?beschikbaar|nie znaleziono|nie istnieje|nem található|не найден[ао]?|δεν βρέθηκε|لم يتم العثور|"
    r"見つかりません|찾을 수 없습니다",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"\s[|–—·»-]\s")  # between a title and the site's name
_WALL = re.compile(
    r"(?:enable|turn on|activate|requires?|need) javascript|javascript (?:is |seems to be )?(?:disabled|required|deaktiviert|"
    r"désactivé|not enabled)|javascript (?:aktivieren|einschalten)|activer (?:le )?javascript|(?:habilit|activ)[ae]r? javascript|"
    r"abilita(?:re)? javascript|javascript inschakelen|włącz javascript|verify (?:that )?you are (?:a )?human|are you a robot|"
    r"checking your browser|just a moment|unusual traffic|complete the captcha|enable cookies|attention required|"
    r"before you continue|bevor sie fortfahren|avant de continuer|antes de continuar|prima di continuare|voordat je verder|"
    r"voordat u verder|zanim przejdziesz|weiterlesen mit werbung|mit werbung weiterlesen|accepter et continuer|"
    r"zustimmung erforderlich|ihre einwilligung|your consent|we value your privacy|your privacy choices|"
    r"^(?:sign|log) in\b|^anmelden\b|^einloggen\b|^connexion\b|^se connecter|^iniciar sesión|^entrar\b|^acced[ei]|^inloggen\b|"
    r"^zaloguj|please (?:sign|log) in|you (?:must|need to) (?:be logged|log|sign) in",
    re.IGNORECASE,
)


def types_of(document: Document) -> list[str]:
    """Return the page's types, lower case: JSON-LD's own nodes and og:type; nodes inside lists do not count."""
    return [kind for node in document.json_ld for kind in _types(node)] + [
        value.strip().lower() for value in document.meta.get("og:type", ())
    ]


def _types(node: Mapping[str, Any]) -> Iterator[str]:
    kinds = node.get("@type")
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        if isinstance(kind, str):
            yield kind.rsplit("/", 1)[-1].lower()


def address_shape(url: str) -> str | None:
    """Name what the address looks like: front, search, index, paged, media, article; None where it says nothing."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https"):
        return None
    path = unquote(parts.path).lower()
    keys = {key.lower() for key, value in parse_qsl(parts.query) if value}
    if _ENTRY.match(path) or _LOCALE.match(path):
        return "search" if keys & _SEARCH_KEYS else ("front" if not keys else None)
    segments = [s for s in path.split("/") if s]
    last_is_slug = bool(_SLUG.search(segments[-1]))
    if _PAGED.search(path) and len(segments) > 1:
        return "paged"
    at = next((i for i, s in enumerate(segments) if s in _INDEX_WORDS), None)
    if at is not None:
        deep = len(segments) - at - 1
        if deep <= 1 or not last_is_slug:
            return "search" if keys & _SEARCH_KEYS else "index"
    if any(s in _MEDIA_WORDS for s in segments):
        return "media"
    return "article" if last_is_slug else None


def class_says(document: Document) -> str | None:
    """Read the template's class on <body>: error, article, index or nothing."""
    body = document.tree.find("body")
    names = "" if body is None else f"{body.get('class') or ''} {body.get('id') or ''}"[:2000]
    if _ERROR_CLASS.search(names):
        return "error"
    if _ARTICLE_CLASS.search(names):
        return "article"
    return "index" if _INDEX_CLASS.search(names) else None


def says_error(text: str) -> bool:
    """Tell whether a title, heading or first line is a missing page's own."""
    return any(len(part) <= 80 and _ERROR.search(part) for part in _SEPARATORS.split(text[:300]))


def says_lost(text: str) -> bool:
    """Tell whether a text says that something was not found: enough only where the page has no more than that."""
    return bool(_ERROR.search(text[:300]) or _LOST.search(text[:300]))


def says_wall(text: str) -> bool:
    """Tell whether a text asks for JavaScript, a consent or a log-in instead of being the page."""
    return bool(_WALL.search(text[:300]))
