"""Lists that people keep in text files: an address or a name a line, with comments."""

import re

# A fragment has no white space before its "#", and no address holds any: https://a.example/#top  # why
_COMMENT = re.compile(r"(?:^|\s)#.*")


def entries(text: str) -> list[str]:
    """Return what the lines of a list say, without comments and empty lines."""
    return [said for line in text.splitlines() if (said := without_comment(line))]


def without_comment(line: str) -> str:
    """Return what a line says before its comment; nothing where it is all comment."""
    return _COMMENT.sub("", line).strip()
