"""What a drop of the model's is called: by where the block stands, else by its score alone."""

from functools import lru_cache

from pipelines.body.elements import IN

LOW_SCORE = "model:low-score"
# The first of these that the block is in names the drop.
PLACES = (
    (IN["hidden"], "hidden"),
    (IN["figure"] | IN["figcaption"], "caption"),
    (IN["nav"], "navigation"),
    (IN["footer"], "footer"),
    (IN["form"] | IN["button"] | IN["dialog"], "form"),
)
MODEL_DROPS = frozenset({LOW_SCORE, *(name for _, name in PLACES)})


@lru_cache(maxsize=1024)  # a page has ten combinations of flags
def name_drop(flags: int) -> str:
    """Return what the drop of a block with these flags is called."""
    return next((name for mask, name in PLACES if flags & mask), LOW_SCORE)
