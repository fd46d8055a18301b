"""Ray, where work is dealt to machines: connected to a cluster, or to one that is started on this machine for the run."""

import os
import secrets
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from columnist.pipelines.dataset.files.parquet_format import versions_in_use

RETRIES = 3  # of a task whose worker died; what kills four workers is the task's doing
_OBJECT_STORE = 100 << 20  # bytes, of a cluster of our own: no rows pass through it
_SECONDS_TO_ANSWER = 10.0  # of a cluster's head, over whatever network


class NoCluster(RuntimeError):  # noqa: N818  told to the user
    """No cluster answers at the address, or none can be started here."""


class OtherVersions(Exception):  # noqa: N818  told to the user
    """A worker's machine has other versions of what makes the rows than the run has."""


def refuse_other_versions(wanted: Sequence[tuple[str, str]]) -> None:
    """Raise OtherVersions where this process has other versions than the run: a worker of an engine asks."""
    if tuple(wanted) != versions_in_use():
        here, there = (", ".join(f"{n} {v}" for n, v in side) for side in (versions_in_use(), wanted))
        raise OtherVersions(f"a worker has {here}, the run has {there}: install the same on both")


@contextmanager
def cluster(address: str | None, cores: int | None) -> Iterator[Any]:
    """Give Ray, connected to a cluster; None: one of so many cores of this machine, for the run."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # it would report on us over the network
    settings: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    if address in (None, "local"):
        _keep_to_ourselves()
        ours = {"include_dashboard": False, "num_cpus": cores, "object_store_memory": _OBJECT_STORE}
        settings |= {"address": "local", **ours}
    else:
        _knock(address)
        settings["address"] = address
    import ray  # here: an extra, slow to load, and it reads the variables above as it is loaded

    ends_us = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(**settings)
    except Exception as error:  # whatever its client and its daemons raise
        where = f"at {address} does not answer" if address else "of this machine could not be started"
        raise NoCluster(f"the Ray cluster {where}: {str(error).strip()[:500]}") from error
    try:
        with suppress(ValueError):  # not the main thread, where Ray has no handler either
            signal.signal(signal.SIGTERM, ends_us)  # Ray puts one in its place that ends with another code
        yield ray
    finally:
        ray.shutdown()


def _keep_to_ourselves() -> None:
    """Have a cluster of our own listen on loopback alone, and to who knows its token: who reaches one runs code in it."""
    # Ray turns the address 127.0.0.1 into that of the network, unless it may have no cluster; the name is of other systems.
    os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    if "RAY_AUTH_MODE" not in os.environ:  # other accounts of this machine reach loopback too
        os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}


def _knock(address: str) -> None:
    """Raise NoCluster where nobody listens: Ray itself tries for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdecimal():  # "auto" and names of its own are Ray's to find
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_SECONDS_TO_ANSWER).close()
    except OSError as error:
        raise NoCluster(
            f"the Ray cluster at {address} does not answer: {error}; give its host and port"
        ) from None
