"""The rubric that a trail of breadcrumbs names, Home > Town > this article; rubric and tags that the article links to."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from columnist.pipelines.document.addresses import absolute, normal_address
from columnist.pipelines.document.jsonld_nodes import node_types
from columnist.pipelines.document.read import Document
from columnist.pipelines.document.text import weigh
from columnist.pipelines.language.lexicon import entries
from columnist.pipelines.language.months import MONTHS, fold
from columnist.pipelines.metadata.sources.element_index import (
    elements_with,
    in_order,
    values_holding,
    values_of,
)
from columnist.pipelines.metadata.sources.site_names import SiteNames, is_site, letters_of
from columnist.pipelines.metadata.sources.values import element_text, first_text

_LONGEST_TRAIL = 8  # links; menus that call themselves breadcrumbs have more
_LONGEST = 40  # characters of a rubric; longer crumbs are headlines
_TRAILS = 3  # elements named breadcrumb that are looked at: the outer box and its list
_LONGEST_VALUE = 400  # bytes of an attribute before the word: lists of classes are shorter
_MARK = b"readcrumb"  # the first letter may be a capital
_ATTRIBUTES = ("class", "id", "itemtype", "aria-label", "typeof")
_IN_ATTRIBUTE = re.compile(
    rb"\b(%s)\s*=\s*[\"']?[^\"'<>={}]*\Z" % "|".join(_ATTRIBUTES).encode(), re.IGNORECASE
)
# Front pages by their names, months of an archive.
_NO_RUBRIC = frozenset((*entries("rubrics", "front"), *MONTHS))


_MOST_TAGS = 40  # links; a cloud has more
_CATEGORIES, _TAGS = (frozenset(entries("rubrics", key)) for key in ("category-folders", "tag-folders"))
_NO_SECTION = frozenset((*entries("rubrics", "front"), *entries("rubrics", "none")))
_CLOUD = re.compile(r"tag-?_?cloud|widget|sidebar|related|menu|trending|popular|footer-nav", re.IGNORECASE)
_SECTION_BOX = re.compile(r"(?:^|\s)(?:taxonomy-category|cat-links|post-categories|entry-categories)(?=\s|$)")
# What holds an article's tags, whatever their addresses; MediaWiki's categories among them.
_TAG_BOX = re.compile(
    r"(?:^|[\s_-])(?:tags?|tag-?list|tags-?links|topics?|keywords|labels|hashtags|mw-normal-catlinks)(?=$|\s|-list|-links|-container|-wrapper|s?__)",
    re.IGNORECASE,
)
_TAG_WORDS = ("tag", "Tag", "opic", "eyword", "abel")
_TAGS_BOX = re.compile(r"(?:^|\s)tags(?=\s|$)", re.IGNORECASE)
_BOXES = 3  # ul > li > a, and the box around the list
_FOLDER = re.compile(rf"(?:[/](?:{'|'.join(sorted(_CATEGORIES | _TAGS))}))[/#]", re.IGNORECASE)


def section_of_trail(document: Document, title: str | None, names: SiteNames) -> tuple[str, str] | None:
    """Return the last rubric before the article itself, and its source."""
    for source, trail in _trails(document):
        rubrics = [name for name, address in trail if _is_rubric(document, name, address, names)]
        rubrics = [name for name in rubrics if letters_of(name) != letters_of(title or "")]
        if 0 < len(rubrics) <= _LONGEST_TRAIL:
            return rubrics[-1], source
    return None


@dataclass(frozen=True, slots=True)
class Terms:
    """What an article is filed under, by the links at its head or foot."""

    section: str | None = None
    tags: tuple[str, ...] = ()


def terms_of_links(document: Document) -> Terms:
    """Return the rubric and the tags that links of the article itself name: rel="category tag", rel="tag", p-category,
    and addresses of categories. Clouds, menus and other articles' cards name what is theirs."""
    classes = values_holding(values_of(document, "class"), _TAG_WORDS)
    boxed = any(map(_TAG_BOX.search, classes)) or b"catlinks" in document.utf8
    own = _own_article(document)
    links = document.by_tag["a"] if own is None else own.iter("a")
    links = [link for link in links if _may_file(link, boxed) and not _is_elsewhere(link)]
    named = [
        (name, _names_section(link))
        for link in links
        if _may_name(name := element_text(link).lstrip("#")) and name[0].isalnum()  # no "← all news"
    ]
    sections = [name for name, is_section in named if is_section and fold(name) not in _NO_SECTION]
    tags = dict.fromkeys(name for name, is_section in named if is_section is False)
    return Terms(sections[0] if sections else None, tuple(tags) if len(tags) <= _MOST_TAGS else ())


def terms_of_feed(document: Document) -> Terms:
    """Return the first of the feed's categories as the rubric, the others as tags: systems list rubrics before tags."""
    named = next((hint.tags for hint in document.page.hints if hint.tags), ())
    names = [name for name in named if fold(name) not in _NO_SECTION]
    return Terms(names[0], tuple(names[1:])) if names else Terms()


def terms_of_classes(document: Document) -> Terms:
    """Return what WordPress says in the classes of the post, category-town and tag-bridge, named as links of the page do."""
    own = _own_article(document)
    classes = ((own.get("class") if own is not None else None) or "").split()
    if not {"hentry", "type-post", "post"} & set(classes):
        return Terms()
    slugs = [slug.partition("-") for slug in classes if slug.startswith(("category-", "tag-"))]
    known = _named_by_address(document) if slugs else {}
    named = [
        (kind, known.get(slug, slug.replace("-", " ")))
        for kind, _, slug in slugs
        if not slug.isdigit() and fold(slug.replace("-", " ")) not in _NO_SECTION and slug not in _NO_SECTION
    ]
    sections = [name for kind, name in named if kind == "category"]
    return Terms(next(iter(sections), None), tuple(name for kind, name in named if kind == "tag"))


def _named_by_address(document: Document) -> dict[str, str]:
    """Return the words of links to categories and tags by the last folder of their address."""
    known: dict[str, str] = {}
    for link in document.by_tag["a"]:
        href = link.get("href") or ""
        if _FOLDER.search(href) and _may_name(name := element_text(link).lstrip("#")):
            known.setdefault(urlsplit(href).path.rstrip("/").rpartition("/")[2].lower(), name)
    return known


def _may_name(name: str) -> bool:
    """Say whether the words may be a rubric's or a tag's: a letter is none, a sign that is a word may be (港)."""
    return weigh(name) > 1 and len(name) <= _LONGEST


def _may_file(link: Any, boxed: bool) -> bool:
    # Without speaking addresses WordPress writes rel="category" alone.
    if {"tag", "category"} & set((link.get("rel") or "").lower().split()) or "p-category" in (
        link.get("class") or ""
    ):
        return bool(link.get("href"))
    href = link.get("href") or ""
    if not href or not (_FOLDER.search(href) or (boxed and _in_box(link, _TAG_BOX))):
        return False
    return any(above.tag in ("article", "main") for above in link.iterancestors())


def _own_article(document: Document) -> Any | None:
    """Return the element of the article, where there is one: the headline's, or the only one of the page."""
    for heading in document.headings[:1]:
        for above in heading.iterancestors("article"):
            return above
    articles = list(islice((each for each in document.tree.iter("article") if not _is_comment(each)), 2))
    return articles[0] if len(articles) == 1 else None


def _is_comment(article: Any) -> bool:
    """Say whether an <article> is a reader's: some systems give one to each comment, and none to the post."""
    boxes = islice((article, *article.iterancestors()), _BOXES + 1)
    return any(
        "comment" in f"{box.get('class') or ''} {box.get('id') or ''}".lower()
        for box in boxes
        if box.tag not in ("body", "html")
    )


def _is_elsewhere(link: Any) -> bool:
    for above in link.iterancestors():
        if above.tag in ("nav", "aside") or _CLOUD.search(
            f"{above.get('class') or ''} {above.get('id') or ''}"
        ):
            return True
        if above.tag in ("article", "main", "body"):
            return False
    return False


def _names_section(link: Any) -> bool | None:
    """Tell a category's link from a tag's; None for what is neither."""
    rel = (link.get("rel") or "").lower().split()
    if "category" in rel or _in_box(link, _SECTION_BOX):
        return True
    folders = _folders(link.get("href") or "")
    if "tag" in rel or "p-category" in (link.get("class") or "").split():
        # Nikola keeps its tags in /categories/.
        return bool(folders & _CATEGORIES) and not _in_box(link, _TAGS_BOX)
    if folders & _CATEGORIES:
        return True
    return False if folders & _TAGS or _in_box(link, _TAG_BOX) else None


def _in_box(link: Any, named: re.Pattern[str]) -> bool:
    boxes = islice(link.iterancestors(), _BOXES)
    return any(named.search(f"{box.get('class') or ''} {box.get('id') or ''}") for box in boxes)


def _folders(href: str) -> set[str]:
    """Return the folders of an address in lower case; of /tags/#bridge and /tags#bridge tags too."""
    parts = urlsplit(href)
    folders = parts.path.lower().split("/")
    return {folder for folder in (folders if parts.fragment else folders[:-1]) if folder}


def _is_rubric(document: Document, name: str, address: str | None, names: tuple[str, ...]) -> bool:
    """Say whether a crumb is neither the front page nor this page."""
    if address is None or not _may_name(name) or is_site(name, names):
        return False
    if not name[0].isalpha() or fold(name) in _NO_RUBRIC:  # "18", "« back"
        return False
    parts = urlsplit(address)
    here = {normal_address(url) for url in (document.page.url, document.canonical) if url}
    is_front = parts.path.strip("/") in ("", document.tree.get("lang") or "") and not parts.query
    return not is_front and normal_address(address) not in here


def _trails(document: Document) -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    for node in document.json_ld:
        if "breadcrumblist" in node_types(node):
            yield "json-ld", [_crumb(document, item) for item in _items(node)]
    for box in _boxes(document)[:_TRAILS]:
        links = list(islice((link for link in box.iter("a") if link.get("href")), _LONGEST_TRAIL + 2))
        yield (
            "breadcrumbs",
            [(element_text(link), absolute(link.get("href"), document.base_url)) for link in links],
        )


def _items(node: Mapping[str, Any]) -> list[dict[str, Any]]:
    items = node.get("itemListElement")
    items = items if isinstance(items, list) else [items]
    return [item for item in items if isinstance(item, dict)][: _LONGEST_TRAIL + 2]


def _crumb(document: Document, item: Mapping[str, Any]) -> tuple[str, str | None]:
    target = item.get("item")
    name = first_text(item.get("name")) or first_text(target if isinstance(target, dict) else None) or ""
    at = (target.get("@id") or target.get("url")) if isinstance(target, dict) else (target or item.get("url"))
    address = absolute(at, document.base_url) if isinstance(at, str) else None
    return name, address


def _boxes(document: Document) -> list[Any]:
    """Return the elements that an attribute of theirs names breadcrumbs."""
    boxes = set[Any]()
    for attribute in _naming_attributes(document.utf8):
        naming = values_holding(values_of(document, attribute), (_MARK.decode(),))
        boxes.update(elements_with(document, attribute, naming))
    return [box for box in in_order(document, boxes) if box.tag not in ("body", "html")]


def _naming_attributes(utf8: bytes) -> set[str]:
    """Return which attributes may name breadcrumbs; most pages have the word in styles and JSON alone, and to ask
    all elements for an attribute takes a tenth of the page's parse."""
    names: set[str] = set()
    at = utf8.find(_MARK)
    while at >= 0 and len(names) < len(_ATTRIBUTES):
        if match := _IN_ATTRIBUTE.search(utf8, max(at - _LONGEST_VALUE, 0), at):
            names.add(match.group(1).decode().lower())
        at = utf8.find(_MARK, at + len(_MARK))
    return names
