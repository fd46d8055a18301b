"""Units on this machine: their pages go through the sandbox one by one, so that all cores work on one large file too."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator

from columnist.pipelines.batch.clean_batches import clean_pages
from columnist.pipelines.batch.cleaned import Cleaned
from columnist.pipelines.batch.sandbox.pool import Sandbox
from columnist.pipelines.batch.sources.open import Inputs, open_source
from columnist.pipelines.batch.units.unit import Ended, Job, Unit, identity_of
from columnist.pipelines.records.article import Page, Reject


def clean_units(units: Iterable[Unit], job: Job, sandbox: Sandbox) -> Iterator[Cleaned | Ended]:
    """Clean the pages of each unit, in order; after the last of a unit comes its end."""
    ends: deque[tuple[int, Ended]] = deque()  # with the number of pages that come before it
    handed = 0

    def pages() -> Iterator[Page | Reject]:
        nonlocal handed
        for unit in units:
            told, passed = list[str](), Counter[str]()
            for page in open_source(Inputs((unit.piece,)), job.reading(told.append, passed.update)):
                handed += 1
                yield page
            same = identity_of(unit.piece, job) == unit.identity
            words = tuple(f"an input cannot be read whole: {words}" for words in told)
            ends.append((handed, Ended(unit, words, same, passed=tuple(sorted(passed.items())))))

    for done, cleaned in enumerate(clean_pages(pages(), sandbox, job.clean)):
        while ends and ends[0][0] <= done:
            yield ends.popleft()[1]
        yield cleaned
    yield from (end for _, end in ends)
