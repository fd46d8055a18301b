"""What is remembered of each text, 256 bytes: enough to find those that may be its copies without reading them again."""

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from columnist.pipelines.publish.copies.shingles import Hashes
from columnist.pipelines.publish.extras import needed

Sketches = npt.NDArray[np.uint16]

PERMUTATIONS = 128
_SEED = 20261129  # any number, for ever the same
# Two of 128 a band: of texts that share half of what both say together, one band of 64 agrees always; of those that
# share a third, in 999 of 1000 cases. Bands of three or four would lose 2 to 13 % of copies cut to half.
BAND = 2
# Of 128: copies share a quarter of the words of both, where 32 agree and 20 or fewer once in 200 times; what shares a
# twentieth has so many once in 10,000 times.
_AGREEING = 20
# Rows of one bucket that each is held against: what a thousand texts share is a phrase, or all are copies of a neighbour.
_NEIGHBOURS = 16
_PAIRS_AT_ONCE = 1 << 18  # 128 MB of sketches in memory


def algorithm() -> str:
    """Return what sketches are made by: those of another algorithm are made anew."""
    return f"words-5 rensa-r{needed('rensa', 'research').RMinHash.ALGORITHM_VERSION} {PERMUTATIONS}x16 seed-{_SEED}"


def sketches_of(texts: Sequence[Hashes]) -> Sketches:
    """Return a sketch a text: the lower halves of its 128 minima."""
    offsets = np.zeros(len(texts) + 1, np.uint64)
    np.cumsum([len(text) for text in texts], out=offsets[1:])
    flat = np.concatenate([*texts, np.empty(0, np.uint32)]).astype(np.uint64)
    matrix = needed("rensa", "research").RMinHash.digest_matrix_from_flat_token_hashes(
        flat, offsets, PERMUTATIONS, _SEED
    )
    minima = np.array(matrix.to_rows(), np.uint32).reshape(len(texts), PERMUTATIONS)
    return (minima & np.uint32(0xFFFF)).astype(np.uint16)


def text_mark(runs: Hashes) -> bytes:
    """Return what two texts have in common if they are equal word for word."""
    return hashlib.blake2b(runs.tobytes(), digest_size=16).digest()


def candidates(sketches: Sketches, is_new: npt.NDArray[np.bool_]) -> Iterator[npt.NDArray[np.int64]]:
    """Yield pairs of rows whose texts may be copies, one of each pair new; in a row of the result: earlier, later."""
    rows, seen = len(sketches), np.empty(0, np.int64)
    for start in range(0, PERMUTATIONS, BAND):
        band = sketches[:, start].astype(np.uint32) << np.uint32(16) | sketches[:, start + 1]
        order = np.argsort(band, kind="stable")
        found = [
            _neighbours(band[order], order, distance) for distance in range(1, min(_NEIGHBOURS, rows - 1) + 1)
        ]
        pairs = np.concatenate([*found, np.empty((0, 2), np.int64)])
        pairs = pairs[is_new[pairs[:, 0]] | is_new[pairs[:, 1]]]
        codes = np.setdiff1d(pairs[:, 0] * rows + pairs[:, 1], seen)
        seen = np.union1d(seen, codes)
        for at in range(0, len(codes), _PAIRS_AT_ONCE):
            some = codes[at : at + _PAIRS_AT_ONCE]
            one, other = some // rows, some % rows
            agree = (sketches[one] == sketches[other]).sum(1)
            if len(kept := np.flatnonzero(agree >= _AGREEING)):
                yield np.stack([one[kept], other[kept], agree[kept]], axis=1)


def _neighbours(
    band: npt.NDArray[np.uint32], order: npt.NDArray[np.int64], distance: int
) -> npt.NDArray[np.int64]:
    same = np.flatnonzero(band[:-distance] == band[distance:])
    return np.stack([order[same], order[same + distance]], axis=1)
