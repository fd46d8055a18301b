"""Files that this state did not write, or that are not as it wrote them: taken as they lie there, or set aside.

Whoever wrote it, a file that reads well belongs to the dataset's readers and stays. Set aside is only what cannot be
read, and what has the very length that a manifest names and other bytes: no hand leaves that, bytes gone bad do.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from columnist.pipelines.dataset.files.locations import Output, is_named_by_a_run
from columnist.pipelines.dataset.files.open_file import CannotRead, File, opened, reads_well, writer_of
from columnist.pipelines.dataset.files.stored import StoredFile
from columnist.pipelines.dataset.runs.manifests import Manifest, Recorded, Vouchers
from columnist.pipelines.dataset.state.rows import KINDS, Kind
from columnist.pipelines.dataset.state.state import State
from columnist.pipelines.dataset.upkeep.repair.losses import note_fewer, note_gone, retire
from columnist.pipelines.dataset.writers.at_work import states_at_work
from columnist.pipelines.dataset.writers.enter_file import Origin, enter_file, enter_stranger
from columnist.pipelines.dataset.writers.follow_forgotten import Rewrites, follow
from columnist.pipelines.dataset.writers.overlap import OpenRows

What = Literal["vouched", "found", "stranger", "same", "edited", "broken"]


@dataclass(frozen=True, slots=True)
class Admitted:
    """What a file proved to be, and how many rows of ours are in it."""

    what: What
    rows: int = 0


class Admission:
    """Looks at the files of one dataset for one state."""

    def __init__(self, state: State, output: Output, manifests: Mapping[str, Manifest] | None = None) -> None:
        self._state = state
        self._output = output
        self._vouchers = Vouchers(output, manifests or {})
        self._waiting = OpenRows(state)
        self.rewrites = Rewrites(output)

    def admit(self, found: StoredFile) -> Admitted:
        """Make known a file that the state does not know; broken ones are left to the caller."""
        recorded = self._vouchers.recorded(found.name)
        try:
            with opened(self._output, kind_of(found.name), found) as file:
                return self._note_fewer(file, self._enter(file, recorded))
        except (CannotRead, FileNotFoundError, IsADirectoryError):  # the latter two: a link to nowhere
            if recorded is not None or is_named_by_a_run(found.name):
                return Admitted("broken")
        return self._leave(found)

    def look_again(self, found: StoredFile) -> Admitted:
        """Look at a committed file whose size or time has changed, and make its rows known as they are now."""
        part, sha256, size, origin = self._state.connection.execute(
            "SELECT id, sha256, size, origin FROM part WHERE name = ?", (found.name,)
        ).fetchone()
        try:
            with opened(self._output, kind_of(found.name), found) as file:
                if file.sha256 == sha256:  # a copied folder: the same bytes with new times
                    with self._state.transaction(synced=False) as connection:
                        connection.execute(
                            "UPDATE part SET modified = ? WHERE id = ?", (found.modified, part)
                        )
                    return Admitted("same")
                now = self.rewrites.vouch(found.name, file.sha256)
                if now is not None and follow(self._state, self._output, found.name, now):
                    return Admitted("same")
                if origin != "stranger":
                    _refuse_gone_bad(file, Recorded(0, sha256, size))
                reads_well(file)
                note_gone(self._state, part)
                retire(
                    self._state, part
                )  # should we die here, the next start finds a file that it does not know
                self._note_fewer(file, self._enter(file, None))
                return Admitted("edited")
        except (CannotRead, FileNotFoundError, IsADirectoryError):
            if origin != "stranger":
                return Admitted("broken")
        retire(self._state, part)
        return self._leave(found)

    def _leave(self, found: StoredFile) -> Admitted:
        """Leave what cannot be read and is not ours where it lies: perhaps somebody is still writing it."""
        with (
            contextlib.suppress(FileNotFoundError, IsADirectoryError),
            opened(self._output, kind_of(found.name), found) as file,
        ):
            enter_stranger(self._state, file)
        return Admitted("stranger")

    def _note_fewer(self, file: File, admitted: Admitted) -> Admitted:
        note_fewer(self._state, file.found.name, admitted.rows)
        return admitted

    def _enter(self, file: File, recorded: Recorded | None) -> Admitted:
        recorded = self.rewrites.vouch(file.found.name, file.sha256) or recorded
        _refuse_gone_bad(file, recorded)
        whole = recorded is None or recorded.sha256 != file.sha256
        vouched = not whole or (recorded is None and self.is_of_a_running_state(file))
        origin: Origin = "vouched" if vouched else "found"
        rows = enter_file(self._state, file, origin, self._waiting, whole)
        if rows is not None:
            return Admitted(origin, rows)
        reads_well(file)
        enter_stranger(self._state, file)
        return Admitted("stranger")

    def is_of_a_running_state(self, file: File) -> bool:
        """Say whether another state that writes here made this file: its manifest comes when its run ends."""
        writer = writer_of(file)
        if writer in ("", self._state.id):
            return False
        return writer in self._vouchers.states() or writer in states_at_work(self._output)


def is_readable(output: Output, found: StoredFile) -> bool:
    """Say whether readers can read a file, whatever it holds."""
    try:
        with opened(output, kind_of(found.name), found) as file:
            reads_well(file)
    except (CannotRead, FileNotFoundError, IsADirectoryError):
        return False
    return True


def kind_of(name: str) -> Kind:
    """Return which rows a file of the dataset should hold."""
    return next(kind for kind in KINDS if name.startswith(f"{kind}/"))


def _refuse_gone_bad(file: File, recorded: Recorded | None) -> None:
    if recorded is not None and recorded.size == file.found.size and recorded.sha256 != file.sha256:
        raise CannotRead("its bytes do not have the checksum that was recorded")
