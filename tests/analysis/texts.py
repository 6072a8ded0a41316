"""Texts to try the French chain on: any text, French characters, and French pieces put side by side."""

from hypothesis import strategies as st

CHARACTERS = (
    "aàâbcçdeéèêëfghiîïjklmnoôœpqrstuùûvwxyzæAÀBCDEÉFGHILMÎOŒQSTU0123456789СТуЁ"
    "'’‘ʼ`´-‐‑–—.,/:;!?«»()%€&#@_ \u00a0\u2009\u202f\n\u00ad\u200b\u0301\u0300²ᵉ🚀"
)
_ELISIONS = ("l’", "d'", "qu’", "jusqu’", "aujourd’hui", "O’Brien", "N’Djamena", "’s")
_WORDS = ("anti-", "contre-", "sous-marin", "États-", "armée", "a", "A", "mi", "h", "km", "\u00ad", "é\u0301")
_DESIGNATIONS = ("F", "Su", "Soukhoï", "С", "16", "35", "400M", "155", "mm", "U.S.", "O.T.A.N")
_NUMBERS = ("10", "000", "2024", "1,5", "12.7", "1.200")
_BETWEEN = (" ", "\u202f", "-", "‑", ".", ",", "/", "…", "\n")
PIECES = (*_ELISIONS, *_WORDS, *_DESIGNATIONS, *_NUMBERS, *_BETWEEN, *_BETWEEN)
TEXTS = st.text() | st.text(CHARACTERS) | st.lists(st.sampled_from(PIECES)).map("".join)

# Each one, repeated, is a text that could take quadratic time.
_LONG_WORDS = ("a", "é", "0", "\u0301", "\u00ad", "ʼ", "a-", "a'b'", "l’", "qu'a", "’s", "anti-", "l’anti-")
_LONG_NUMBERS = ("1.", "1,", "111.", "111 ", "1 000 ", "1-1,5", "155 mm", "F 16 ", "F-16-", "x’1.1")
_LONG_PUNCTUATION = ("-", "’", ".", "a.", "a.b-", "mi-", "(", "🚀")
HOSTILE = (*_LONG_WORDS, *_LONG_NUMBERS, *_LONG_PUNCTUATION)
