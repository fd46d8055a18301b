"""Raw pages on their way into the archive: one write and one sync in a thread serve all who wait for it."""

from collections import deque
from dataclasses import dataclass

from columnist.pipelines.dataset.archive.write import Archive, Place
from columnist.scraper.crawl.answers.fsync_batches import Syncs


@dataclass(slots=True)
class _Waiting:
    records: bytes
    place: Place | None = None


class Keeping:
    """Keeps pages' records; a row that points to one is staged only after it."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._waiting: deque[_Waiting] = deque()
        self._syncs = Syncs(self._write)

    async def keep(self, records: bytes) -> Place | None:
        """Return where the records lie, once they are on the disk."""
        mine = _Waiting(records)
        self._waiting.append(mine)
        await self._syncs.synced()
        return mine.place

    def _write(self) -> None:
        some = []
        while self._waiting:
            some.append(self._waiting.popleft())
        # Also for none: an earlier write may have failed with the records of who waits for this one.
        for one, place in zip(some, self._archive.append([one.records for one in some]), strict=True):
            one.place = place
