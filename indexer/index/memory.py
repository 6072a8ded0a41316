"""The C library is told to keep the memory that arrays let go of."""

import ctypes
from functools import cache

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # mallopt(3)


@cache
def keep_freed_memory() -> None:
    """Keep up to 64 MB of freed memory for the next arrays; without effect where there is no mallopt.

    A query takes and frees arrays of half a megabyte. Given back to the system each time, they cost more than the
    arithmetic on them: 10 ms instead of 6 for three words with many forms over 100,000 articles.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return
    mallopt(_MMAP_THRESHOLD, 1 << 25)
    mallopt(_TRIM_THRESHOLD, 1 << 26)
