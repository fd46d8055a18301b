"""What on a page is another's: comments, lists of other articles, their teasers, the page's own footer."""

import re
from functools import lru_cache
from itertools import islice
from typing import Any

from columnist.pipelines.language.lexicon import either
from columnist.pipelines.metadata.sources.values import element_lines

_OTHERS = re.compile(either("asides", "boxes"), re.IGNORECASE)
_ASIDE = re.compile(f"{either('asides', 'boxes')}|{either('asides', 'furniture')}", re.IGNORECASE)
# What other sites call the boxes that pages show of them, and the kinds of data that are no article's.
_EMBED = re.compile(
    r"(?<![\w-])(?:embed(?:ded)?(?:[_-][\w-]+)?|tweet|twitter-(?:tweet|video)|instagram-media|fb-(?:post|video)|tiktok-embed|bluesky-embed|mastodon-\w+|telegram-post|youtube)(?![\w-])"
)
_PART = re.compile(
    r"schema\.org/(?:\w*(?:Video|Image|Audio|Media)Object|Comment|SocialMediaPosting|Event|Review|Product|Offer|JobPosting)$"
)
_COMMENT = re.compile(r"(?:^|[\s_-])comment(?:$|[\s_-])(?!s?-open)", re.IGNORECASE)
_CASELESS = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_LONGEST_POST = 2_000  # characters of a quotation
_LEVELS = 3  # boxes around a byline in which the headline of another article may stand
_LONGEST_TEASER = 600  # characters of a box: what is longer holds an article, whose links are no headlines
_MOST_BESIDE = 20  # siblings that are looked at: a river has hundreds
_HEADLINE_WORDS = 3  # a link of fewer words is a rubric's or a name
_HEADLINE_SIGNS = 6  # the same where no spaces part words
_HEADINGS = ("h2", "h3", "h4", "h5")
_PAGE = ("body", "html", "article", "main")


def is_aside(element: Any) -> bool:
    """Say whether the element lies in comments, a list of other articles, a footer of the page."""
    in_footer = False
    for ancestor in (element, *element.iterancestors()):
        if ancestor.tag in _PAGE:
            return in_footer and ancestor.tag in ("body", "html")
        if ancestor.tag in ("aside", "nav"):
            return True
        # An article's own footer holds its byline and date; the class tells it from the page's.
        in_footer = in_footer or ancestor.tag == "footer"
        kind = _kind_of_box(f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}")
        if kind is not None:
            return kind
    return in_footer


def is_aside_box(element: Any) -> bool:
    """Say whether the element itself, whatever it lies in, is a box of comments or other articles."""
    if not isinstance(element.tag, str):
        return False
    marks = f"{element.get('class') or ''} {element.get('id') or ''}"
    listed = element.tag in ("aside", "nav", "footer") or _calls_others(marks)
    return listed or is_embed_box(element) or _lists_headlines(element)


def _lists_headlines(box: Any) -> bool:
    """Say whether two children of one kind begin with a link to an article each."""
    links = ((child.tag, next(child.iter("a"), None)) for child in box)
    tags = [tag for tag, link in links if link is not None and _is_headline(link)]
    return any(tags.count(tag) > 1 for tag in ("li", "div", "section", "article") if tag in tags)


@lru_cache(maxsize=4096)
def _calls_others(marks: str) -> bool:
    return _OTHERS.search(marks) is not None


@lru_cache(maxsize=4096)
def _calls_embed(marks: str) -> bool:
    return _EMBED.search(marks) is not None


@lru_cache(maxsize=4096)  # a site's pages repeat their boxes: three elements of four are answered from here
def _kind_of_box(marks: str) -> bool | None:
    """Say what class and id make of a box: True an aside, False microformats' article, None neither."""
    if _ASIDE.search(marks):
        return True
    return False if "hentry" in marks or "h-entry" in marks else None


def is_embedded(element: Any) -> bool:
    """Say whether the element lies in what the page shows of another site, or in a part with data of its own: a video's."""
    for box in (element, *element.iterancestors()):
        if box.tag in _PAGE:
            return False
        if is_embed_box(box):
            return True
    return False


def is_embed_box(box: Any) -> bool:
    """Say whether the box itself is a quotation, another site's post or a part such as a video; not if it has the headline."""
    if not isinstance(box.tag, str):
        return False
    is_part = bool(_PART.search(box.get("itemtype") or ""))
    if box.tag == "blockquote":  # old pages indent the whole article so
        is_part = not _is_longer(box, _LONGEST_POST)
    elif not is_part and _calls_embed(f"{box.get('class') or ''} {box.get('id') or ''}"):
        # On the other site itself its posts stand in no article.
        is_part = next(box.iterancestors("article", "main"), None) is not None
    return is_part and next(box.iter("h1"), None) is None


def _is_longer(box: Any, most: int) -> bool:
    """Say whether the box has more characters than that, without reading them all."""
    length = 0
    for words in box.itertext():
        length += len(words)
        if length > most:
            return True
    return False


def is_of_another(element: Any) -> bool:
    """Say whether the element lies in a comment or in a teaser: its headline is a link."""
    return _in_other_article(element) or _in_teaser(element)


def _in_other_article(element: Any) -> bool:
    article = next(element.iterancestors("article"), None)
    if article is None or next(article.iter("h1"), None) is not None:
        return False
    if "comment" in (article.get("itemprop") or "").lower() or _COMMENT.search(article.get("class") or ""):
        return True
    heading = next(article.iter("h2", "h3", "h4"), None)
    link = None if heading is None else next(heading.iter("a"), None)
    return link is not None and element_lines(link) == element_lines(heading)


def _in_teaser(element: Any) -> bool:
    """Say whether a linked headline stands before the element in its box, and more such boxes beside it."""
    inner = element
    for _ in range(_LEVELS):
        box = inner.getparent()
        if box is None or box.tag in _PAGE or _is_longer(box, _LONGEST_TEASER):
            return False
        if next(box.iter("h1"), None) is not None:
            return False
        before = list(islice(inner.itersiblings(preceding=True), _MOST_BESIDE))
        if _is_linked_heading(before):
            return True
        if any(_is_headline(link) for each in before for link in each.iter("a")):
            return _has_twin(box)
        inner = box
    return False


def _is_headline(link: Any) -> bool:
    words = element_lines(link).split()
    return bool(link.get("href")) and (
        len(words) >= _HEADLINE_WORDS
        or (
            len(words) > 0
            and len("".join(words)) >= _HEADLINE_SIGNS
            and _CASELESS.search(words[0]) is not None
        )
    )


def _is_linked_heading(elements: list[Any]) -> bool:
    """Say whether a heading among the elements is a link, or lies in one."""
    for element in elements:
        for heading in element.iter(*_HEADINGS):
            if (
                next(heading.iter("a"), None) is not None
                or next(heading.iterancestors("a"), None) is not None
            ):
                return True
    return False


def _has_twin(box: Any) -> bool:
    """Say whether a sibling of the same kind has a link too: a list of teasers has two at least."""
    kind = (box.tag, box.get("class"))
    beside = (box.itersiblings(box.tag), box.itersiblings(box.tag, preceding=True))
    twins = [twin for each in beside for twin in islice(each, _MOST_BESIDE)]
    return any(
        (twin.tag, twin.get("class")) == kind and next(twin.iter("a"), None) is not None for twin in twins
    )
