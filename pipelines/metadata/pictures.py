"""Pictures that metadata names: absolute address, caption, credit."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.addresses import absolute
from pipelines.metadata.values import first_text
from pipelines.records import Image

_MOST = 50  # pictures of one article; a gallery has that many


def json_ld_pictures(
    node: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]], base_url: str
) -> tuple[Image, ...]:
    """Return the pictures of a JSON-LD node, once each."""
    found: dict[str, Image] = {}
    for key in ("image", "thumbnailUrl"):
        for image in _pictures(node.get(key), known, base_url):
            found.setdefault(image.url, image)
        if found:
            break
    return tuple(found.values())[:_MOST]


def _pictures(value: object, known: Mapping[str, Mapping[str, Any]], base_url: str) -> Iterator[Image]:
    if isinstance(value, list):
        for each in value[: _MOST * 2]:
            if not isinstance(each, list):
                yield from _pictures(each, known, base_url)
    elif isinstance(value, dict):
        node = known.get(str(value.get("@id")), value) if "url" not in value else value
        address = first_text(node.get("url")) or first_text(node.get("contentUrl"))
        if address and (url := absolute(address, base_url)):
            caption = first_text(node.get("caption")) or first_text(node.get("description"))
            credit = first_text(node.get("creditText")) or first_text(node.get("author"))
            yield Image(url, caption, credit or first_text(node.get("copyrightHolder")))
    elif isinstance(value, str) and (url := absolute(value, base_url)):
        yield Image(url)
