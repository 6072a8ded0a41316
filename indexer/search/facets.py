"""How many of the hits have which value? Counted exactly, each facet without its own selection."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from indexer.analysis import fold
from indexer.search.request import SearchRequest
from indexer.search.results import Facet, FacetValue

SHOWN_VALUES = 12
"""Values shown of a facet, besides those selected; the others are added up in `other`."""

Values = Mapping[str, AbstractSet[int]]
"""Value -> the numbers of the documents that have it."""


def canonical_value(value: str, values: Values) -> str:
    """The value of the index that *value* means, whatever its case, accents, apostrophes and spaces; else itself."""
    if value in values:
        return value
    wanted = fold(value)
    return next((known for known in values if fold(known) == wanted), value)


def canonical_request(request: SearchRequest, facets: Mapping[str, Values]) -> SearchRequest:
    """The request with every facet value as the index writes it."""
    include, exclude = (
        {
            name: tuple(dict.fromkeys(canonical_value(value, facets[name]) for value in chosen))
            for name, chosen in selection.items()
        }
        for selection in (request.include, request.exclude)
    )
    return request.replace(include=include, exclude=exclude)


def allowed_by(
    request: SearchRequest, facets: Mapping[str, Values], matches: frozenset[int]
) -> dict[str, frozenset[int]]:
    """For every facet field with a selection: the *matches* that its included and excluded values leave."""
    allowed: dict[str, frozenset[int]] = {}
    for name in {*request.include, *request.exclude}:
        included = union(request.include.get(name, ()), facets[name]) if request.include.get(name) else matches
        allowed[name] = (matches & included) - union(request.exclude.get(name, ()), facets[name])
    return allowed


def union(chosen: tuple[str, ...], values: Values) -> frozenset[int]:
    """The documents that have any of the *chosen* values."""
    return frozenset().union(*(values.get(value, frozenset()) for value in chosen))


def count_facet(name: str, values: Values, hits: frozenset[int], request: SearchRequest) -> Facet:
    """The values of one facet among *hits*."""
    selected, excluded = request.include.get(name, ()), request.exclude.get(name, ())
    counts = {value: len(documents & hits) for value, documents in values.items()}
    counts |= {value: 0 for value in (*selected, *excluded) if value not in counts}
    present = [value for value, count in counts.items() if count or value in selected or value in excluded]
    if name == "date":
        present.sort(reverse=True)
    else:
        present.sort(key=lambda value: (-counts[value], fold(value), value))
    shown = [value for at, value in enumerate(present) if at < SHOWN_VALUES or value in (*selected, *excluded)]
    with_value = frozenset().union(*values.values()) if values else frozenset()
    return Facet(
        values=tuple(
            FacetValue(
                value=value, label=value, count=counts[value], selected=value in selected, excluded=value in excluded
            )
            for value in shown
        ),
        missing=len(hits - with_value),
        other=sum(counts[value] for value in present if value not in shown),
    )
