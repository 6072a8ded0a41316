"""Documents -> an index on disk, and back: arrays in files, written once, memory-mapped for reading."""

from indexer.index.checking import CheckReport, check_index
from indexer.index.live import FacetLabels, LiveSegment
from indexer.index.lock import INDEXING, take_lock
from indexer.index.reader import IndexReader, latest_generation, open_generation, open_reader
from indexer.index.writer import Change, IndexWriter

__all__ = [
    "INDEXING",
    "Change",
    "CheckReport",
    "FacetLabels",
    "IndexReader",
    "IndexWriter",
    "LiveSegment",
    "check_index",
    "latest_generation",
    "open_generation",
    "open_reader",
    "take_lock",
]
