"""What the rules of page kinds look at, read once: the page's own words on what it is, and whose its text is."""

from dataclasses import dataclass

from columnist.pipelines.content.elsewhere.fallback import BLOCKS
from columnist.pipelines.content.elsewhere.trafilatura_run import SOURCE
from columnist.pipelines.content.extract import Body
from columnist.pipelines.content.pagetype.lists import letters_of
from columnist.pipelines.content.pagetype.signs import ARTICLE_TYPES, address_shape, class_says, types_of
from columnist.pipelines.document.read import Document
from columnist.pipelines.document.text import weigh
from columnist.pipelines.metadata.record import Metadata
from columnist.pipelines.records.article import Paragraph

SENTENCE = 40  # weight; a body below this is a label, whatever the page calls itself
FLASH = 60  # a newsflash of one sentence has this, in an article's markup
APOLOGY = 300  # the text of an error page or a log-in form without suggestions


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules look at: read once, cheap; the layout is measured only where it matters."""

    document: Document
    metadata: Metadata
    body: Body
    weight: int
    types: frozenset[str]
    shape: str | None
    template: str | None

    @property
    def listed(self) -> bool:
        """Whether address or template are those of a list."""
        return self.template == "index" or self.shape in ("index", "paged", "front", "search")

    @property
    def claims_article(self) -> bool:
        """Whether the page calls itself an article and has a headline."""
        kinds = self.types | {self.metadata.page_type or ""}
        return bool(kinds & ARTICLE_TYPES) and bool(self.metadata.title)

    @property
    def is_signed(self) -> bool:
        """Whether somebody or some day is named, as for what is written once."""
        return bool(self.metadata.published_at or self.metadata.authors)


def read_case(document: Document, metadata: Metadata, body: Body) -> Case:
    """Look at a page."""
    return Case(
        document=document,
        metadata=metadata,
        body=body,
        weight=sum(weigh(p.text) for p in body.paragraphs),
        types=frozenset(types_of(document)),
        shape=address_shape(document.page.url),
        template=class_says(document),
    )


def own_sentences(case: Case) -> list[Paragraph]:
    """Return the sentences that stand in the page's own part: its only <main> where that has the headline, else outside
    of every <aside>; the headline's repeat is none. Text from JSON-LD or a script stands nowhere: all of it is own."""
    headlines = {letters_of(h1) for h1 in case.document.by_tag.get("h1", ())} | {
        "".join((case.metadata.title or "").split())
    }
    if case.body.found_by not in (BLOCKS, SOURCE):
        return [one for one in case.body.paragraphs if weigh(one.text) >= SENTENCE]
    mains = list(case.document.tree.iter("main"))
    own = letters_of(mains[0]) if len(mains) == 1 and next(mains[0].iter("h1"), None) is not None else None
    asides = [] if own is not None else [letters_of(aside) for aside in case.document.tree.iter("aside")]
    kept = []
    for paragraph in case.body.paragraphs:
        letters = "".join(paragraph.text.split()).strip("|·–—-")
        if weigh(paragraph.text) < SENTENCE or letters in headlines:
            continue
        if letters in own if own is not None else not any(letters in aside for aside in asides):
            kept.append(paragraph)
    return kept
