"""Exit codes: what each means, and which error leads to it."""

from collections.abc import Iterable

DONE = 0
BELOW_FLOOR = 1
WRONG_USE = 2  # as click has it
CANNOT_START = 3
LOCKED = 4
STORAGE = 5
INTERRUPTED = 130  # 128 and the signal's number, as shells have it
TERMINATED = 143

EXITS: tuple[tuple[int, str], ...] = (
    (DONE, "Done, also when there was nothing new, or nothing but rejects among several inputs."),
    (
        BELOW_FLOOR,
        "Finished, with less than a site's floors, more errors than allowed, nothing that could be read, an input "
        "that breaks off, a line of a list that is no address, no article from a single input, or rows gone that readers had before; a line names each. "
        "`show`: no article. `verify`: a problem that is there, or was. `forget`: of something named, nothing was there. "
        "`compact`: a file had to stay as it is. `reclean`: an archive file or a record of it that cannot be had.",
    ),
    (WRONG_USE, "Wrong use: a flag, an address, an input or a site file; nothing was started."),
    (
        CANNOT_START,
        "Could not start: no contact for a public address, no Chromium for a site with render = true, no --state for a remote --data, "
        "no log file, a port in use, an extra that is not installed, no cluster for --engine ray, a state that is another dataset's or of another number of shards. "
        "`check`: the only run was killed.",
    ),
    (
        LOCKED,
        "Another run works with this state, crawls one of these sites into this dataset, or must have the dataset alone; "
        "its process is named. `check`: the first run has not ended.",
    ),
    (
        STORAGE,
        "The disk, the data folder or the state file cannot be used; what was written is readable, run again.",
    ),
    (INTERRUPTED, "Stopped by Ctrl-C; nothing is lost, the same command goes on."),
    (TERMINATED, "Stopped by SIGTERM; nothing is lost, the same command goes on."),
)

# Of several processes, the run's is the one that comes first here: what must be mended before what another run mends.
WORST_FIRST = (STORAGE, CANNOT_START, WRONG_USE, LOCKED, TERMINATED, INTERRUPTED, BELOW_FLOOR, DONE)


def worst_of(codes: Iterable[int]) -> int:
    """Return the exit code of a run that consists of several; one that is none of ours counts as BELOW_FLOOR."""
    known = {code if code in WORST_FIRST else BELOW_FLOOR for code in codes}
    return next((code for code in WORST_FIRST if code in known), DONE)


class WrongUse(Exception):  # noqa: N818  the words of the exit codes
    """The user asked for something that cannot be: exit 2."""


class CannotStart(Exception):  # noqa: N818
    """The surroundings do not allow a run: exit 3."""
