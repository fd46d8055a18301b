"""Every decision of the cleaning explains itself: its name has a sentence, each block says what became of it."""

from __future__ import annotations

import ast
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from columnist.pipelines.batch.explain import Explanation, explain
from columnist.pipelines.clean import clean
from columnist.pipelines.content.paragraphs import REPLACED
from columnist.pipelines.content.rules.asides.note_words import AUTHOR, CORRECTION
from columnist.pipelines.content.rules.rule_names import RULES, STAYS
from columnist.pipelines.content.rules.rules import LOW_SCORE, PLACES
from columnist.pipelines.dataset.state.site_lines import RULE as SITE_LINE
from columnist.pipelines.language.lexicon import lexicon
from columnist.pipelines.records.article import Article, Page
from columnist.pipelines.records.options import CleanOptions
from columnist.scraper.cli.main import run
from tests.test_body import PARAGRAPHS, TITLE, page, paragraphs

PIPELINES = Path(__file__).parents[1] / "pipelines"
# Where the code writes a rule's name down: fates[row] = "box", rules[i] = ..., removed["markdown"] += ...
REGISTERS = {"fates", "rules", "removed", "sums"}
BUSY = page(
    f"<h1>{TITLE}</h1><p>By Anna Keller</p>{paragraphs(PARAGRAPHS[:3])}<p>Share on Facebook</p>{paragraphs(PARAGRAPHS[3:])}<form><p>Your name</p></form>"
    f"<p>{PARAGRAPHS[0]}</p>",
    after="<footer><p>Copyright 2026 The Town Crier, all of its rights reserved</p></footer>",
)
FLAT = "\n\n".join(
    ["Home | News | Sport", TITLE, "12 March 2024", *PARAGRAPHS, "Share on Facebook", "Related articles"]
)


def strings(node: ast.AST | None) -> Iterator[str]:
    for inner in ast.walk(node) if node else ():
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value


def names_written_by(node: ast.AST) -> Iterator[str]:
    """Yield the rules that a statement of the code gives."""
    if isinstance(node, (ast.Assign, ast.AugAssign)):
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        register = getattr(target, "value", None)
        if getattr(register, "attr", getattr(register, "id", None)) in REGISTERS:
            if isinstance(node.value, (ast.BoolOp, ast.Constant)):
                yield from strings(node.value)
            if isinstance(node, ast.AugAssign) and isinstance(target, ast.Subscript):
                yield from strings(target.slice)
    elif isinstance(node, ast.Call):
        called = getattr(node.func, "attr", getattr(node.func, "id", None))
        if (called == "Chrome" and isinstance(node.args[0], ast.Constant)) or called == "_named":
            yield from strings(node.args[0])
        elif called in ("fromkeys", "drop") and len(node.args) == 2:
            yield from strings(node.args[1])
    elif isinstance(node, ast.DictComp):
        yield from strings(node.value)


def names_in_the_code() -> set[str]:
    found = {LOW_SCORE, REPLACED, SITE_LINE, AUTHOR, CORRECTION, *(name for _, name in PLACES)}
    found |= {*lexicon("sentences"), *(key.partition(".")[0] for key in lexicon("labels") if "." in key)}
    rules = PIPELINES / "content" / "rules"
    files = [rules / name for name in ("rules.py", "article_end.py", "boilerplate_lines.py")]
    files += (rules / "shape").glob("*.py")
    for path in (*files, *(PIPELINES / "content" / "plaintext").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found |= {name for name in names_written_by(node) if name}
    return found


def told(html: str, options: CleanOptions = CleanOptions()) -> Explanation:
    return explain(Page(url="https://crier.example/a", html=html.encode()), options)


def cleaned(page: Page, options: CleanOptions = CleanOptions()) -> Article:
    outcome = clean(page, options)
    assert isinstance(outcome, Article), outcome
    return outcome


def test_every_rule_of_the_code_has_its_sentence_and_every_sentence_its_rule() -> None:
    assert names_in_the_code() == {name for name, _ in RULES}


def test_no_rule_is_told_twice() -> None:
    names = [name for name, _ in (*RULES, *STAYS)]

    assert [name for name, times in Counter(names).items() if times > 1] == []


def test_what_stays_is_the_article_and_what_goes_is_what_removed_sums_up() -> None:
    given = Page(url="https://crier.example/a", html=BUSY.encode())
    article, blocks = cleaned(given), explain(given).blocks
    gone: Counter[str] = Counter()
    for block in blocks:
        if not block.fate.startswith("kept"):
            gone[block.fate] += len(block.text)

    assert tuple(b.text for b in blocks if b.fate.startswith("kept")) == tuple(
        p.text for p in article.paragraphs
    )
    assert {"duplicate", "share-bar", "footer"} <= set(gone)
    assert dict(gone) == {r.rule: r.characters for r in article.removed if r.rule != "navigation"}


def test_a_block_stays_at_its_score_as_the_threshold_and_goes_just_above() -> None:
    least = min((b for b in told(BUSY).blocks if b.fate == "kept"), key=lambda b: b.score or 0)
    assert least.score is not None
    at = told(BUSY, CleanOptions(drop_below=least.score))
    above = told(BUSY, CleanOptions(drop_below=least.score + 1e-6))

    assert least.text in {b.text for b in at.blocks if b.fate == "kept"}
    assert least.text in {b.text for b in above.blocks if b.fate == LOW_SCORE}


def test_a_block_between_the_thresholds_stays_by_its_neighbour() -> None:
    scores = sorted(b.score for b in told(BUSY).blocks if b.fate == "kept" and b.score is not None)
    blocks = told(BUSY, CleanOptions(drop_below=0.1, recover_above=scores[0] + 1e-9)).blocks

    assert "kept:neighbour" in {b.fate for b in blocks}


def test_a_body_from_json_ld_is_told_apart_from_the_pages_own_blocks() -> None:
    body = " ".join(PARAGRAPHS) * 2
    data = json.dumps({"@type": "NewsArticle", "headline": TITLE, "articleBody": body})
    given = page(
        f"<h1>{TITLE}</h1><p>{PARAGRAPHS[0][:90]}</p>",
        head=f'<script type="application/ld+json">{data}</script>',
    )
    blocks = told(given).blocks

    assert "replaced" in {b.fate for b in blocks}
    elsewhere = [b for b in blocks if b.fate == "kept:elsewhere"]
    article = cleaned(Page(url="https://crier.example/a", html=given.encode()))
    assert "\n".join(b.text for b in elsewhere) == article.text
    assert {b.score for b in elsewhere} == {None}


def test_each_line_of_a_text_without_markup_is_explained() -> None:
    given = Page(url="note.txt", text=FLAT)
    article, blocks = cleaned(given), explain(given).blocks

    assert [b.text for b in blocks] == FLAT.split("\n\n")
    assert [b.text for b in blocks if b.kind == "title"] == [article.title]
    assert [(b.kind, b.text) for b in blocks if b.fate == "kept"][1:] == [
        (p.kind, p.text) for p in article.paragraphs
    ]
    assert {b.fate for b in blocks} >= {"timestamp", "share-bar", "related"}
    gone = sum(len(b.text) for b in blocks if b.fate != "kept")
    assert gone == sum(r.characters for r in article.removed)


@pytest.mark.parametrize("name", ["page.html", "page.txt"])
def test_every_fate_that_is_shown_has_its_sentence(name: str) -> None:
    given = Page(url=name, text=FLAT) if name.endswith("txt") else Page(url=name, html=BUSY.encode())

    assert {b.fate for b in explain(given).blocks} <= {name for name, _ in (*RULES, *STAYS)}


def test_show_prints_a_line_a_block_and_the_whole_text_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "page.html"
    file.write_text(BUSY.replace("Share on", "Share\x07 on"), encoding="utf-8")
    blocks = told(BUSY).blocks

    assert run(["show", str(file), "--blocks"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.startswith("drop-below 0.")
    assert [line.split()[1] for line in lines] == [b.fate for b in blocks]
    assert all(line.isprintable() for line in lines)

    assert run(["show", str(file), "--blocks", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert [b["fate"] for b in record["blocks"]] == [b.fate for b in blocks]
    assert PARAGRAPHS[0] in {b["text"] for b in record["blocks"]}
    assert record["title"] == TITLE


def test_blocks_of_a_page_that_is_no_article_are_shown_below_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "page.html"
    file.write_text(
        "<html><body><nav><p>News of the town and of its harbour</p></nav></body></html>", encoding="utf-8"
    )

    assert run(["show", str(file), "--blocks"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("no article: ")
    assert "News of the town" in out


def test_blocks_of_an_address_are_wrong_use_that_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "https://crier.example/a", "--blocks"]) == 2
    assert "save the page" in capsys.readouterr().err
