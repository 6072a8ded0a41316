"""What was found is kept for a while: for the next page, for another form of this one, for the next who asks it."""

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Cache(Generic[Value]):
    """The values last asked for, as many as fit in *room* bytes; 0 keeps none. Safe to share between threads."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._kept: OrderedDict[str, tuple[Value, int]] = OrderedDict()
        self._lock = threading.Lock()
        self.bytes = 0
        """What the values kept take."""

    def get(self, key: str) -> Value | None:
        """The value under *key*, None when it is not kept."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: str, value: Value, size: int) -> None:
        """Keep *value*, of *size* bytes, and let those go that nobody asked for longest; one too large is not kept."""
        if size > self._room:
            return
        with self._lock:
            if key in self._kept:
                self.bytes -= self._kept.pop(key)[1]
            self._kept[key] = value, size
            self.bytes += size
            while self.bytes > self._room:
                self.bytes -= self._kept.popitem(last=False)[1][1]
