"""Which articles are in these files? Source file -> Document: find, unpack, decode, clean, date, language."""

from indexer.ingest.boilerplate import LineKey, without_recurring
from indexer.ingest.draft import DEFAULT_NAMES, FieldNames
from indexer.ingest.files import SourceFile, find_files
from indexer.ingest.ledger import Applied, FileState, Ledger
from indexer.ingest.original import read_original
from indexer.ingest.read import read_file
from indexer.ingest.reading_process import Read, Readers

__all__ = [
    "DEFAULT_NAMES",
    "Applied",
    "FieldNames",
    "FileState",
    "Ledger",
    "LineKey",
    "Read",
    "Readers",
    "SourceFile",
    "find_files",
    "read_file",
    "read_original",
    "without_recurring",
]
