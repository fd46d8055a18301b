"""The header lines of an answer -> one value for each name, whoever read them: the crawl, a table or an archive."""

from collections.abc import Iterable


def joined_headers(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return headers by their names in lower case, repeated ones joined as HTTP joins them: by commas.

    Lines of X-Robots-Tag stay lines, for a robot's name in one holds to its end.
    """
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name.lower(), []).append(value)
    return {name: ("\n" if name == "x-robots-tag" else ", ").join(lines) for name, lines in found.items()}
