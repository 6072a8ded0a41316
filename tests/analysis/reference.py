"""The chain as it is defined, slowly: every surface of the whole text, every term of a surface."""

from indexer.analysis import AnalyzedTerm, cut_surfaces, terms_of


def analyze_by_surfaces(text: str) -> list[AnalyzedTerm]:
    """What `analyze` must give."""
    located = [
        (term.text, surface.start() + term.start, surface.start() + term.end)
        for surface in cut_surfaces(text)
        for term in terms_of(surface.group())
    ]
    return [AnalyzedTerm(*term, position) for position, term in enumerate(located)]
