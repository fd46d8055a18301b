"""The quality floor of the body on the shared corpora, and the law that training is reproducible."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from columnist.pipelines.content.blocks.blocks import read_blocks
from columnist.pipelines.content.extract import extract_body
from columnist.pipelines.content.model.block_table import read_columns
from columnist.pipelines.content.model.features import COLUMNS, block_features
from columnist.pipelines.content.model.network import Model, load_model, read_model, write_model
from columnist.pipelines.content.model.page_hints import Clues
from columnist.pipelines.document.read import read_document
from columnist.pipelines.metadata.read import read_metadata
from columnist.pipelines.records.article import Page
from columnist.pipelines.records.options import CleanOptions
from tests.benchmarks.labels import align, snippet_labels
from tests.benchmarks.samples import Sample
from tests.benchmarks.scores import load_scorer, page_figures, summarise
from tests.test_body import MENU, PARAGRAPHS, RELATED

Fit = Callable[..., Model]

CORPUS = Path(os.environ.get("COLUMNIST_CORPUS", Path(__file__).parents[2] / "shared" / "corpus"))

# Floors on every fifth page, below what the shipped weights reach on these pages (they were trained on them:
# MODEL.md has the figures on unseen sites). A floor may rise; lowering one takes a sentence in the commit.
FLOORS = {
    "fundus_pub_dev": {"rougeLsum": 0.975, "shingleF1": 0.975, "exact": 0.53},
    "n4k_eval_dev": {"shingleF1": 0.967, "exact": 0.3},
    "wcxb_dev": {"wordF1": 0.978, "shingleF1": 0.971, "exact": 0.25},
    "waddle_dev": {"shingleF1": 0.943, "exact": 0.44},
    "dragnet_dev": {"shingleF1": 0.964, "exact": 0.32},
}


@pytest.mark.slow
@pytest.mark.skipif(not CORPUS.exists(), reason=f"no shared corpora in {CORPUS}; set COLUMNIST_CORPUS")
@pytest.mark.parametrize("name", FLOORS)
def test_the_body_is_at_least_this_good(name: str) -> None:
    scorer = load_scorer(CORPUS)
    rows = pq.read_table(CORPUS / f"{name}.parquet").to_pylist()[::5]
    figures = summarise(
        scorer, [page_figures(scorer, _text(row), row, rouge=name.startswith("fundus")) for row in rows]
    )

    assert {key: figures[key] >= floor for key, floor in FLOORS[name].items()} == dict.fromkeys(
        FLOORS[name], True
    )


def _text(row: dict[str, object]) -> str:
    document = read_document(Page(url=str(row["url"]), html=bytes(row["html"])))  # type: ignore[arg-type]
    body = extract_body(document, read_metadata(document), CleanOptions())
    return "\n".join(paragraph.text for paragraph in body.paragraphs)


def samples() -> list[Sample]:
    """Make a corpus of twelve tiny sites, two of them without gold."""
    out = []
    for number in range(12):
        html = (
            f"<html><body><nav>{MENU}</nav><div class='text s{number}'>"
            + "".join(f"<p>{text}</p>" for text in PARAGRAPHS[: 2 + number % 4])
            + f"</div><ul class='more'>{RELATED}</ul></body></html>"
        )
        document = read_document(Page(url=f"https://site{number}.example/", html=html.encode()))
        blocks = read_blocks(document.tree)
        texts = [block.text for block in blocks.items]
        gold = None if number > 9 else "\n".join(PARAGRAPHS[: 2 + number % 4])
        out.append(
            Sample(
                "made", str(number), f"site{number}.example", "en", gold, PARAGRAPHS[:1], (), blocks, Clues(),
                [len(text.split()) for text in texts], align(texts, gold) if gold else [],
                snippet_labels(texts, PARAGRAPHS[:1], ()),
            )
        )  # fmt: skip
    return out


@pytest.fixture
def fit() -> Fit:
    """The training, where torch is installed (the extra `train`): the product itself needs none."""
    pytest.importorskip("torch")
    from tests.benchmarks.train_body import fit as train

    return train


def test_training_twice_gives_the_same_weights(fit: Fit) -> None:
    files = []
    for _ in range(2):
        file = io.BytesIO()
        write_model(file, fit(samples(), version="test"))
        files.append(file.getvalue())

    assert files[0] == files[1]


def test_a_model_trained_on_a_made_corpus_tells_text_from_menu(fit: Fit) -> None:
    model = fit(samples(), version="test")
    sample = samples()[0]
    columns = read_columns(sample.blocks)
    scores = model.score(columns, block_features(columns, sample.clues, model.vocabulary))
    labels = np.array(sample.labels)

    assert scores[labels > 0.5].min() > scores[labels < 0.5].max()


def test_a_model_survives_its_file() -> None:
    file = io.BytesIO()
    write_model(file, load_model())
    file.seek(0)
    columns = read_columns(samples()[0].blocks)
    rows = np.random.default_rng(0).random((len(columns.texts), len(COLUMNS)), dtype=np.float32)

    assert np.array_equal(read_model(file).score(columns, rows), load_model().score(columns, rows))
    for network in load_model().networks:
        assert network["in"].shape[0] == len(network["mean"]) == len(COLUMNS)


def test_the_weights_stay_small() -> None:
    file = io.BytesIO()
    write_model(file, load_model())

    assert len(file.getvalue()) < 1_000_000  # bytes: the limit set; three networks are 686 KB


def test_labels_follow_the_gold_in_order_and_count_it_once() -> None:
    texts = ["A headline of the day", *PARAGRAPHS[:2], "A headline of the day", "Read more", PARAGRAPHS[2]]
    gold = "\n".join([PARAGRAPHS[0], PARAGRAPHS[1], "A headline of the day", PARAGRAPHS[2]])

    assert align(texts, gold) == [0.0, 1.0, 1.0, 1.0, 0.0, 1.0]


def test_a_block_that_the_gold_holds_in_part_gets_that_share() -> None:
    text = f"{PARAGRAPHS[0]} Follow us on all channels and never miss what the council does next."
    share = align([text], PARAGRAPHS[0])[0]

    assert 0.5 < share < 0.7
