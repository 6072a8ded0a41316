"""Which terms does this text give? The one French chain, for documents, queries, highlighting and entity names."""

from indexer.analysis.analyzer import AnalyzedTerm, analyze, french_analyzer, locate
from indexer.analysis.compounds import compound_length
from indexer.analysis.conflation import Classes, Kin, Vocabulary, WordList, fold, stem_class
from indexer.analysis.finding import find_terms
from indexer.analysis.stop_words import STOP_WORDS, is_stop_word
from indexer.analysis.surfaces import cut_surfaces
from indexer.analysis.terms import Term, normalise, terms_of

__all__ = [
    "STOP_WORDS",
    "AnalyzedTerm",
    "Classes",
    "Kin",
    "Term",
    "Vocabulary",
    "WordList",
    "analyze",
    "compound_length",
    "cut_surfaces",
    "find_terms",
    "fold",
    "french_analyzer",
    "is_stop_word",
    "locate",
    "normalise",
    "stem_class",
    "terms_of",
]
