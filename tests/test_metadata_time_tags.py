"""A <time> whose attribute a program wrote otherwise than in ISO still names the moment."""

from datetime import UTC, datetime

import pytest

from columnist.pipelines.document.read import read_document
from columnist.pipelines.metadata.read import read_metadata
from columnist.pipelines.records.article import Page


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Tue, 09 Mar 2021 13:20:00 GMT", "Tuesday"),
        ("Tue Mar 09 2021 14:20:00 GMT+0100 (Central European Standard Time)", "9 March"),
        ("Tue Mar 09 2021 13:20:00 GMT+0000 (UTC)", "9 Mar 2021"),
    ],
)
def test_a_programs_date_in_words_counts(written: str, shown: str) -> None:
    html = f'<h1>The ferry sails again</h1><time datetime="{written}">{shown}</time><p>It sails again.</p>'
    page = Page(url="https://news.example/a", html=html.encode(), fetched_at=datetime(2026, 6, 1, tzinfo=UTC))

    assert read_metadata(read_document(page)).published_at == datetime(2021, 3, 9, 13, 20, tzinfo=UTC)
