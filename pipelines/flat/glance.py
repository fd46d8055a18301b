"""A glance at a line's first words: can a look at the whole of it find a label? It takes a tenth of the look."""

from functools import cache
from itertools import islice

from pipelines.flat.chrome import in_some_label, whole_labels
from pipelines.flat.lines import words_of
from pipelines.language.lexicon import vocabulary

_TOPIC = 41  # signs: a label before a colon ("Tags: one, two") is shorter


def may_be_label(text: str) -> bool:
    """Tell whether a line's words may be a label's: all of them would be, so the first one would."""
    if ":" in text[:_TOPIC] or "：" in text[:_TOPIC] or may_call(text):
        return True
    first = next((word for word in words_of(text) if not word.isdigit()), None)
    return first is not None and (in_some_label(first) or first in _beginnings())


def may_call(text: str) -> bool:
    """Tell whether a line may be a call to the reader: one of its first two words would be the call."""
    return any(map(vocabulary("calls", "openers").has, islice(words_of(text), 2)))


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(words[0] for words in whole_labels())
