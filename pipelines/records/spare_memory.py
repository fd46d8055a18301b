"""How a command's own process takes memory: so that what a page or a file took for a moment goes back to the system."""

import ctypes
import os

_ARENA_MAX, _MMAP_THRESHOLD = -8, -3  # glibc's malloc.h
_ARENAS = 2  # heaps: by default eight for each core, and each thread that ever held a page keeps one
# Bytes from which a block is mapped by itself, and unmapped once it is free. glibc begins with this and raises it to the largest
# block that was freed, up to 32 MB: pages then lie in the heap between what stays, and leave holes.
_MAPPED = 128 << 10


def spare_memory() -> None:
    """Have the allocators of this process give free memory back; call before Arrow is imported."""
    # Arrow's own keeps 30 MB more of what the writing of a file takes for a second.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)  # glibc's; other systems have none
    if set_option is not None:
        set_option(_ARENA_MAX, _ARENAS)
        set_option(_MMAP_THRESHOLD, _MAPPED)
