"""What a dataset is called where nobody named it."""

from pathlib import Path


def dataset_name(data: str) -> str:
    """Return the name of the data folder, or the last part of its address."""
    name = data.rstrip("/").rpartition("/")[2] if "://" in data else Path(data).resolve().name
    return name or "news"  # the root of a disk has none
