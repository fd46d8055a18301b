"""Pages in place of a story: errors, consents, log-ins, offers. Each is refused with its reason."""

from collections.abc import Sequence
from typing import Any

from columnist.pipelines.content.pagetype.case import APOLOGY, FLASH, SENTENCE, Case, own_sentences
from columnist.pipelines.content.pagetype.lists import letters_of, posts_of_others
from columnist.pipelines.content.pagetype.signs import (
    error_share,
    refusal_of,
    says_error,
    says_lost,
    says_wall,
    speaks_of_consent,
)
from columnist.pipelines.document.read import Document
from columnist.pipelines.document.text import weigh
from columnist.pipelines.records.article import NotAnArticle
from columnist.pipelines.records.options import CleanOptions

_ERROR_MOST = 1_500  # an error page with suggestions has less text; an article about errors has more
_WALL_MOST = 900  # the longest consent text seen on a wall
_OF_HEADLINE = 0.5  # share of a headline: an error page says nothing else, a story about one goes on
_FIRST = 5  # blocks below a headline: byline, date and the notice; cards of other articles follow


def refuse_errors(case: Case, options: CleanOptions) -> None:
    if case.template == "error":
        raise NotAnArticle("soft-404", "the template's class says error")
    if case.weight >= _ERROR_MOST or (case.claims_article and case.metadata.published_at):
        return
    for text in headings_of(case.document):
        if reason := refusal_of(text):
            raise NotAnArticle(reason, text[:120])
    if _is_story(case):
        return
    first = case.body.paragraphs[0].text if case.body.paragraphs else ""
    for text in (
        *headings_of(case.document),
        case.metadata.title or "",
        *([first] if len(first) < 120 else ()),
    ):
        if says_error(text) or (case.weight < APOLOGY and says_lost(text)):
            raise NotAnArticle("soft-404", text[:120])


def headings_of(document: Document) -> list[str]:
    found = [*document.by_tag.get("title", ())[:1], *document.by_tag.get("h1", ())[:2]]
    return [text for e in found if (text := " ".join("".join(e.itertext()).split())) and len(text) <= 150]


def refuse_walls(case: Case, options: CleanOptions) -> None:
    if case.weight >= _WALL_MOST or case.claims_article:
        return
    text = " ".join(p.text for p in case.body.paragraphs) or _shown(case.document)
    if speaks_of_consent(text[:_WALL_MOST]):
        raise NotAnArticle("no-text", f"a consent wall: {text[:120]}")
    headings = headings_of(case.document) if case.weight < APOLOGY else []
    for said in (*headings, text):
        if says_wall(said):
            raise NotAnArticle("no-text", f"a wall: {said[:120]}")


def _shown(document: Document) -> str:
    body = document.tree.find("body")
    return "" if body is None else " ".join("".join(body.itertext())[:4000].split())


def _is_story(case: Case) -> bool:
    """Tell a story about an error page: its headline says more than the error, its text is its own."""
    share = max((error_share(text) for text in headings_of(case.document)), default=0.0)
    if not 0 < share < _OF_HEADLINE or case.weight < APOLOGY:
        return False
    posts = posts_of_others(case.document)
    told = (p.text for p in own_sentences(case) if not any("".join(p.text.split()) in post for post in posts))
    return sum(map(weigh, told)) >= APOLOGY


def refuse_closed(case: Case, options: CleanOptions) -> None:
    """Refuse what only members or who knows a password may read, and what has no text but in cards of others."""
    if case.weight >= _ERROR_MOST:
        return
    own = [paragraph.text for paragraph in own_sentences(case)]
    asking = [letters_of(form) for form in _password_forms(case.document)]
    headlines = [letters_of(h1) for h1 in case.document.by_tag.get("h1", ())] if asking else []
    weight = sum(weigh(_without(text, (*asking, *headlines))) for text in own)
    if asking and weight < FLASH:
        raise NotAnArticle("no-text", "all that the page has is a form that asks for a password")
    for said in _below_headline(case) if weight < APOLOGY else ():
        if refusal_of(said) == "paywalled-stub":
            raise NotAnArticle("paywalled-stub", said[:120])
        if weigh(said) >= FLASH:
            break  # a teaser of its own above the offer: a stub, which --paywalled decides on
    longest = max((weigh(paragraph.text) for paragraph in case.body.paragraphs), default=0)
    if not own and longest >= SENTENCE:
        raise NotAnArticle("no-text", "what text there is stands outside of the page's own part")


def _without(text: str, pieces: Sequence[str]) -> str:
    """Return the letters of a text without these; one that stands in a piece has none left."""
    letters = "".join(text.split())
    for piece in pieces:
        letters = "" if letters in piece else letters.replace(piece, "") if piece else letters
    return letters


def _below_headline(case: Case) -> list[str]:
    """Return what stands first below the headline, labels too, and the text."""
    blocks = [block.text for block in case.body.blocks.items if not block.linked] if case.body.blocks else []
    at = next((n for n, text in enumerate(blocks) if text == case.metadata.title), len(blocks))
    return blocks[at + 1 : at + 1 + _FIRST] + [paragraph.text for paragraph in case.body.paragraphs]


def _password_forms(document: Document) -> list[Any]:
    if b"password" not in document.utf8:
        return []
    asking = [
        field for field in document.tree.iter("input") if (field.get("type") or "").lower() == "password"
    ]
    return [form for field in asking for form in field.iterancestors("form")]
