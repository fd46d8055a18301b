"""Train the network of pipelines/content/model/network.py with torch: AdamW, a cosine rate, inputs hidden at random, averaged weights.

Torch is needed here alone (`pip install -e '.[train]'`); the product runs the same network in numpy.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from columnist.pipelines.content.model.block_table import Columns
from columnist.pipelines.content.model.features import COLUMNS
from columnist.pipelines.content.model.network import (
    CLIP,
    DILATIONS,
    EPSILON,
    LONGEST,
    POOLED,
    TEXT_SCALE,
    likes,
)
from columnist.pipelines.content.model.similarity_features import LIKENESS_COLUMNS
from columnist.pipelines.content.model.word_features import VOTE_COLUMNS

Array = NDArray[np.float32]

_GAP = max(DILATIONS)  # empty rows between the pages of a batch: no block sees another page
_LIKES = 5
# Signs that may all fail at once on a page of a site, a language or a publishing system that nobody has seen.
_NAMES = [COLUMNS.index(name) for name in VOTE_COLUMNS if "name" in name]
_VOTES = [COLUMNS.index(name) for name in VOTE_COLUMNS if not name.startswith("in ")]
_LIKENESS = [COLUMNS.index(name) for name in LIKENESS_COLUMNS]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a network is trained. Chosen by cross-validation; see MODEL.md."""

    width: int = 80
    channels: int = 12
    epochs: int = 10
    pages: int = 24  # in a batch
    rate: float = 3e-3
    decay: float = 1e-3
    warm_up: int = 50  # steps
    dropout: float = 0.15
    hidden_inputs: float = 0.1  # shares hidden at random: the corpora are small, the web is not
    hidden_columns: float = 0.12  # of a page
    hidden_kinds: float = 0.1  # of pages, for votes, names and likeness each
    pool_loss: float = 0.3  # weight of the loss at each pooling, so that what is pooled means something
    memory: float = 0.995  # of the average of weights


@dataclass(slots=True)
class Lesson:
    """One page to learn from: a row of features, a label and its weight for each block."""

    rows: Array
    columns: Columns
    labels: Array
    weights: Array


def train(lessons: Sequence[Lesson], seed: int, recipe: Recipe = Recipe()) -> dict[str, Array]:
    """Fit one network by weighted cross-entropy and return its arrays as the model names them."""
    torch.set_num_threads(1)  # sums must not depend on how many cores are free
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    rows = np.concatenate([lesson.rows for lesson in lessons])
    mean, scale = rows.mean(0), rows.std(0) + np.float32(1e-3)
    network = _Network(recipe, random)
    optimiser = torch.optim.AdamW(network.parameters(), lr=recipe.rate, weight_decay=recipe.decay)
    steps = recipe.epochs * max(1, len(lessons) // recipe.pages)
    average = {name: value.clone() for name, value in network.state_dict().items()}
    for step, chosen in enumerate(_batches(len(lessons), random, recipe), 1):
        pages = [lessons[i] for i in chosen]
        for group in optimiser.param_groups:
            group["lr"] = _rate(recipe, step, steps)
        loss = network.loss(_pack(pages, (mean, scale), random, recipe))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        share = min(recipe.memory, step / (step + 10))  # the first steps are forgotten soon
        for name, value in network.state_dict().items():
            average[name].mul_(share).add_(value, alpha=1 - share)
    return {"mean": mean, "scale": scale, **_arrays(average)}


def _batches(count: int, random: np.random.Generator, recipe: Recipe) -> Iterator[Sequence[int]]:
    """Deal the pages out anew in each round; what fills no batch waits for the next."""
    size = min(recipe.pages, count)
    for _ in range(recipe.epochs):
        order = random.permutation(count)
        yield from (order[start : start + size] for start in range(0, count - size + 1, size))


def _rate(recipe: Recipe, step: int, steps: int) -> float:
    return recipe.rate * min(1, step / recipe.warm_up) * 0.5 * (1 + math.cos(math.pi * step / steps))


@dataclass(slots=True)
class _Batch:
    """Some pages behind one another, with empty rows between them."""

    rows: torch.Tensor
    real: torch.Tensor  # 0 in the gaps
    sizes: torch.Tensor
    page: torch.Tensor
    alike: torch.Tensor  # for each way to be alike the pool of each row
    labels: torch.Tensor
    weights: torch.Tensor


def _pack(
    lessons: Sequence[Lesson], standard: tuple[Array, Array], random: np.random.Generator, recipe: Recipe
) -> _Batch:
    mean, scale = standard
    count = sum(len(lesson.rows) + _GAP for lesson in lessons)
    rows = np.zeros((count, len(mean)), dtype=np.float32)
    facts = np.zeros((4, count), dtype=np.float32)  # real, size, label, weight
    places = np.zeros((1 + _LIKES, count), dtype=np.int64)  # page, and the pools; pool 0 is the gaps'
    start, used = 0, np.ones(_LIKES, dtype=np.int64)
    for number, lesson in enumerate(lessons):
        end = start + len(lesson.rows)
        inputs = np.clip((lesson.rows - mean) / scale, -CLIP, CLIP)
        rows[start:end] = _hide(inputs, random, recipe)
        facts[0, start:end] = 1
        facts[1:, start:end] = lesson.columns.sizes, lesson.labels, lesson.weights
        places[0, start : end + _GAP] = number
        for way, ids in enumerate(likes(lesson.columns)):
            pool = np.unique(ids, return_inverse=True)[1]
            places[1 + way, start:end] = pool + used[way]
            used[way] += pool.max() + 1
        start = end + _GAP
    tensors = torch.from_numpy(facts)
    pools = torch.from_numpy(places)
    return _Batch(
        torch.from_numpy(rows), tensors[0][:, None], tensors[1], pools[0], pools[1:], tensors[2], tensors[3]
    )


def _hide(inputs: Array, random: np.random.Generator, recipe: Recipe) -> Array:
    shape = inputs.shape
    seen = random.random(shape, dtype=np.float32) > recipe.hidden_inputs
    seen &= random.random((1, shape[1]), dtype=np.float32) > recipe.hidden_columns
    for kind in (_VOTES, _NAMES, _LIKENESS):
        if random.random() < recipe.hidden_kinds:
            seen[:, kind] = False
    return inputs * seen


class _Network(nn.Module):
    """The arithmetic of Model.score, with gradients."""

    def __init__(self, recipe: Recipe, random: np.random.Generator) -> None:
        super().__init__()
        width, channels = recipe.width, recipe.channels
        self.recipe, self.random = recipe, random
        self.first = nn.Linear(len(COLUMNS), width)
        self.near = nn.ModuleList(nn.Linear(3 * width, width) for _ in DILATIONS)
        self.gain = nn.ParameterList(nn.Parameter(torch.ones(width)) for _ in DILATIONS)
        self.tell = nn.ModuleList(nn.Linear(width, channels) for _ in POOLED)
        self.text = nn.ModuleList(nn.Linear(width, 1) for _ in POOLED)
        self.mix = nn.ModuleList(nn.Linear(_LIKES * (channels + 1) + 4, width) for _ in POOLED)
        self.last = nn.Linear(width, 1)

    def loss(self, batch: _Batch) -> torch.Tensor:
        """Return the weighted mean cross-entropy of the output, and some of the poolings'."""
        hidden = torch.relu(self.first(batch.rows))
        logits = []
        for layer, step in enumerate(DILATIONS):
            near = self._near(layer, _even(hidden, batch.real), step)
            hidden = hidden + self._dropped(torch.relu(near))
            if layer in POOLED:
                mixed, logit = self._pooled(POOLED.index(layer), hidden, batch)
                hidden = hidden + self._dropped(mixed)
                logits.append(logit)
        terms = [
            (self.last(_even(hidden, batch.real))[:, 0], 1.0),
            *((logit, self.recipe.pool_loss) for logit in logits),
        ]
        losses = [
            share
            * functional.binary_cross_entropy_with_logits(logit, batch.labels, batch.weights, reduction="sum")
            for logit, share in terms
        ]
        return torch.stack(losses).sum() / batch.weights.sum()

    def _dropped(self, values: torch.Tensor) -> torch.Tensor:
        """Hide some values; numpy's bytes are drawn ten times as fast as torch's Bernoulli."""
        hidden = round(self.recipe.dropout * 256)
        drawn = np.frombuffer(self.random.bytes(values.numel()), dtype=np.uint8).reshape(tuple(values.shape))
        return values * torch.from_numpy((drawn >= hidden) * np.float32(256 / (256 - hidden)))

    def _near(self, layer: int, rows: torch.Tensor, step: int) -> torch.Tensor:
        """Multiply each block and those `step` before and after it with their weights: what is rolled round is a gap's."""
        wide = torch.cat([rows.roll(step, 0), rows, rows.roll(-step, 0)], 1)
        weights = self.near[layer].weight * self.gain[layer].repeat(3)
        return functional.linear(wide, weights, self.near[layer].bias)

    def _pooled(self, pool: int, hidden: torch.Tensor, batch: _Batch) -> tuple[torch.Tensor, torch.Tensor]:
        real, weight = batch.real[:, 0], batch.sizes.clamp(max=LONGEST)[:, None]
        logit = self.text[pool](hidden)[:, 0]
        text = torch.sigmoid(logit) * real
        told = torch.cat([torch.relu(self.tell[pool](hidden)), text[:, None]], 1) * weight
        means = [(_summed(told, ids) / (_summed(weight, ids) + 1))[ids] for ids in batch.alike]
        shares = _shares(text * batch.sizes, batch.page)
        return self.mix[pool](torch.cat([*means, shares], 1)), logit


def _even(hidden: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
    """Scale each block's signs to a root mean square of one, and those between the pages to nothing."""
    return hidden * (real * torch.rsqrt((hidden * hidden).mean(1, keepdim=True) + EPSILON))


def _summed(values: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
    return torch.zeros(int(ids.max()) + 1, values.shape[1]).index_add_(0, ids, values)


def _shares(text: torch.Tensor, page: torch.Tensor) -> torch.Tensor:
    total = _summed(text[:, None], page)[page, 0] + 1
    past = torch.cumsum(text, 0) - text
    start = torch.zeros(int(page.max()) + 1).scatter_reduce(0, page, past, "amin", include_self=False)[page]
    before, own = (past - start) / total, text / total
    return torch.stack([before, 1 - before - own, own, torch.log1p(total) / TEXT_SCALE], 1)


def _arrays(state: dict[str, torch.Tensor]) -> dict[str, Array]:
    """Name torch's tensors as the model does; its matrices stand the other way round."""
    plain = {name: value.numpy() for name, value in state.items()}
    out = {"in": plain["first.weight"].T, "in_bias": plain["first.bias"]}
    out |= {"out": plain["last.weight"].T, "out_bias": plain["last.bias"]}
    for layer in range(len(DILATIONS)):
        gain = np.tile(plain[f"gain.{layer}"], 3)[:, None]  # told to the matrix: one step less at run time
        out |= {
            f"near{layer}": plain[f"near.{layer}.weight"].T * gain,
            f"near{layer}_bias": plain[f"near.{layer}.bias"],
        }
    for number, layer in enumerate(POOLED):
        for part in ("tell", "text", "mix"):
            out[f"{part}{layer}"] = plain[f"{part}.{number}.weight"].T
            out[f"{part}{layer}_bias"] = plain[f"{part}.{number}.bias"]
    return {name: np.ascontiguousarray(array) for name, array in out.items()}
