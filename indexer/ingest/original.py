"""The original of a Document: what its source file says, as it was before anything was cleaned."""

import re
from itertools import islice
from pathlib import Path

from indexer.document import Provenance
from indexer.errors import SourceError
from indexer.ingest.archives import open_items
from indexer.ingest.draft import Item

_LINE = re.compile(r"ligne (\d+)")


def read_original(provenance: Provenance) -> bytes:
    """The bytes of the file or of the archive's member; of a file with an article a line, that line.

    SourceError when the file or the member is not there any more.
    """
    for item in open_items(Path(provenance.root) / provenance.path, provenance.path):
        if isinstance(item, Item) and (item.path.partition("!/")[2] or None) == provenance.member:
            line = _LINE.fullmatch(provenance.place or "")
            if line is None:
                return item.read()
            return next(islice(item.stream, int(line.group(1)) - 1, None), b"")
    raise SourceError(provenance.path, "l’original n’est plus là, ou n’est plus lisible")
