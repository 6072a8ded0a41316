"""Which articles are in these files? Source file -> Document: find, decode, clean, date, language."""

from indexer.ingest.files import SourceFile, find_files
from indexer.ingest.text import read_text_file

__all__ = ["SourceFile", "find_files", "read_text_file"]
