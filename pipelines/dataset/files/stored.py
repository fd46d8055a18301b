"""What both kinds of place share: a file as it lies there, the folder for what is set aside, an address nobody knows."""

from dataclasses import dataclass

QUARANTINE = "quarantine"


class UnknownPlace(ValueError):  # noqa: N818  the user's word for it
    """An address of a dataset that nothing here can open."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of the dataset as it lies there."""

    name: str
    size: int
    # Nanoseconds; of a store, its word for this very content (an ETag), or None where it has none.
    modified: int | str | None
