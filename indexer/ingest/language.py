"""Which language is it written in?"""

import re
from functools import cache
from itertools import repeat
from typing import Any

FEWEST_LETTERS = 80
"""Below, the identifier is wrong too often (it takes « Le Pentagone cherche » for Italian)."""

SAMPLE = 1000
"""Characters looked at. 3,000 take the identifier three times as long; it said the same of 568 real articles."""

DEFAULT = "fr"
LANGUAGES = ("fr", "en", "de", "es", "it", "pt", "nl", "pl", "ro", "uk", "ru", "tr", "ar", "fa", "he", "zh", "ja", "ko")
"""What people who follow defence in French collect; fewer candidates make fewer errors."""

_OTHER_SCRIPT = re.compile("[\u0250-\u1dff\u2c00-\ud7ff\uf900-\ufffe]")
_FRENCH_WORDS = frozenset(
    "les des du une dans est et au aux pour qui qu avec sur être été ont sont cette ces leur leurs nous vous mais "
    "selon après depuis ainsi où même très elle ils elles ce cet ses vers chez dont lors donc aussi tout tous trois "
    "avait étaient était peut doit avant pendant".split()
)
_FOREIGN_WORDS = frozenset(
    "the of and to in is was that with from said der die das und den von mit ist dem nicht auf für ein eine im zu "
    "el los las del con por una para como fue di che della nel gli sono per alla os dos da do em não uma com "
    "het een van voor zijn dat op na się nie że jest oraz și în cu din este pentru care ve bir bu için".split()
)
_SHARED_WORDS = frozenset("le la de à l d en un il que n s c se par pas plus ne j on a".split())
"""French words that other languages have too."""
_KINDS = {word: kind for kind, words in enumerate((_FRENCH_WORDS, _FOREIGN_WORDS, _SHARED_WORDS)) for word in words}
_UNKNOWN = 3
_FEWEST_WORDS = 25
_FRENCH_SHARE = 0.07
"""Of the words: 92 of 100 real texts have more and no foreign words, and no text of another language comes near."""
_FOREIGN_SHARE = 0.1
"""Of the French ones; « von der Leyen » is no German."""
_FEWEST_WORDS_OF_A_SUMMARY = 15
_FEWEST_FRENCH = 2
_SMALL_SHARE = 0.25
"""Of the words, French and shared: with no foreign word, that decides for two of three summaries, which are short."""


def choose_language(text: str, declared: str | None = None) -> str:
    """The ISO 639-1 code of the language of *text*: what its words say, since pages declare what their template does.

    With too little text to tell, what is *declared* (« fr-FR », « en_US »); French when nothing is.
    """
    sample = text[:SAMPLE]
    if is_plainly_french(sample):
        return "fr"
    if sum(map(str.isalpha, sample)) < FEWEST_LETTERS:
        code = (declared or "").strip().lower().replace("_", "-").split("-")[0]
        return code if code in LANGUAGES else DEFAULT
    return str(load_identifier().classify(sample)[0])


def is_plainly_french(text: str) -> bool:
    """Whether small words leave no doubt, in 30 µs in place of the identifier's 600 to 1400: it says so too, then."""
    words = text.lower().replace("'", " ").replace("’", " ").split()
    french, foreign, shared = map(bytes(map(_KINDS.get, words, repeat(_UNKNOWN))).count, range(_UNKNOWN))
    if not french or _OTHER_SCRIPT.search(text):
        return False
    if len(words) >= _FEWEST_WORDS and french >= _FRENCH_SHARE * len(words) and foreign <= _FOREIGN_SHARE * french:
        return True
    is_summary = len(words) >= _FEWEST_WORDS_OF_A_SUMMARY and french >= _FEWEST_FRENCH
    return is_summary and not foreign and french + shared >= _SMALL_SHARE * len(words)


@cache
def load_identifier() -> Any:  # noqa: ANN401 - the library has no types
    """The identifier, loaded on first use: it takes a second and a temporary file, and serving never needs it."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(LANGUAGES))
    return identifier
