"""What feeds and sitemaps said about the page before it was fetched."""

from columnist.pipelines.document.read import Document
from columnist.pipelines.metadata.dates.parse import read_time
from columnist.pipelines.metadata.record import Metadata
from columnist.pipelines.metadata.sources.values import to_text


def read_hints(document: Document) -> Metadata:
    """Merge the hints in their order; found_by names the kind of hint that gave each field."""
    fields: dict[str, object] = {}
    found_by: dict[str, str] = {}
    for hint in document.page.hints:
        moment = read_time(hint.published, document.page.fetched_at) if hint.published else None
        said: dict[str, object] = {
            "title": to_text(hint.title),
            "description": to_text(hint.description),
            "declared_language": hint.language,
            "authors": tuple(name for author in hint.authors if (name := to_text(author))),
        }
        # A plain sitemap's date is that of the last change, whatever the change was.
        if moment and moment.at and hint.source != "sitemap":
            said |= {
                "published_at": moment.at,
                "published_raw": moment.raw,
                "published_precision": moment.precision,
                "published_offset": moment.offset,
            }
        for name, value in said.items():
            if value not in (None, "", ()) and name not in fields:  # an offset of 0 is one
                fields[name] = value
                found_by[name] = hint.source
    return Metadata(**fields, found_by=found_by)  # type: ignore[arg-type]
