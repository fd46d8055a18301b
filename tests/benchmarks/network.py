"""A small network and its training in numpy: Adam, a cosine rate, inputs dropped at random."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.content.model.network import CLIP, Network

__all__ = ["Recipe", "merge", "train"]

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a network is trained. Chosen by cross-validation; see MODEL.md."""

    hidden: int = 48
    epochs: int = 8
    batch: int = 512
    rate: float = 3e-3
    decay: float = 3e-5
    dropped: float = 0.2  # share of the inputs hidden at random: the corpora are small, the web is not


def train(rows: Array, labels: Array, weights: Array, seed: int, recipe: Recipe = Recipe()) -> Network:
    """Fit one network by weighted cross-entropy."""
    mean, scale = rows.mean(0), rows.std(0) + np.float32(1e-3)
    inputs = np.clip((rows - mean) / scale, -CLIP, CLIP).astype(np.float32)
    random = np.random.default_rng(seed)
    params = _start(inputs.shape[1], recipe.hidden, random)
    first = [np.zeros_like(p) for p in params]
    second = [np.zeros_like(p) for p in params]
    batches = max(1, len(inputs) // recipe.batch)
    step, steps = 0, recipe.epochs * batches
    for _ in range(recipe.epochs):
        order = random.permutation(len(inputs))
        for start in range(0, batches * recipe.batch, recipe.batch):
            chosen = order[start : start + recipe.batch]
            batch = inputs[chosen]
            batch = batch * (random.random(batch.shape, dtype=np.float32) > recipe.dropped)
            step += 1
            rate = recipe.rate * 0.5 * (1 + math.cos(math.pi * step / steps))
            slopes = _slopes(params, batch, labels[chosen], weights[chosen] / len(chosen))
            for i, slope in enumerate(slopes):
                first[i] = 0.9 * first[i] + 0.1 * slope
                second[i] = 0.999 * second[i] + 0.001 * slope * slope
                move = first[i] / (1 - 0.9**step) / (np.sqrt(second[i] / (1 - 0.999**step)) + 1e-8)
                shrink = recipe.decay * params[i] if i % 2 == 0 else 0
                params[i] = (params[i] - rate * (move + shrink)).astype(np.float32)
    hidden, bias, output, shift = params
    return Network(mean, scale, hidden, bias, output[:, 0], shift)


def merge(networks: Sequence[Network]) -> Network:
    """Put networks side by side: one network whose output is the mean of theirs, before the logistic."""
    hidden = np.hstack([n.hidden for n in networks])
    bias = np.hstack([n.hidden_bias for n in networks])
    output = np.concatenate([n.output for n in networks]) / np.float32(len(networks))
    shift = np.mean([n.output_bias for n in networks], axis=0)
    return Network(networks[0].mean, networks[0].scale, hidden, bias, output, shift.astype(np.float32))


def _start(inputs: int, hidden: int, random: np.random.Generator) -> list[Array]:
    return [
        (random.standard_normal((inputs, hidden)) * math.sqrt(2 / inputs)).astype(np.float32),
        np.zeros(hidden, dtype=np.float32),
        (random.standard_normal((hidden, 1)) * math.sqrt(1 / hidden)).astype(np.float32),
        np.zeros(1, dtype=np.float32),
    ]


def _slopes(params: list[Array], batch: Array, labels: Array, weights: Array) -> list[Array]:
    hidden, bias, output, shift = params
    layer = batch @ hidden + bias
    active = np.maximum(layer, 0)
    logit = np.clip((active @ output + shift)[:, 0], -30, 30)
    error = ((1 / (1 + np.exp(-logit)) - labels) * weights)[:, None].astype(np.float32)
    back = (error @ output.T) * (layer > 0)
    return [batch.T @ back, back.sum(0), active.T @ error, error.sum(0)]
