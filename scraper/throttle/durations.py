"""Lengths of time as people write them in robots.txt and in headers: `5`, `0.5`, `,5`, `+5`, `5s`, `5 sec.`, `2 min`."""

import re

LONGEST = 86_400.0  # seconds; whoever writes more means "never", and each caller caps it further
_DIGITS = 9  # of a number's whole part that are worth reading: more is LONGEST, whatever the unit
_SAID = re.compile(
    r"[\s\"'=:~]*\+?"
    r"(?:([0-9]+)(?:[.,]([0-9]*))?|[.,]([0-9]+))"
    r"\s*([a-z]*)(?![a-z0-9])",  # 0x10 and 1e3 are no lengths of time
    re.IGNORECASE,
)
_UNITS = {
    "ms": 0.001, "msec": 0.001, "millis": 0.001, "milliseconds": 0.001,
    "m": 60.0, "min": 60.0, "mins": 60.0, "minute": 60.0, "minutes": 60.0,
    "h": 3600.0, "hr": 3600.0, "hrs": 3600.0, "hour": 3600.0, "hours": 3600.0,
    "d": 86_400.0, "day": 86_400.0, "days": 86_400.0,
}  # fmt: skip


def seconds_said(text: str) -> float | None:
    """Return the seconds that a text begins with, at most a day; None where it begins with no number.

    A word that is no unit, in whatever language, says seconds. A comma is a decimal one. Less than nothing,
    infinity and "nan" are no length of time.
    """
    found = _SAID.match(text[:200])  # longer is no number that anybody wrote by hand
    if found is None:
        return None
    whole, part, bare, unit = found.groups()
    if len((whole or "").lstrip("0")) > _DIGITS:
        return LONGEST
    number = float(f"{whole or 0}.{(part or bare or '0')[:_DIGITS]}")
    return min(LONGEST, number * _UNITS.get(unit.lower(), 1.0))
