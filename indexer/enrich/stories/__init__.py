"""Which articles tell one story? A signature of each article, how like two of them are, and the stories they make."""

from indexer.enrich.stories.signature import Signature, signature
from indexer.enrich.stories.similarity import SAME_STORY, Likeness, compare, similarity
from indexer.enrich.stories.store import Stories

__all__ = ["SAME_STORY", "Likeness", "Signature", "Stories", "compare", "signature", "similarity"]
