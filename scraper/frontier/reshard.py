"""The states of one number of shards made those of another: `columnist state move`.

A state whose place in the new order is free is renamed; of the others, sites go one by one to the state that owns them
now. While it lasts a file forbids crawls. Killed at any moment, the same call goes on.
"""

import contextlib
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.storage_errors import StorageError
from columnist.pipelines.dataset.open_store import StoreOptions, open_store
from columnist.pipelines.dataset.state.lock import LOCK_NAME, lock_data
from columnist.pipelines.dataset.state.state import STATE_NAME, State, open_state
from columnist.pipelines.sites.shards import Shard
from columnist.scraper.frontier.move_sites import crawled_sites, move_sites
from columnist.scraper.frontier.shard_states import MOVING, home_of_shard, owners, shard_homes, sites_of


class NoStates(Exception):  # noqa: N818  an outcome that the caller reports, exit code 2
    """Nothing to move."""


@dataclass(frozen=True, slots=True)
class Reshard:
    """What is to be moved where."""

    data: str
    folder: Path  # of the shards' states
    to: int
    others: tuple[Path, ...] = ()  # states from elsewhere, which leave their sites here
    command: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move did."""

    states: int = 0  # that were there
    sites: int = 0  # that are known
    moved: int = 0  # that went from the state that crawled them to another
    addresses: int = 0  # of these


def reshard(plan: Reshard) -> Moved:
    """Move sites to the shards that own them now.

    Raises NoStates, DataLocked where a crawl is at work, WrongDataset for a state of another dataset.
    """
    old, new = _old_homes(plan), _new_homes(plan)
    if not old and not (plan.folder / MOVING).exists():
        raise NoStates(
            f"there is no {STATE_NAME} of a crawl in {plan.folder}: name with --state where the shards' states lie"
        )
    with ExitStack() as locks:
        for home in sorted({plan.folder, *shard_homes(plan.folder).values(), *old, *new}):
            locks.enter_context(lock_data(home, plan.command or None))
        durable.replace_file(plan.folder / MOVING, json.dumps({"to": plan.to}).encode())
        for home in old:
            _finish_rows(plan, home)
        kept = _rename(plan, new)
        moved = _move_all(sorted({*_old_homes(plan), *kept}), new)
        for home in _old_homes(plan):
            if home not in (plan.folder, *new):
                durable.remove(home / STATE_NAME)  # its sites are gone, its rows in the dataset
        durable.remove(plan.folder / MOVING)
        durable.sync_folder(plan.folder)
        _clear_away(plan, new)
    return Moved(len(old), *moved)


def _old_homes(plan: Reshard) -> list[Path]:
    """Return the folders that have a state."""
    homes = [plan.folder, *shard_homes(plan.folder).values(), *plan.others]
    for home in plan.others:
        if not (home / STATE_NAME).exists() and not (plan.folder / MOVING).exists():
            raise NoStates(f"there is no {STATE_NAME} in {home}")
    return [home for home in dict.fromkeys(homes) if (home / STATE_NAME).exists()]


def _new_homes(plan: Reshard) -> list[Path]:
    return [home_of_shard(plan.folder, Shard(n, plan.to)) for n in range(1, plan.to + 1)]


def _finish_rows(plan: Reshard, home: Path) -> None:
    """Bring what a dead run left to its end: rows in no file yet would else be nobody's."""
    options = StoreOptions(state_folder=home, command=plan.command, locked=True)
    with open_store(plan.data, options) as store:
        store.finish()


def _rename(plan: Reshard, new: Sequence[Path]) -> list[Path]:
    """Give the states of shards their places in the new order, where these are free; return those that have a state."""
    for shard, home in shard_homes(plan.folder).items():
        if home in new or shard.index > len(new) or not (home / STATE_NAME).exists():
            continue
        place = new[shard.index - 1]
        if not (place / STATE_NAME).exists():
            _join_log(home)
            durable.overwrite(home / STATE_NAME, place / STATE_NAME)
            durable.sync_folder(home)
    return [home for home in new if (home / STATE_NAME).exists()]


def _join_log(home: Path) -> None:
    """Take all of a state into its one file; a person who reads it may have kept its log from going."""
    with closing(open_state(home / STATE_NAME)) as state:
        busy = state.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise StorageError(
            "The state database is open in another program",
            str(home / STATE_NAME),
            "Close it, and run again.",
        )


def _move_all(homes: Sequence[Path], new: Sequence[Path]) -> tuple[int, int, int]:
    """Move each site that lies elsewhere than with its owner; return sites known, sites moved and their addresses."""
    with ExitStack() as stack:
        states = {home: stack.enter_context(closing(open_state(home / STATE_NAME))) for home in homes}
        owned = owners([*states.values()], len(new))
        moved, addresses = 0, 0
        for home, old in states.items():
            census, crawled = old.census(), crawled_sites(old)
            for target, sites in _leaving(old, home, owned, new):
                with _opened(states, target) as state:
                    move_sites(old, state, sites)
                moved += len(crawled & {*sites})
                addresses += sum(n for site in crawled & {*sites} for n in census[site].values())
    return len(owned), moved, addresses


def _leaving(
    old: State, home: Path, owned: dict[str, int], new: Sequence[Path]
) -> Iterator[tuple[Path, list[str]]]:
    for number, target in enumerate(new, start=1):
        sites = sorted(site for site in sites_of(old) if owned[site] == number)
        if sites and target != home:
            yield target, sites


@contextlib.contextmanager
def _opened(states: dict[Path, State], home: Path) -> Iterator[State]:
    if home in states:
        yield states[home]
        return
    with closing(open_state(home / STATE_NAME)) as state:
        yield state


def _clear_away(plan: Reshard, new: Sequence[Path]) -> None:
    """Take the folders away that have no state any more; what lies in them otherwise stays."""
    for home in shard_homes(plan.folder).values():
        if home in new:
            continue
        for name in (f"{STATE_NAME}-wal", f"{STATE_NAME}-shm", LOCK_NAME):
            durable.remove(home / name)
        with contextlib.suppress(OSError):  # quarantine/ is for a person to look at
            (home / "tmp").rmdir()
        with contextlib.suppress(OSError):
            home.rmdir()
