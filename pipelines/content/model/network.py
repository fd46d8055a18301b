"""Features -> scores: two small neural networks in plain numpy; their weights ship with the package.

The first judges a block by itself and its neighbours, the second by itself and what the first says of the page.
`weights.npz` is made by tests/benchmarks/train_body.py; MODEL.md tells from what, when and how good it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import IO

import numpy as np
from numpy.typing import NDArray

from pipelines.content.model.block_table import Columns
from pipelines.content.model.context_features import context_columns
from pipelines.content.model.features import COLUMNS
from pipelines.content.model.word_features import Vocabulary

Matrix = NDArray[np.float32]

# What a block needs to know of the two before and the two after it.
NEIGHBOUR_COLUMNS = (
    "log characters", "link density", "ends sentence", "long sentence", "credit", "is p", "is h1", "is h2", "is h3",
    "is li", "words", "own name", "chain name", "title likeness", "in description", "in article body", "in main",
    "group good share", "depth from anchor",
)  # fmt: skip
_NEIGHBOURS = [COLUMNS.index(name) for name in NEIGHBOUR_COLUMNS]
_REACH = (-2, -1, 1, 2)
# OpenBLAS wakes its threads for larger products than these, of two matrices and of a matrix and a vector, and they
# spin for a while after: on these small matrices that doubled the CPU time of a whole page.
_STEPS_AT_ONCE, _VECTOR_STEPS_AT_ONCE = 262_144, 9_216
# How each part of a network is stored: half the digits are enough for weights.
_PARTS = {
    "mean": np.float32, "scale": np.float32, "hidden": np.float16, "hidden_bias": np.float16,
    "output": np.float16, "output_bias": np.float32,
}  # fmt: skip
CLIP = 6.0  # standard deviations: an odd page must not leave the range that was trained on


def _chunks(count: int, size: int) -> Iterator[slice]:
    return (slice(row, row + size) for row in range(0, count, max(size, 1)))


@dataclass(frozen=True, slots=True)
class Network:
    """Standardisation, one hidden layer, one output."""

    mean: Matrix
    scale: Matrix
    hidden: Matrix
    hidden_bias: Matrix
    output: Matrix
    output_bias: Matrix

    def score(self, rows: Matrix) -> Matrix:
        """Return a score from 0 to 1 for each row of inputs."""
        inputs = np.clip((rows - self.mean) / self.scale, -CLIP, CLIP)
        hidden = np.empty((len(inputs), len(self.output)), dtype=np.float32)
        for few in _chunks(len(inputs), _STEPS_AT_ONCE // self.hidden.size):
            np.matmul(inputs[few], self.hidden, out=hidden[few])
        hidden += self.hidden_bias
        np.maximum(hidden, 0, out=hidden)
        logit = np.empty(len(inputs), dtype=np.float32)
        for few in _chunks(len(inputs), _VECTOR_STEPS_AT_ONCE // len(self.output)):
            np.matmul(hidden[few], self.output, out=logit[few])
        logit = np.clip(logit + self.output_bias, -30, 30)
        score: Matrix = 1 / (1 + np.exp(-logit))
        return score


@dataclass(frozen=True, slots=True)
class Model:
    """The two networks, and the words that the features look up."""

    version: str
    first: Network
    second: Network
    vocabulary: Vocabulary

    def score(self, columns: Columns, rows: Matrix) -> Matrix:
        """Return for each block, from its row of features, how sure it is that it belongs to the article, 0 to 1."""
        if not len(rows):
            return np.zeros(0, dtype=np.float32)
        first = self.first.score(with_neighbours(rows))
        return self.second.score(np.hstack([rows, context_columns(columns, first)]))


def with_neighbours(rows: Matrix) -> Matrix:
    """Append to each row what its neighbours in page order look like."""
    count = len(rows)
    near = rows[:, _NEIGHBOURS]
    pad = np.zeros((2, near.shape[1]), dtype=np.float32)
    padded = np.vstack([pad, near, pad])
    return np.hstack([rows, *(padded[2 + step : 2 + step + count] for step in _REACH)])


@lru_cache(maxsize=1)
def load_model() -> Model:
    """Read the shipped weights, once a process."""
    with files("pipelines.content.model").joinpath("weights.npz").open("rb") as file:
        return read_model(file)


def read_model(file: IO[bytes]) -> Model:
    """Read a model that write_model wrote."""
    with np.load(file, allow_pickle=False) as store:
        arrays = {name: store[name] for name in store.files}
    tables = {name: _words(arrays, name) for name in ("own", "chain", "words")}
    first, second = (_network(arrays, name) for name in ("first", "second"))
    return Model(bytes(arrays["version"]).decode(), first, second, Vocabulary(**tables))


def write_model(file: IO[bytes], model: Model) -> None:
    """Write a model: the same model gives the same bytes."""
    arrays: dict[str, NDArray[np.generic]] = {
        "version": np.frombuffer(model.version.encode(), dtype=np.uint8)
    }
    for name, network in (("first", model.first), ("second", model.second)):
        arrays |= {f"{name}_{part}": getattr(network, part).astype(kind) for part, kind in _PARTS.items()}
    for name in ("own", "chain", "words"):
        table: Mapping[str, float] = getattr(model.vocabulary, name)
        arrays[f"{name}_words"] = np.frombuffer("\n".join(table).encode(), dtype=np.uint8)
        arrays[f"{name}_scores"] = np.array(list(table.values()), dtype=np.float16)
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # no name here is allow_pickle


def _network(arrays: Mapping[str, NDArray[np.generic]], name: str) -> Network:
    return Network(**{part: arrays[f"{name}_{part}"].astype(np.float32) for part in _PARTS})


def _words(arrays: Mapping[str, NDArray[np.generic]], name: str) -> dict[str, float]:
    words = bytes(arrays[f"{name}_words"]).decode().split("\n")
    return dict(zip(words, arrays[f"{name}_scores"].astype(float).tolist(), strict=True))
