"""How long may a search take? A back-stop behind the budget, for when the machine is too busy to keep to estimates.

Threads cannot be interrupted, so what takes long asks between its steps; none of them takes more than some
milliseconds.
"""

import threading
import time

from indexer.errors import TooSlowError

_own = threading.local()


def limit_time(seconds: float | None) -> None:
    """What this thread searches from now on may take so long; None lets it take any time."""
    _own.end = None if seconds is None else time.monotonic() + seconds


def check_time() -> None:
    """Raise TooSlowError when the time is up."""
    end = getattr(_own, "end", None)
    if end is not None and time.monotonic() > end:
        raise TooSlowError
