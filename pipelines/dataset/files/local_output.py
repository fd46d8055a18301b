"""A dataset in a folder of this machine."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from columnist.pipelines.dataset.files import fsync as durable
from columnist.pipelines.dataset.files.storage_errors import disk_errors
from columnist.pipelines.dataset.files.stored import QUARANTINE, StoredFile


@dataclass(frozen=True, slots=True)
class LocalOutput:
    """A folder of this machine: names are linked, and file and folder are fsynced."""

    root: Path

    def staging(self, home: Path) -> Path:
        """Return where parts are written before they are published: a link needs the dataset's file system."""
        return self.root / "tmp"

    @property
    def address(self) -> str:
        """Return the place as a person would type it."""
        return str(self.root)

    def publish(self, staged: Path, name: str) -> None:
        """Give a staged, synced file its name; raise FileExistsError rather than overwrite."""
        final = self.root / name
        durable.make_folder(final.parent)
        durable.publish(staged, final)
        self._sync_folders(final)

    def move(self, name: str, to: str) -> None:
        """Give a file another name that is free."""
        durable.make_folder((self.root / to).parent)
        durable.overwrite(self.root / name, self.root / to)
        durable.sync_folder((self.root / name).parent)

    def replace(self, staged: Path, name: str) -> None:
        """Put a staged, synced file in the place of an older one, in one step."""
        durable.overwrite(staged, self.root / name)

    def settle(self, name: str) -> None:
        """Make the name durable of a file that an earlier run published."""
        durable.sync_file(self.root / name)
        self._sync_folders(self.root / name)

    def _sync_folders(self, final: Path) -> None:
        # All of them: a run that was killed may have made one and not come to sync its parent.
        for folder in final.relative_to(self.root).parents:
            durable.sync_folder(self.root / folder)
        durable.sync_folder(self.root.absolute().parent)

    def open(self, name: str) -> BinaryIO:
        """Open a file of the dataset for reading."""
        with disk_errors(self.root / name):
            return (self.root / name).open("rb")

    def find(self, name: str) -> StoredFile | None:
        """Return the file's facts, or None where there is no such file."""
        try:
            facts = (self.root / name).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return StoredFile(name, facts.st_size, facts.st_mtime_ns)

    def files(self, folder: str) -> Iterator[StoredFile]:
        """Yield every file below a folder, hidden and foreign ones too, as readers of the folder meet them."""
        with disk_errors(self.root / folder):
            paths = sorted(_walk(self.root / folder, set()))
        for path in paths:
            try:
                facts = path.stat()
            except OSError:  # a link that leads nowhere
                facts = path.lstat()
            yield StoredFile(path.relative_to(self.root).as_posix(), facts.st_size, facts.st_mtime_ns)

    def remove(self, name: str) -> None:
        """Take a file away for good, durably."""
        durable.remove(self.root / name)
        durable.sync_folder((self.root / name).parent)

    def merge(self, staged: Path, name: str, sources: Iterable[str]) -> None:
        """Publish a file and take away those of its folder that it was made of: for that moment readers meet both."""
        final = self.root / name
        durable.publish(staged, final)
        durable.sync_folder(final.parent)  # the one must stay before the others may go
        self.remove_all(sources)

    def remove_all(self, names: Iterable[str]) -> None:
        """Take files away for good, one right after the other, then durably."""
        paths = [self.root / name for name in names]
        for path in paths:
            durable.remove(path)
        for folder in dict.fromkeys(path.parent for path in paths):
            durable.sync_folder(folder)

    def set_aside(self, name: str) -> str:
        """Move a file into the quarantine folder and return where it is now."""
        return str(durable.move_aside(self.root / name, self.root / QUARANTINE / Path(name).parent))

    def put(self, name: str, content: bytes) -> None:
        """Write a small file, replacing an older one in one step."""
        durable.replace_file(self.root / name, content)


def _walk(folder: Path, seen: set[Path]) -> Iterator[Path]:
    """Yield what is no folder below a folder; linked ones are walked too, each once."""
    if not folder.is_dir() or folder.resolve() in seen:
        return
    seen.add(folder.resolve())
    for path in folder.iterdir():
        if path.is_dir():
            yield from _walk(path, seen)
        else:
            yield path
