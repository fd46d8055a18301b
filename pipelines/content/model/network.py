"""Features -> scores: small networks over the page's blocks in order, in plain numpy; their weights ship with the package.

Networks that differ by their seed alone err on different pages: the mean of their logits is the score. A block is judged by itself, by its neighbours up to sixteen blocks away, and by what the network so far says of its
like: the blocks of the same element, parent, section and page. `weights.npz` is made by tests/benchmarks/train_body.py;
MODEL.md tells from what, when and how good it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import IO

import numpy as np
from numpy.typing import NDArray

from columnist.pipelines.content.model.block_table import Columns
from columnist.pipelines.content.model.word_features import Vocabulary

Matrix = NDArray[np.float32]
Indices = NDArray[np.int64]
Arrays = Mapping[str, Matrix]

# How far before and after a block each layer looks; after those of the second tuple it looks at the block's like.
DILATIONS = (1, 2, 4, 8, 1)
POOLED = (0, 2)
CLIP = 6.0  # standard deviations: an odd page must not leave the range that was trained on
LONGEST = 400  # characters: a longer block says no more about its like
TEXT_SCALE = 9.0  # the logarithm of a long article's characters
EPSILON = 1e-6  # of the root mean square: a block without signs divides by no zero
# OpenBLAS wakes its threads for larger products than this, and they spin for a while after: on these small matrices
# that doubled the CPU time of a whole page.
_STEPS_AT_ONCE = 262_144
_WHOLE = ("mean", "scale")  # kept in full; half the digits are enough for weights


@dataclass(frozen=True, slots=True)
class Pools:
    """Which blocks are alike, in each way: how to sum over them and hand the sums back."""

    order: Indices  # rows, those of a pool together; once for each way
    starts: Indices  # of each pool in `order`
    pool: Indices  # of each row, in each way


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The networks' weights by name, and the words that the features look up."""

    version: str
    networks: tuple[Arrays, ...]
    vocabulary: Vocabulary

    def score(self, columns: Columns, rows: Matrix) -> Matrix:
        """Return for each block, from its row of features, how sure it is that it belongs to the article, 0 to 1."""
        if not len(rows):
            return np.zeros(0, dtype=np.float32)
        sizes = columns.sizes.astype(np.float32)
        alike = _pools(likes(columns))
        logits = _logits(_side_by_side(self), rows, sizes, alike)
        return _logistic(np.mean(logits, axis=0, dtype=np.float32))


@lru_cache(maxsize=1)
def _side_by_side(model: Model) -> Arrays:
    """Return each weight of all networks as one array, network by network: on small matrices, numpy's calls cost more
    than its sums. What is the same in all networks is there once."""
    stacked = {name: np.stack([network[name] for network in model.networks]) for name in model.networks[0]}
    rows = {name: array[:, None] if array.ndim == 2 else array for name, array in stacked.items()}
    return {name: array[:1] if (array == array[0]).all() else array for name, array in rows.items()}


def _logits(a: Arrays, rows: Matrix, sizes: Matrix, alike: Pools) -> Matrix:
    """Return what each network makes of each block."""
    inputs = np.clip((rows - a["mean"]) / a["scale"], -CLIP, CLIP).astype(np.float32, copy=False)
    hidden = np.maximum(_product(inputs, a["in"]) + a["in_bias"], 0)
    for layer, step in enumerate(DILATIONS):
        near = _near(_even(hidden), a[f"near{layer}"], step) + a[f"near{layer}_bias"]
        hidden += np.maximum(near, 0, out=near)
        if layer in POOLED:
            pooled = _pooled(a, layer, hidden, sizes, alike)
            hidden += _product(pooled, a[f"mix{layer}"]) + a[f"mix{layer}_bias"]
    logits: Matrix = (_product(_even(hidden), a["out"]) + a["out_bias"])[:, :, 0]
    return logits


def _pooled(a: Arrays, layer: int, hidden: Matrix, sizes: Matrix, alike: Pools) -> Matrix:
    """Return what the network so far says of each block's like, weighted by length, and where in the text it lies."""
    weight = np.minimum(sizes, LONGEST)[:, None]
    told = np.maximum(_product(hidden, a[f"tell{layer}"]) + a[f"tell{layer}_bias"], 0)
    text = _logistic(_product(hidden, a[f"text{layer}"]) + a[f"text{layer}_bias"])
    weights = np.broadcast_to(weight, text.shape)
    weighed = np.concatenate([told * weight, text * weight, weights], axis=2)
    sums = np.add.reduceat(weighed[:, alike.order], alike.starts, axis=1)
    means = (sums[:, :, :-1] / (sums[:, :, -1:] + 1))[:, alike.pool].reshape(*hidden.shape[:2], -1)
    return np.concatenate([means, _shares(text[:, :, 0] * sizes)], axis=2)


def _logistic(logits: Matrix) -> Matrix:
    return (1 / (1 + np.exp(-np.clip(logits, -30, 30)))).astype(np.float32, copy=False)


def certainty(scores: Matrix, sizes: Indices) -> float:
    """Return the F1 that the best threshold can expect: 1 where every block is surely text or surely not."""
    order = np.argsort(-scores, kind="stable")
    text = scores[order] * sizes[order]
    found = np.cumsum(text)
    return float((2 * found / (np.cumsum(sizes[order]) + text.sum() + 1e-9)).max(initial=0.0))


def likes(columns: Columns) -> tuple[Indices, ...]:
    """Return what a block is held beside: blocks called the same, of the same parent, grandparent, section and page."""
    grandparent = np.maximum(columns.parents[columns.parent], 0)
    section = np.cumsum(columns.is_heading, dtype=np.int64)
    return columns.group, columns.parent, grandparent, section, np.zeros_like(section)


def _pools(ways: Sequence[Indices]) -> Pools:
    count, orders, starts, pools, used = len(ways[0]), [], [], [], 0
    for number, ids in enumerate(ways):
        order = np.argsort(ids, kind="stable")
        first = np.append(True, np.diff(ids[order]) > 0)
        pool = np.empty_like(ids)
        pool[order] = np.cumsum(first) - 1 + used
        used += int(np.count_nonzero(first))
        orders.append(order)
        starts.append(np.flatnonzero(first) + number * count)
        pools.append(pool)
    return Pools(np.concatenate(orders), np.concatenate(starts), np.stack(pools, axis=1))


def _shares(text: Matrix) -> Matrix:
    """Return the shares of the page's text before and after each block and of its own, and how much there is."""
    total = text.sum(axis=1, keepdims=True) + 1
    own = text / total
    before = (np.cumsum(text, axis=1) - text) / total
    much = np.broadcast_to(np.log1p(total) / TEXT_SCALE, own.shape)
    return np.stack([before, 1 - before - own, own, much], axis=2)


def _even(hidden: Matrix) -> Matrix:
    """Scale each block's signs to a root mean square of one."""
    squares = np.einsum("kij,kij->ki", hidden, hidden) / np.float32(hidden.shape[2])
    even: Matrix = hidden / np.sqrt(squares + np.float32(EPSILON))[:, :, None]
    return even


def _near(rows: Matrix, weights: Matrix, step: int) -> Matrix:
    """Multiply each block and those `step` before and after it with their weights; beyond the page's ends there is nothing."""
    before, own, after = np.split(weights, 3, axis=1)
    out = _product(rows, own)
    if (rest := rows.shape[1] - step) > 0:
        out[:, step:] += _product(rows[:, :rest], before)
        out[:, :rest] += _product(rows[:, step:], after)
    return out


def _product(rows: Matrix, weights: Matrix) -> Matrix:
    networks, steps, width = weights.shape
    count = rows.shape[1]
    out = np.empty((networks, count, width), dtype=np.float32)
    for few in _chunks(count, max(_STEPS_AT_ONCE // (steps * width), 1)):
        np.matmul(rows[:, few], weights, out=out[:, few])
    return out


def _chunks(count: int, size: int) -> Iterator[slice]:
    return (slice(row, row + size) for row in range(0, count, size))


@lru_cache(maxsize=1)
def load_model() -> Model:
    """Read the shipped weights, once a process."""
    with files("columnist.pipelines.content.model").joinpath("weights.npz").open("rb") as file:
        return read_model(file)


def read_model(file: IO[bytes]) -> Model:
    """Read a model that write_model wrote."""
    with np.load(file, allow_pickle=False) as store:
        stored = {name: store[name] for name in store.files}
    tables = {name: _words(stored, name) for name in ("own", "chain", "words")}
    networks: dict[str, dict[str, Matrix]] = {}
    for name, array in stored.items():
        if name.startswith("net"):
            number, part = name.split("_", 1)
            networks.setdefault(number, {})[part] = array.astype(np.float32)
    return Model(bytes(stored["version"]).decode(), tuple(networks.values()), Vocabulary(**tables))


def write_model(file: IO[bytes], model: Model) -> None:
    """Write a model: the same model gives the same bytes."""
    stored: dict[str, NDArray[np.generic]] = {
        "version": np.frombuffer(model.version.encode(), dtype=np.uint8)
    }
    for number, network in enumerate(model.networks):
        for name, array in network.items():
            stored[f"net{number}_{name}"] = array.astype(np.float32 if name in _WHOLE else np.float16)
    for name in ("own", "chain", "words"):
        table: Mapping[str, float] = getattr(model.vocabulary, name)
        stored[f"{name}_words"] = np.frombuffer("\n".join(table).encode(), dtype=np.uint8)
        stored[f"{name}_scores"] = np.array(list(table.values()), dtype=np.float16)
    np.savez_compressed(file, **stored)  # type: ignore[arg-type]  # no name here is allow_pickle


def _words(arrays: Mapping[str, NDArray[np.generic]], name: str) -> dict[str, float]:
    words = bytes(arrays[f"{name}_words"]).decode().split("\n")
    return dict(zip(words, arrays[f"{name}_scores"].astype(float).tolist(), strict=True))
