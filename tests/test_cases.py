"""Whole pages through `clean`: tests/cases/<host>/<slug>.html beside the .json that says what must come out.

One test per case and field. To add a case, write a page of an invented publisher that shows one trap, and beside
it a JSON object with the page's `url` and whatever should be asked:

    "must": [...]       phrases that the text holds
    "must_not": [...]   phrases that it does not hold: captions, bylines, related headlines, sign-ups
    "reject": "..."     the reason, if the page is no article
    "title": "..."      or any other column of the article, as JSON would hold it; times in ISO 8601, UTC
    "headers", "fetched_at"   how the page was served and when, if that matters
    "not_yet": {...}    phrases that cleaning still gets wrong; they move up with the fix

No code is needed. Compare columns that matter to the case only: each is one test.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from columnist.pipelines.clean import clean
from columnist.pipelines.records.article import Article, Page, Reject

CASES = Path(__file__).parent / "cases"
FETCHED = datetime(2024, 6, 1, 12, tzinfo=UTC)
# Keys that say how the page is read, or what is wrong still; all others are asked.
INPUTS = ("url", "headers", "fetched_at", "not_yet")


@cache
def expected_of(path: Path) -> dict[str, Any]:
    return json.loads(path.with_suffix(".json").read_text("utf-8"))  # type: ignore[no-any-return]


@cache
def cleaned(path: Path) -> Article | Reject:
    case = expected_of(path)
    fetched = datetime.fromisoformat(case["fetched_at"]) if "fetched_at" in case else FETCHED
    return clean(
        Page(
            url=case["url"],
            html=path.read_bytes(),
            headers=case.get("headers", {}),
            http_status=200,
            fetched_at=fetched,
        )
    )


PAGES = sorted(path for path in CASES.glob("*/*.html") if path.with_suffix(".json").exists())
ASKED = [(path, field) for path in PAGES for field in expected_of(path) if field not in INPUTS]


@pytest.mark.parametrize(
    ("path", "field"), ASKED, ids=[f"{p.parent.name}/{p.stem}-{field}" for p, field in ASKED]
)
def test_a_page_comes_out_as_its_case_says(path: Path, field: str) -> None:
    expected, result = expected_of(path)[field], cleaned(path)
    if field == "reject":
        assert isinstance(result, Reject)
        assert expected == result.reason
        return

    assert isinstance(result, Article), result
    if field == "must":
        assert [phrase for phrase in expected if phrase not in result.text] == []
    elif field == "must_not":
        assert [phrase for phrase in expected if phrase in result.text] == []
    else:
        assert expected == plain(getattr(result, field))


def plain(value: object) -> object:
    """Return a column's value as JSON would hold it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def test_every_page_of_a_case_has_its_expectation() -> None:
    assert [path.name for path in CASES.glob("*/*.html") if not path.with_suffix(".json").exists()] == []
