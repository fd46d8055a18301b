"""Modules that an optional install brings, and the error that says which."""

import importlib
from typing import Any


class NeedsExtra(ImportError):  # noqa: N818  the words say what to install
    """A module of an extra is not installed."""


def needed(module: str, extra: str) -> Any:
    """Import a module of an extra; raise NeedsExtra where it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError:
        package = module.partition(".")[0]
        raise NeedsExtra(f"this needs {package}: pip install 'columnist[{extra}]'") from None
