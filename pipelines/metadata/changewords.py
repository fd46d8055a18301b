"""What stands before the day of a change, in the languages of the news: on pages and in flattened text."""

from __future__ import annotations

import re

from pipelines.language.lexicon import either

__all__ = ["CHANGED"]

CHANGED = re.compile(either("dates", "changed"), re.IGNORECASE)
