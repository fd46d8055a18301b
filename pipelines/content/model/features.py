"""Blocks -> a matrix of numbers, one row a block: what the model judges by.

Whatever belongs to an element is computed once per element and handed down; whatever belongs to a
neighbour is a shifted column (model.py). Cost: about 2 ms for a news page of 130 blocks.
"""

import numpy as np
from numpy.typing import NDArray

from columnist.pipelines.content.blocks.letters import read_letters
from columnist.pipelines.content.model.block_table import Columns
from columnist.pipelines.content.model.page_hints import Clues
from columnist.pipelines.content.model.position_features import SURROUNDING_COLUMNS, surrounding_columns
from columnist.pipelines.content.model.similarity_features import LIKENESS_COLUMNS, likeness_columns
from columnist.pipelines.content.model.text_features import (
    LONG_SENTENCE,
    SHAPE_COLUMNS,
    TAG_COLUMNS,
    shape_columns,
    tag_columns,
)
from columnist.pipelines.content.model.word_features import VOTE_COLUMNS, Vocabulary, vote_columns

COLUMNS: tuple[str, ...] = (
    *TAG_COLUMNS, *SHAPE_COLUMNS, *VOTE_COLUMNS, *LIKENESS_COLUMNS, *SURROUNDING_COLUMNS
)  # fmt: skip


def block_features(columns: Columns, clues: Clues, vocabulary: Vocabulary) -> NDArray[np.float32]:
    """Return one row per block with the columns named in COLUMNS."""
    if not columns.texts:
        return np.zeros((0, len(COLUMNS)), dtype=np.float32)
    letters = read_letters(columns.page, columns.sizes)
    shapes = shape_columns(columns, letters)
    found = (
        *tag_columns(columns),
        *shapes,
        *vote_columns(columns, vocabulary),
        *likeness_columns(columns, letters, clues),
        *surrounding_columns(columns, shapes[LONG_SENTENCE].astype(np.bool_)),
    )
    return np.ascontiguousarray(np.array(found, dtype=np.float32).T)
