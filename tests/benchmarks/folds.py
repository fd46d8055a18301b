"""Folds by registered domain: which model may judge a page, because it saw no page of its site in training."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from columnist.pipelines.content import extract as body
from columnist.pipelines.content.model.network import Model, load_model, read_model
from columnist.pipelines.document.addresses import registered_domain

__all__ = ["FOLDS", "address_of", "domain_of", "models_of_folds", "part_of", "use"]

FOLDS = 5


def address_of(row: Mapping[str, Any]) -> str:
    """Return a page's address; a page without one is a site of its own."""
    return row["url"] or f"https://{row['id']}.example/"


def domain_of(row: Mapping[str, Any]) -> str:
    """Return what a page of a corpus is dealt out by, in training and in judging alike."""
    address = address_of(row)
    return registered_domain(address) or address


def part_of(domain: str, parts: int) -> int:
    """Deal domains into parts, the same on every machine."""
    return int(hashlib.sha256(domain.encode()).hexdigest()[:8], 16) % parts


def models_of_folds(folder: Path) -> Callable[[Mapping[str, Any]], Model]:
    """Return what gives the model that saw no page of a row's domain; `train_body --check --folds` wrote them."""
    models = []
    for fold in range(FOLDS):
        with (folder / f"{fold}.npz").open("rb") as file:
            models.append(read_model(file))
    return lambda row: models[part_of(domain_of(row), FOLDS)]


def use(model: Model) -> None:
    """Let extract_body use this model: what it loads is cached once a process."""
    load_model.cache_clear()
    body.load_model = lambda: model  # type: ignore[assignment]
