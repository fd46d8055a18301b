"""The tables of the benchmarks: our own row is there, no fault of ours passes for an empty text, folds are dealt alike."""

from __future__ import annotations

import pytest

from columnist.pipelines.records.article import Page
from tests.benchmarks import compare
from tests.benchmarks.each_set import damage
from tests.benchmarks.folds import FOLDS, domain_of, part_of
from tests.test_body import PARAGRAPHS

PAGE = f"<html><body><article>{''.join(f'<p>{text}</p>' for text in PARAGRAPHS)}</article></body></html>"


def test_our_own_row_is_in_every_table() -> None:
    own = compare.extractors()[compare.OWN]

    assert PARAGRAPHS[0] in own(PAGE.encode(), "https://courier.example/a-bridge")


def test_peers_that_are_not_installed_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(compare, "PEERS", {"nobody": ("no_such_package", compare.lxml_parse)})

    assert list(compare.extractors()) == [compare.OWN, "trafilatura", compare.FLOOR]
    assert "nobody" in capsys.readouterr().out


def test_a_fault_of_ours_ends_the_run_and_a_peers_is_an_empty_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def fall_over(page: Page) -> None:
        raise ValueError(page.url)

    def peer(html: bytes, url: str) -> str:
        raise ValueError(url)

    monkeypatch.setattr(compare, "clean", fall_over)
    row = {"html": PAGE.encode(), "url": "https://courier.example/"}

    assert compare._run(peer, row)[0] == ""
    with pytest.raises(ValueError, match="courier"):
        compare._run(compare.columnist, row)


def test_a_page_is_damaged_that_loses_a_tenth_or_has_a_tenth_that_is_foreign() -> None:
    pages = [
        {"precision": [1.0], "recall": [0.95]},
        {"precision": [1.0], "recall": [0.85]},
        {"precision": [0.85], "recall": [0.85]},
        {"precision": [], "recall": [0.0]},
        {"with": [1.0]},  # no gold text: judged by its snippets alone
    ]

    assert damage(pages) == {"lost": 0.75, "foreign": 0.25, "damaged": 0.75}


def test_a_page_without_an_address_is_a_site_of_its_own() -> None:
    rows = [{"id": name, "url": None} for name in ("a", "b")]

    assert domain_of(rows[0]) != domain_of(rows[1])
    assert domain_of({"id": "a", "url": "https://www.example.com/x"}) == "example.com"
    assert 0 <= part_of("courier.example", FOLDS) < FOLDS
