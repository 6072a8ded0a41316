"""Documents -> an index on disk, and back: arrays in files, written once, memory-mapped for reading."""

from indexer.index.reader import FacetLabels, IndexReader, LiveSegment, latest_generation, open_reader
from indexer.index.writer import Change, IndexWriter

__all__ = ["Change", "FacetLabels", "IndexReader", "IndexWriter", "LiveSegment", "latest_generation", "open_reader"]
