"""Documents -> an index on disk, and back. For now a stock Whoosh index, which the array index will replace."""

from indexer.index.reader import IndexReader, open_reader
from indexer.index.schema import SCHEMA_VERSION, create_schema
from indexer.index.writer import Change, IndexWriter

__all__ = ["SCHEMA_VERSION", "Change", "IndexReader", "IndexWriter", "create_schema", "open_reader"]
