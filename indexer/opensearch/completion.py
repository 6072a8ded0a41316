"""Completion over a cluster: names of all articles, frequent phrases and titles of the newest ones."""

from collections.abc import Mapping

from indexer.analysis import fold
from indexer.index.excerpt import Excerpt
from indexer.opensearch.mapping import document_of
from indexer.opensearch.reader import EVERYTHING, ClusterReader, Json
from indexer.search.completion import NAMED, Completion
from indexer.search.frequent_phrases import SAMPLE
from indexer.thesaurus import Thesaurus

AT_ONCE = 1000


class ClusterCompletion(Completion):
    """Completes queries from one commit in a cluster."""

    def __init__(self, reader: ClusterReader, thesaurus: Thesaurus) -> None:
        self._whole = reader
        super().__init__(_newest(reader), thesaurus)

    @property
    def _size(self) -> int:
        return self._whole.size

    def _articles_of(self) -> Mapping[str, Mapping[str, int]]:
        return {
            field: dict(sorted(self._whole.values_of(field).items(), key=lambda pair: (fold(pair[0]), pair[0])))
            for field in NAMED
        }


def _newest(reader: ClusterReader) -> Excerpt:
    """The newest articles, as many as phrases are looked for in on one machine: 3 s for 8,000."""
    sources: list[Json] = []
    body: Json = {"size": AT_ONCE, "query": EVERYTHING, "sort": [{"first_day": {"order": "desc"}}, {"id": "asc"}]}
    while len(sources) < SAMPLE:
        hits = reader.search(body)["hits"]["hits"]
        sources += [hit["_source"] for hit in hits]
        if len(hits) < AT_ONCE:
            break
        body["search_after"] = hits[-1]["sort"]
    stories = [int(source["story"], 16) if "story" in source else None for source in sources]
    return Excerpt([document_of(source) for source in sources], stories, reader)
