"""Queries that make no sense, or look as if they meant harm: each gives results or a QueryError, never more."""

WORDS = ("missile", "l'OTAN", "F 16", "155 mm")

UNBALANCED = (
    '"', '""', '"""', '"missile', 'missile"', '"missile" "', "«", "»", "« missile", "missile »", "»missile«", "“missile", "missile”",
    "„missile", "(", ")", "()", ")(", "((", "))", "(missile", "missile)", "((missile)", "(missile))", ")missile(", "(()())",
    '("missile)"', '"(missile"', "(«missile)»", "[missile", "missile]", "{missile}", "<missile>", "<script>alert(1)</script>",
)  # fmt: skip
OPERATORS = (
    "ET", "OU", "SAUF", "AND", "OR", "NOT", "ET ET", "OU OU", "SAUF SAUF", "NOT NOT NOT", "ET OU SAUF", "missile ET",
    "ET missile", "missile OU", "OU missile", "SAUF missile", "missile SAUF", "missile ET ET char", "missile OU OU char",
    "missile ET OU char", "missile SAUF OU char", "(ET)", "(OU missile)", "(missile ET)", "SAUF (SAUF (SAUF missile))", "-", "--",
    "-missile", "--missile", "- missile", "-(missile)", "-()", '-""', '-"missile"', "-ET", "+missile", "missile+", "!missile",
    "missile && char", "missile || char", "missile | char", "~", "missile~", "missile~9", "*", "**", "*missile", "mis*ile", "missile*",
    "?", "???", "mis?ile", "^", "missile^2", ":", "texte:", ":missile", "texte:missile", "champ:valeur", "[a TO z]", "date:[2022 TO",
    "date:{", "a:b:c:d", "\\", "\\\\", '\\"', "missile\\", "/missile/", "/(a+)+$/", "TO", "[TO]", "ANDNOT", "ANDMAYBE REQUIRE",
)  # fmt: skip
CHARACTERS = (
    "\x00", "missile\x00char", "\x00" * 100, "\n\r\t", "\x1b[31mrouge", "\ufeffmissile", "\u200bmissile", "mis\u00adsile",
    "\u202emissile", "\u2066missile\u2069", "\u200f\u200e", "😀", "🚀 missile 🚀", "👩‍🚀", "é", "e\u0301", "\u0301", "\u0301" * 50,
    "ﬁn", "№ 5", "½", "²", "ß", "İ", "ı", "ΣΊΣΥΦΟΣ", "Київ", "北京", "العربية", "עברית", "हिन्दी", "\ud800", "\U0010ffff", "\uffff",
    "%00", "%", "%s%n", "${jndi:ldap://x}", "'; DROP TABLE documents;--", "../../etc/passwd", "{{7*7}}", "<img src=x onerror=alert(1)>",
    "&lt;b&gt;", "&#0;", "'", "''", "’", "l'", "l’", "d'l'q'", "'missile'", "`", "´", "_", "__", "-_-", ".", "...", "…", ",", ";",
    "0", "00000", "1,5", "1,", ",5", "1.2.3.4", "10 000 000", "1e999", "-1", "NaN", "null", "None", "undefined", "true",
)  # fmt: skip
LONG = (
    "a" * 10_000, "é" * 10_000, "a " * 5_000, "(" * 10_000, ")" * 10_000, "(" * 5_000 + ")" * 5_000, '"' * 10_000, "-" * 10_000,
    "'" * 10_000, "*" * 10_000, "a-" * 5_000, "a'" * 5_000, "a." * 5_000, "1," * 5_000, "OU " * 3_000, "NOT " * 2_500, "\x00" * 10_000,
    "😀" * 10_000, " " * 10_000, "a" * 1_000, "(" * 500 + "a" + ")" * 499, "(" * 20 + "a" + ")" * 20, "(" * 21 + "a" + ")" * 21,
    "-" * 999, "a -" * 333, "a OU " * 200, "« " * 500, "1" * 1_000, "a'" * 500, "é." * 500, " ".join(WORDS * 16),
)  # fmt: skip

QUERIES = (*UNBALANCED, *OPERATORS, *CHARACTERS, *LONG)
