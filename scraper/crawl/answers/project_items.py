"""Articles handed over to a project's item pipelines, each as a dict, after its row is in the outbox."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from columnist.pipelines.dataset.state.rows import KINDS, Row, Staged, unpack
from columnist.pipelines.records.arrow_schema import batch_from_bytes
from columnist.pipelines.records.entries import as_maps

YIELD_ITEMS = "COLUMNIST_YIELD_ITEMS"  # Scrapy setting: whether articles are also yielded as items

# Items that wait, here and in the pipelines each: enough to keep them busy, few enough to hold (100 KB an item).
_MOST = 100
_SECONDS_TO_LOOK = 0.05  # Scrapy tells nobody when a pipeline is through

Item = dict[str, Any]


class Handover:
    """Items on their way from the crawl to Scrapy's loop; a slow pipeline slows the crawl down."""

    def __init__(self) -> None:
        self._items: asyncio.Queue[Item | None] = asyncio.Queue()
        self._room = asyncio.Event()
        self._room.set()

    def take(self, row: Row, staged: Staged) -> None:
        """Queue an article that was staged as new or changed: the very row that the dataset gets."""
        batch = batch_from_bytes(unpack(row.payload, row.size), KINDS["articles"])
        item: Item = batch.to_pylist()[0]
        item |= {"id": staged.id, "revision": staged.revision, "change_kind": staged.change_kind}
        if row.place is not None:
            item |= {"archive_file": row.place.file, "archive_offset": row.place.offset}
        self._items.put_nowait(as_maps(item))
        if self._items.qsize() >= _MOST:
            self._room.clear()

    async def room(self) -> None:
        """Return once the pipelines have caught up."""
        await self._room.wait()

    def close(self) -> None:
        """Note that no more will come."""
        self._items.put_nowait(None)

    async def until_closed(self, busy: Callable[[], int]) -> AsyncIterator[Item]:
        """Yield the items as they come until the crawl is over; `busy` says how many the pipelines hold."""
        while (item := await self._items.get()) is not None:
            while busy() >= _MOST:
                await asyncio.sleep(_SECONDS_TO_LOOK)
            if self._items.qsize() < _MOST:
                self._room.set()
            yield item
