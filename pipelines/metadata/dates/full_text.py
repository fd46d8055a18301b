"""The day that htmldate finds, for articles of which no other source names one."""

from typing import Any

from columnist.pipelines.document.parse import html_copy
from columnist.pipelines.document.read import Document
from columnist.pipelines.metadata.dates.parse import read_time
from columnist.pipelines.metadata.record import Metadata, as_dates
from columnist.pipelines.metadata.sources.asides import is_embed_box


def read_full_text(document: Document) -> Metadata:
    """Ask htmldate; of 26 pages on which no other source found a day, it found the right one on 16."""
    from htmldate import find_date  # .1 s, for few pages

    copy = html_copy(document.tree)
    for part in [each for each in copy.iter() if is_embed_box(each) or _is_read(each)]:
        if part.getparent() is not None:
            part.drop_tree()
    found = find_date(
        copy,
        original_date=True,
        extensive_search=False,  # of 23 dates that the full-text search found, 8 were right
        max_date=document.page.fetched_at.date().isoformat(),
        deferred_url_extractor=True,
    )
    moment = read_time(found, document.page.fetched_at) if found else None
    return as_dates(moment if moment and moment.at else None)


def _is_read(element: Any) -> bool:
    """Say whether the element is data that were read before: what they say of this page is known."""
    return element.tag == "script" and "ld+json" in (element.get("type") or "")
