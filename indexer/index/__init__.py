"""Documents -> an index on disk, and back: arrays in files, written once, memory-mapped for reading."""

from indexer.index.checking import CheckReport, check_index
from indexer.index.copying import copy_index, take_snapshot
from indexer.index.live import FacetLabels, LiveSegment
from indexer.index.lock import INDEXING, take_lock
from indexer.index.manifest import Commit
from indexer.index.reader import IndexReader, latest_generation, open_generation, open_reader
from indexer.index.repairing import Repair, repair_index
from indexer.index.writer import Change, IndexWriter

__all__ = [
    "INDEXING",
    "Change",
    "CheckReport",
    "Commit",
    "FacetLabels",
    "IndexReader",
    "IndexWriter",
    "LiveSegment",
    "Repair",
    "check_index",
    "copy_index",
    "latest_generation",
    "open_generation",
    "open_reader",
    "repair_index",
    "take_lock",
    "take_snapshot",
]
