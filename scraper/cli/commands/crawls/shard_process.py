"""A shard's crawl as a process of its own, for the worker of an engine that starts and watches it.

It is `columnist crawl --shard i/n`: its state and lock are what a restart goes on from, here or on another machine.
Who started it holds its standard input. Where that closes, the starter is dead, its task goes to another worker, and
the process kills itself: so a shard has one process, and one that still lives elsewhere has the lock.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from columnist.pipelines.batch.cluster import refuse_other_versions
from columnist.pipelines.dataset.files.parquet_format import versions_in_use
from columnist.pipelines.sites.shards import Shard
from columnist.scraper.cli.exit_codes import LOCKED, TERMINATED

_ENTRY = "from columnist.scraper.cli.commands.crawls.shard_process import main; main()"
_SECONDS_TO_LOOK = 0.2
# A machine that is lost holds its locks until the file server gives them up: NFS 4 waits for 90 s.
_SECONDS_FOR_LOCK = 120.0
_SECONDS_BETWEEN_TRIES = 5.0
_MOST_BYTES_TOLD = 200_000  # of what a shard says: some thousand lines, the last ones


class ShardDied(Exception):  # noqa: N818  the engine starts the shard again
    """A shard's process was killed."""


@dataclass(frozen=True, slots=True)
class ShardRun:
    """What a worker needs to crawl one shard."""

    shard: Shard
    sites: tuple[str, ...]  # of all shards: addresses and names, as in a list
    words: tuple[str, ...]  # of the command, beside these
    knobs: Mapping[str, str]  # by variable: on a command line everybody would see a proxy's password
    versions: tuple[tuple[str, str], ...] = field(default_factory=versions_in_use)


@dataclass(frozen=True, slots=True)
class ShardEnd:
    """What a shard's process ended with."""

    code: int
    summary: Mapping[str, Any] = field(default_factory=dict)  # of --json; empty where it did not come to that
    told: tuple[str, ...] = ()  # its warnings and errors


def crawl_shard(run: ShardRun) -> ShardEnd:
    """Crawl one shard to its end: the task of an engine. KeyboardInterrupt, its word for "stop", stops it in good order."""
    refuse_other_versions(run.versions)
    given_up = time.monotonic() + _SECONDS_FOR_LOCK
    while True:
        end, stopped = _once(run)
        if stopped:
            return end if end.code >= 0 else ShardEnd(TERMINATED)  # it had hardly begun
        if end.code < 0:
            raise ShardDied(f"its process died of {signal.Signals(-end.code).name}")
        if end.code != LOCKED or time.monotonic() > given_up:
            return end
        try:
            time.sleep(_SECONDS_BETWEEN_TRIES)
        except KeyboardInterrupt:
            return end


def _once(run: ShardRun) -> tuple[ShardEnd, bool]:
    """Run the process; return its end, and whether it was asked to stop."""
    with tempfile.TemporaryDirectory() as place:
        listed, said, told = (Path(place, name) for name in ("sites.txt", "said", "told"))
        listed.write_text("\n".join(run.sites), encoding="utf-8")
        words = ["crawl", "--sites", str(listed), "--shard", str(run.shard), "--json", "--quiet", *run.words]
        with said.open("wb") as out, told.open("wb") as errors:
            process = subprocess.Popen(  # noqa: S603  our own command
                [sys.executable, "-c", _ENTRY, *words],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=errors,
                env=_environment(run.knobs),
            )
            stopped = _wait(process)
        lines = told.read_bytes()[-_MOST_BYTES_TOLD:].decode(errors="replace").splitlines()
        summary = said.read_text(encoding="utf-8") if process.returncode >= 0 else ""
        return ShardEnd(process.returncode, json.loads(summary or "{}"), tuple(lines)), stopped


def _wait(process: subprocess.Popen[bytes]) -> bool:
    stopped = False
    while process.poll() is None:
        try:
            time.sleep(_SECONDS_TO_LOOK)
        except KeyboardInterrupt:
            stopped = True
            process.terminate()
    return stopped


def _environment(knobs: Mapping[str, str]) -> dict[str, str]:
    """Return this worker's variables with the run's knobs in place of the machine's own, and no settings file."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("COLUMNIST_")}
    return {**own, **knobs, "COLUMNIST_SETTINGS": os.devnull}


def main() -> None:
    """Be the command, as long as who started it lives."""
    sys.argv[0] = "columnist"
    threading.Thread(target=_die_with_starter, daemon=True).start()
    from columnist.scraper.cli.main import main as command  # here: after the watch has begun

    command()


def _die_with_starter() -> None:
    os.read(0, 1)  # nothing is ever written: it returns when the other end is closed
    os.kill(os.getpid(), signal.SIGKILL)
