"""A zoo of files that do harm, or look as if they did, and of good ones that must not suffer from their company."""

from tests.zoo import good, marked, packed, places, records, texts
from tests.zoo.animal import Animal

__all__ = ["Animal", "good_files", "hostile_files"]


def hostile_files(address: str) -> list[Animal]:
    """All that are hostile; what they want to fetch from the network is at *address*."""
    kinds = (packed.animals(), marked.animals(address), records.animals(), texts.animals(), places.animals())
    return [animal for kind in kinds for animal in kind]


def good_files() -> list[Animal]:
    """Good files of every format."""
    return list(good.animals())
