"""Arrow without pandas, which it imports with its first conversion where it is installed, for frames that nobody asked for."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


class _Finder:
    """An entry of sys.meta_path that finds no pandas."""

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


@contextmanager
def without_pandas() -> Iterator[None]:
    """Keep this process from importing pandas meanwhile: half a second and 50 MB. Arrow looks for it once; who asks for
    a frame later still gets it."""
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
