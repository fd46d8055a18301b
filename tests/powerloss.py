"""A disk that loses power: what a run did to the disk is recorded, and replayed with unsynced parts dropped.

The model is meaner than any file system in use: a file's bytes are certain only after its own fsync, a name
only after its folder's, in any order and each for itself. SQLite is trusted: what it committed with
synchronous=FULL is there, and what it committed before its log was synced; of the rest, in order, any part.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, BinaryIO
from unittest.mock import patch

from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.state.state import STATE_NAME, State

Event = tuple[Any, ...]
FOLDER = -1  # in the place of a file's number


@contextlib.contextmanager
def recording(events: list[Event]) -> Iterator[None]:
    """Record what is done to the disk, in order."""

    def noted(name: str) -> Callable[..., None]:
        original = getattr(durable, name)

        def call(*args: Any) -> None:
            original(*args)
            events.append((name, *args))

        return call

    create, transaction = durable.create, State.transaction

    @contextlib.contextmanager
    def noted_create(path: Path) -> Iterator[BinaryIO]:
        with create(path) as file:
            yield file
        events.append(("write", path, path.read_bytes()))

    @contextlib.contextmanager
    def noted_transaction(self: State, synced: bool = True) -> Iterator[Any]:
        outermost = self._depth == 0
        with transaction(self, synced) as connection:
            yield connection
        if outermost:
            events.append(("commit" if synced else "commit-unsynced", self.connection.serialize()))

    with contextlib.ExitStack() as stack:
        for name in (
            "_make",
            "_append",
            "_truncate",
            "_write_at",
            "_mkdir",
            "_link",
            "_rename",
            "_unlink",
            "_sync",
        ):
            stack.enter_context(patch.object(durable, name, noted(name)))
        stack.enter_context(patch.object(durable, "create", noted_create))
        stack.enter_context(patch.object(State, "transaction", noted_transaction))
        yield


@dataclass
class Disk:
    """What the program sees, what is certain, and what hangs in between."""

    seen: dict[Path, int] = field(default_factory=dict)  # name -> file
    certain: dict[Path, int] = field(default_factory=dict)
    pending: list[tuple[Path, int | None]] = field(
        default_factory=list
    )  # names not yet synced; None: removed
    bytes_seen: list[bytes] = field(default_factory=list)  # file -> its bytes
    bytes_certain: list[bytes | None] = field(default_factory=list)
    state: bytes | None = None
    states_unsynced: list[bytes] = field(default_factory=list)  # that came after it

    def do(self, event: Event) -> None:
        """Apply one recorded event."""
        name, *rest = event
        if name == "commit":
            self.state, self.states_unsynced = rest[0], []
        elif name == "commit-unsynced":
            self.states_unsynced.append(rest[0])
        elif name == "write":
            self.bytes_seen.append(rest[1])
            self.bytes_certain.append(None)
            self._name(rest[0], len(self.bytes_seen) - 1)
        elif name in ("_make", "_append", "_truncate", "_write_at"):
            self._change(name, *rest)
        elif name == "_sync":
            self._sync(rest[0])
        elif name == "_mkdir":
            self._name(rest[0], FOLDER)
        elif name == "_link":
            self._name(rest[1], self.seen[rest[0]])
        elif name == "_rename":
            self._name(rest[1], self.seen[rest[0]])
            self._name(rest[0], None)
        elif name == "_unlink":
            self._name(rest[0], None)

    def _change(self, name: str, path: Path, where: int = 0, content: bytes = b"") -> None:
        if name == "_make":
            self.bytes_seen.append(b"")
            self.bytes_certain.append(b"")
            self._name(path, len(self.bytes_seen) - 1)
        file = self.seen[path]
        seen = self.bytes_seen[file]
        if name == "_append":
            seen += content
        elif name == "_truncate":
            seen = seen[:where]
        else:
            seen = seen[:where] + content + seen[where + len(content) :]
        self.bytes_seen[file] = seen

    def _name(self, path: Path, file: int | None) -> None:
        self.pending.append((path, file))
        _put(self.seen, path, file)

    def _sync(self, path: Path) -> None:
        if path.name == f"{STATE_NAME}-wal":
            self.state, self.states_unsynced = [self.state, *self.states_unsynced][-1], []
            return
        file = self.seen.get(path, FOLDER)
        if file != FOLDER:
            self.bytes_certain[file] = self.bytes_seen[file]
            return
        for name, what in [p for p in self.pending if p[0].parent == path]:
            _put(self.certain, name, what)
        self.pending = [p for p in self.pending if p[0].parent != path]

    def lose_power(self, chance: Random, root: Path, target: Path) -> None:
        """Write to target what is left of root: of what was not synced, any part."""
        names = dict(self.certain)
        for name, file in self.pending:
            if chance.random() < 0.5:
                _put(names, name, file)
        folders = {root} | {name for name, file in names.items() if file == FOLDER}
        target.mkdir()
        for name in sorted(names):
            if name == root or not set(name.parents) & {root} or not _reached(name, root, folders):
                continue
            place = target / name.relative_to(root)
            if names[name] == FOLDER:
                place.mkdir()
            else:
                place.write_bytes(self._left(names[name], chance))
        if self.state is not None:
            state = chance.choice([self.state, *self.states_unsynced])
            (target / STATE_NAME).write_bytes(state)

    def _left(self, file: int, chance: Random) -> bytes:
        certain, seen = self.bytes_certain[file], self.bytes_seen[file]
        if (
            certain is not None and seen.startswith(certain) and seen != certain
        ):  # a log: of its new end, any part
            more = seen[len(certain) :]
            ends = (
                b"",
                more[: len(more) // 2],
                b"\0" * len(more),
                b"\0" * (len(more) // 2) + more[len(more) // 2 :],
                more,
            )
            return certain + chance.choice(ends)
        if certain is not None:
            return certain
        return chance.choice([b"", seen[: len(seen) // 2], b"\0" * len(seen), seen])


def _put(names: dict[Path, int], path: Path, file: int | None) -> None:
    if file is None:
        names.pop(path, None)
    else:
        names[path] = file


def _reached(name: Path, root: Path, folders: set[Path]) -> bool:
    between = [folder for folder in name.parents if root in folder.parents]
    return all(folder in folders for folder in between)
