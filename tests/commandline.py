"""The command as a user starts it: `columnist` of this checkout, in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = (sys.executable, "-m", "columnist")


def columnist(*words: str, cwd: Path = ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end, without the settings of whoever runs the tests; `variables` are of its environment."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("COLUMNIST_")}
    return subprocess.run(
        [*COMMAND, *words], capture_output=True, text=True, timeout=120, check=False, cwd=cwd,
        env={**inherited, "PYTHONPATH": str(ROOT), **variables},
    )  # fmt: skip


def free_port() -> str:
    """Return a port that was free just now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return str(server.getsockname()[1])
