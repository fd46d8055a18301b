"""Document -> what trafilatura makes of it: the net below the blocks, and the whole text where `--extractor trafilatura` asks for it."""

from collections.abc import Iterator
from typing import Any

from columnist.pipelines.content.blocks.blocks import Blocks
from columnist.pipelines.document.parse import html_copy
from columnist.pipelines.document.read import Document
from columnist.pipelines.document.text import normalise
from columnist.pipelines.records.article import NotAnArticle, Paragraph
from columnist.pipelines.records.options import CleanOptions

SOURCE = "trafilatura"  # in found_by
MOST_BLOCKS = 3_000  # beyond it a page is hostile or an index; trafilatura is not linear
DEEPEST = 150  # a real page nests 60 deep; at 400, jusText took 49 s on 4,000 cells

_KINDS = {"p": "p", "item": "li", "quote": "quote", "code": "code", "row": "table"}
_INLINE = frozenset({"hi", "ref", "del", "graphic"})  # of its own tags; every other one begins a line
_PROSE = 80  # characters of a row with one cell that is a paragraph, as in our tables


def may_be_run(document: Document, blocks: Blocks) -> bool:
    """Tell whether the page is of a size that trafilatura gets through."""
    return len(blocks.items) <= MOST_BLOCKS and not _nests_deeper(document.tree, DEEPEST)


def text_of(document: Document) -> str:
    """Return trafilatura's text as it prints it."""
    return str(getattr(_run(document), "text", None) or "")


def text_alone(document: Document, blocks: Blocks, options: CleanOptions) -> tuple[Paragraph, ...]:
    """Return trafilatura's lines, each of the kind that its markup gives; `favour` is its own precision or recall."""
    if not may_be_run(document, blocks):
        raise NotAnArticle(
            "no-text",
            f"more than {MOST_BLOCKS} blocks or {DEEPEST} elements deep: trafilatura would take minutes; "
            "--extractor columnist reads it",
        )
    body = getattr(_run(document, options.favour), "body", None)
    return tuple(_paragraphs(body)) if body is not None else ()


def _run(document: Document, favour: str = "balanced") -> Any:
    """Run trafilatura whole, on a copy: it prunes the tree that it is given."""
    import trafilatura  # .2 s, for a page of twenty

    return trafilatura.bare_extraction(
        html_copy(document.tree),
        url=document.page.url,
        include_comments=False,
        with_metadata=False,
        favor_precision=favour == "precision",
        favor_recall=favour == "recall",
    )


def _nests_deeper(tree: Any, limit: int) -> bool:
    level = [tree]
    for _ in range(limit):
        level = [child for element in level for child in element]
    return bool(level)


def _paragraphs(body: Any) -> Iterator[Paragraph]:
    kind, line = "p", ""
    for piece in (*_pieces(body, "p"), None):
        if piece is not None:
            kind = kind if line.strip() else piece[0]
            line += piece[1]
        elif line:
            if text := normalise(line):
                yield Paragraph(kind, text)
            line = ""


def _pieces(element: Any, kind: str) -> Iterator[tuple[str, str] | None]:
    """Yield runs of text with their kind, and None wherever trafilatura's text begins a new line."""
    yield kind, element.text or ""
    for child in element:
        if child.tag in _INLINE:
            yield from _pieces(child, kind)
        else:
            yield None
            yield from _block(child, kind)
            yield None
        yield kind, child.tail or ""


def _block(element: Any, kind: str) -> Iterator[tuple[str, str] | None]:
    """Yield what one element of trafilatura's gives: a paragraph inside a quote or an item is the quote's or the item's."""
    if element.tag == "head":
        yield from _pieces(element, "h2" if element.get("rend") in ("h1", "h2") else "h3")
    elif element.tag == "row":
        cells = [text for cell in element if (text := normalise(" ".join(cell.itertext())))]
        is_prose = len(cells) == 1 and len(cells[0]) >= _PROSE
        if is_prose:
            yield from _pieces(element, "p")
        else:
            yield "table", " | ".join(cells)
    else:
        yield from _pieces(element, kind if element.tag == "p" else _KINDS.get(element.tag, kind))
