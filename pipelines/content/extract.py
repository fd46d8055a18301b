"""Document -> Body: the article's paragraphs, its pictures, and what was taken out by which rule.

The page is cut into blocks, a small model scores each block, rules that hold on every page follow, those of single lines
last. Where the blocks leave next to nothing, the page's JSON-LD articleBody, its scripts' data or trafilatura's full run steps in.
With `--extractor trafilatura` its text stands in their place; pictures and what is told of the page are the blocks' all the same.
"""

from dataclasses import dataclass, replace

import numpy as np

from columnist.pipelines.content.blocks.blocks import Blocks
from columnist.pipelines.content.elsewhere.fallback import BLOCKS, FoundBody, find_elsewhere, is_short
from columnist.pipelines.content.elsewhere.trafilatura_run import SOURCE, text_alone
from columnist.pipelines.content.images import article_images, lead_picture
from columnist.pipelines.content.model.network import Model, load_model
from columnist.pipelines.content.paragraphs import body_link_density, kept_paragraphs, removals, without_found
from columnist.pipelines.content.rules.asides.line_notes import note_lines, notes_of
from columnist.pipelines.content.rules.asides.note_words import CORRECTION
from columnist.pipelines.content.rules.asides.notes import Note, told_corrections
from columnist.pipelines.content.rules.boilerplate_lines import furniture_rules, without
from columnist.pipelines.content.rules.judge import Judged, judge_blocks
from columnist.pipelines.content.rules.rules import KEPT, choose
from columnist.pipelines.content.rules.shape.alike import dropped_alike
from columnist.pipelines.content.rules.shape.kin import read_standing
from columnist.pipelines.content.rules.standfirst import lead_text
from columnist.pipelines.document.read import Document
from columnist.pipelines.document.text import count_words
from columnist.pipelines.metadata.access import is_teaser
from columnist.pipelines.metadata.record import Metadata
from columnist.pipelines.records.article import Image, Paragraph, Removed
from columnist.pipelines.records.options import CleanOptions

MUCH = (
    0.25  # of the text in the sure paragraphs' own shape: an article that lost so much is not to be trusted
)


@dataclass(frozen=True, slots=True)
class Body:
    """The article's own text in page order."""

    paragraphs: tuple[Paragraph, ...]
    removed: tuple[Removed, ...] = ()
    images: tuple[Image, ...] = ()  # figures inside the article, with caption and credit
    lead_picture: str | None = None  # address of the first one, where the page's data name none
    lead: str | None = None  # the standfirst, where the page shows one (it is also the first paragraph)
    is_live_blog: bool | None = None  # unknown where no markup was there to say so
    link_density: float = 0.0  # share of the kept text's characters that lie inside links
    found_by: str = BLOCKS  # which way of finding a body gave the paragraphs
    doubt: str | None = None  # why the article may not be whole
    notes: tuple[Note, ...] = ()  # on its author and on corrections, in page order
    blocks: Blocks | None = None  # of the whole page, for who asks about its layout


def extract_body(document: Document, metadata: Metadata, options: CleanOptions) -> Body:
    """Find the article's paragraphs. An empty tuple where the page has none."""
    return extract_with(load_model(), document, metadata, options)


def extract_with(model: Model, document: Document, metadata: Metadata, options: CleanOptions) -> Body:
    """Do as extract_body by another model: cross-validation needs one that has not seen the page."""
    return body_of(judge_blocks(model, document, metadata, options), document, metadata)


def body_of(judged: Judged, document: Document, metadata: Metadata) -> Body:
    """Make the body of the blocks that stay, or of another source where next to nothing stays."""
    blocks, clues, kept = judged.blocks, judged.clues, judged.kept()
    images = article_images(blocks, kept, document.base_url)
    picture = None if metadata.image_url else lead_picture(blocks, kept, images, document.base_url)
    best, fates = best_of(judged, document, metadata), judged.verdicts.fates
    if best.source != BLOCKS:
        fates = without_found(blocks, fates, best.paragraphs)
    rules = line_rules(best, judged)
    paragraphs, furniture = without(best.paragraphs, rules)
    return Body(
        paragraphs,
        removals(blocks, fates) + tuple(Removed(rule, size) for rule, size in furniture.items()),
        images=images,
        lead_picture=picture,
        lead=lead_text(blocks, kept, clues.description),
        is_live_blog=judged.is_live,
        found_by=best.source,
        link_density=body_link_density(blocks, kept),
        notes=_all_notes((*judged.notes, *notes_of(best.paragraphs, rules)), document),
        doubt=_doubt(judged) if best.source == BLOCKS else None,
        blocks=blocks,
    )


def _all_notes(seen: tuple[Note, ...], document: Document) -> tuple[Note, ...]:
    """Return the notes that the page shows, each once, and where it shows no correction those that its data tell."""
    if not any(note.rule == CORRECTION for note in seen):
        seen += told_corrections(document)
    return tuple(dict.fromkeys(seen))


def line_rules(best: FoundBody, judged: Judged) -> tuple[str | None, ...]:
    """Return for each paragraph that was found the rule of its words that takes it out, or None."""
    rules = furniture_rules(best.paragraphs, judged.is_live)
    if (
        best.source == BLOCKS or judged.is_live
    ):  # notes among the blocks are out by now; a live blog's entries are none
        return rules
    clues = judged.clues
    notes = note_lines([p.text for p in best.paragraphs], clues.title, clues.authors, judged.notes)
    return tuple(rule or note for rule, note in zip(rules, notes, strict=True))


def _doubt(judged: Judged) -> str | None:
    """Say so where much text that is called as the article's paragraphs are was left out."""
    at = read_standing(judged.blocks, judged.kept(), judged.verdicts.scores)
    share = dropped_alike(at, judged.verdicts.fates) if at is not None else 0.0
    return f"alike-dropped {share:.2f}" if share >= MUCH else None


def best_of(judged: Judged, document: Document, metadata: Metadata) -> FoundBody:
    """Return what the blocks gave, or where that is next to nothing what is found elsewhere; labels still in it."""
    if judged.options.extractor == SOURCE:
        return FoundBody(text_alone(document, judged.blocks, judged.options), SOURCE)
    found = kept_paragraphs(judged.blocks, judged.kept())
    if not is_short(found) or _emptied_by_the_user(judged):
        return FoundBody(found)
    is_walled = is_teaser(metadata.access, count_words(" ".join(p.text for p in found)))
    return find_elsewhere(document, found, judged, is_walled)


def _emptied_by_the_user(judged: Judged) -> bool:
    """Tell whether thresholds that the user gave left out what would stay without them: that is their will."""
    options = judged.options
    if options.drop_below is None and options.recover_above is None:
        return False
    usual = replace(options, drop_below=None, recover_above=None)
    scores = np.array(judged.verdicts.scores, dtype=np.float32)
    return choose(judged.blocks, scores, judged.clues, usual).count(KEPT) > judged.kept().count(True)
