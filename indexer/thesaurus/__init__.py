"""Who and what is meant by which names? Countries, places, equipment, organisations and people, with their variants."""

from indexer.thesaurus.entries import DATA, KINDS, Entry, Kind, load_entries
from indexer.thesaurus.reading import Mention
from indexer.thesaurus.thesaurus import Thesaurus, load_thesaurus

__all__ = ["DATA", "KINDS", "Entry", "Kind", "Mention", "Thesaurus", "load_entries", "load_thesaurus"]
