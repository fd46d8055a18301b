"""A cleaned page's row without its site's own lines: nothing is cleaned twice, for the row holds what they are taken out of."""

from dataclasses import replace
from typing import Any

from columnist.pipelines.batch.cleaned import Cleaned
from columnist.pipelines.dataset.state.revisions import key_of
from columnist.pipelines.dataset.state.rows import Row, pack, unpack
from columnist.pipelines.records.arrow_schema import ARTICLES, batch_from_bytes, batch_to_bytes, to_batch


def without_known_lines(cleaned: Cleaned, lines: frozenset[bytes]) -> Cleaned:
    """Return what cleaning gave, without the lines that are known to be the site's."""
    row = cleaned.row
    if row.seen is None or not lines:
        return cleaned
    has_some = bool(lines & row.seen.may_go())
    row = replace(row, site_lines=lines)
    cut = _without(row, lines) if has_some else None
    if cut is None:
        return replace(cleaned, row=row)
    payload = batch_to_bytes(to_batch([cut], ARTICLES))
    key = replace(key_of(cut), whole=row.key.content)
    return replace(
        cleaned,
        row=replace(row, payload=pack(payload), size=len(payload), key=key),
        word_count=cut["word_count"],
        characters=len(cut["text"]),
        text_share=cut["text_share"],
    )


def _without(row: Row, lines: frozenset[bytes]) -> dict[str, Any] | None:
    # Here: of a crawl's process only this asks for a rule, where a site has lines of its own.
    from columnist.pipelines.content.rules.asides.site_lines import row_without_site_lines

    return row_without_site_lines(_values(row), lines)


def _values(row: Row) -> dict[str, Any]:
    (values,) = batch_from_bytes(unpack(row.payload, row.size), ARTICLES).to_pylist()
    found: dict[str, Any] = values
    return found
