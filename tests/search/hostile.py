"""The tokens of the query language and hostile characters, and queries made of them that ask for a lot."""

from collections.abc import Iterator
from itertools import pairwise

TOKENS = (
    *("missile", "drone", "balisti", "hélico", "Rheinmetal", "l’Otan", "F-16", "155 mm", "sous-marin", "de la", "SAMP/T", "1,5"),
    *(" ", " ", " ", "\u00a0", "*", "~", "~1", "~2", "~5", "~99999", "(", ")", "-", " -", '"', "«", "»", "“", "”", "''", "<<", ">>"),
    *(" ET ", " OU ", " SAUF ", " AND ", " OR ", " NOT ", "titre:", "texte:", "pays:", "arme:", "personne:", "langue:", "type : "),
    *("date:", "date:>=", "date:<", 'date:"', "date:(", "2023", "2022-10", "05/10/2022", "..", "...", "mars 2024", "hier"),
    *("la semaine dernière", "ces 30 derniers jours", "il y a 9999 ans", "31/02/2023", "montant:", "montant:>", "100M$", "10..50 M€"),
    *("\x00", "\u202e", "\ud800", "😀", "é", "e\u0301", "ﬁ", "İ", "ß", "œ", "Київ", "北京", "%s", "\\", "'", "’", ":", "::", "^2", "?", "[", "{"),
)  # fmt: skip

FREQUENT = (
    "de la le les des en et un une du dans pour que qui sur par au plus est avec il ne pas se son a sont été cette mais "
    "comme ou ce ont être aux leur nous deux après fait entre aussi sans tout même contre depuis encore missile drone"
).split()
"""Words that most articles have."""


def hostile_queries() -> Iterator[str]:
    """Queries within the bounds of the language that ask for as much as they can."""
    several = FREQUENT[:50]
    for join in (" ", " OU ", " SAUF ", " -"):
        yield join.join(several)[:990]
        yield join.join(f'"{a} {b}"' for a, b in pairwise(several[:30]))[:990]
        yield join.join(f'"{a} {b}"~5' for a, b in pairwise(several[:25]))[:990]
        yield join.join(f"titre:{word}" for word in several)[:990]
        yield join.join(f"{word}~2" for word in several if len(word) > 2)[:990]
        yield join.join(f"{word}*" for word in several)[:990]
        yield join.join(f"{word[:2]}*" for word in several)[:990]
        yield join.join(f"texte:{word[:3]}*" for word in several)[:990]
        yield join.join(f"date:{year}" for year in range(1990, 2050))[:990]
        yield join.join(f"date:>={year}" for year in range(1990, 2050))[:990]
        yield join.join(f"montant:>{sum_}M$" for sum_ in range(50))[:990]
        yield join.join(f"pays:{word}" for word in several)[:990]
    for slop in (1, 2, 5, 50):
        for size in (2, 3, 5, 10, 40):
            yield f'"{" ".join(FREQUENT[:size])}"~{slop}'
    for size in (2, 3, 5, 10, 60):
        yield f'"{" ".join(FREQUENT[:size])}"'
        yield f'titre:"{" ".join(FREQUENT[:size])}"'
        yield f'"{"de " * size}"'
        yield f'"{"de la " * (size // 2)}"~3'
    for begins in ("de", "co", "pr", "re", "in", "s1", "ab*", "con", "dé", "00", "20"):
        yield f"{begins}*"
        yield f"titre:{begins}*"
        yield f'"de {begins}*"'
        yield f"{begins}* {begins}a* {begins}e* {begins}i* {begins}o*"
    for word in ("char", "missile", "de", "la", "et", "xyz", "a" * 64, "é" * 64, "internationalisation"):
        yield f"{word}~"
        yield f"{word}~2"
        yield " ".join(f"{word}{letter}~2" for letter in "abcdefghij")
    yield "(" * 20 + " OU ".join(several[:20]) + ")" * 20
    yield "(" * 20 + "titre:" * 20 + "missile" + ")" * 20
    yield "-(" * 19 + "missile" + ")" * 19
    yield "NOT " * 200 + "missile"
    yield "titre:" * 100
    yield "date:" * 150
    yield "date:x " * 60
    yield "date:1 2 3 4 5 6 7 8 " * 6
    yield "montant:1 " * 60
    yield "a~" * 60
    yield "a*" * 60
    yield "ab* " * 60
    yield '""~5 ' * 100
    yield '"a"~5 ' * 60
    yield "date:" + "a" * 900
    yield "date:" + "1" * 900
    yield 'date:"' + "du 1 au " * 100 + '"'
    yield "date:" + "." * 900
    yield "montant:" + "1" * 900
    yield "montant:" + "1 " * 400
    yield "titre:(" + "pays:(" * 18 + "missile" + ")" * 19
