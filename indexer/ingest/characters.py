"""Are these the characters that the author wrote? Mojibake, entities, invisible marks and glued sentences repaired.

Clean text is the rule, so each step has a cheap guard: the distinct characters of the text, or one search.
"""

import html
import re
import unicodedata
from collections.abc import Set as AbstractSet

import ftfy

_MOST_ROUNDS = 10
"""What one round mends may complete what another begins (« &amp;#38;eacute; »); nested noise settles in four."""

# UTF-8 read as windows-1252, ISO-8859-1, windows-1251, macRoman or code page 437: the pairs that give it away,
# by their first character, since one search for a character is faster than one for a class. ftfy decides.
_TRAIL = "[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
_MOJIBAKE = {
    **{lead: re.compile(lead + _TRAIL) for lead in "ÂÄÅÐÑГВ"},
    **{pair[0]: re.compile(pair) for pair in (f"Ã(?:{_TRAIL}| )", "â[€‚\x80]", "ï»", "ð[Ÿ\x9f]", "‚Ä", "ΓÇ", "вЂ")},
    **{sign: re.compile(sign) for sign in "√├┬"},
}
_HESITATED = {"ÃŽ": "Î", "Å’": "Œ", "Ã -": "à-"}
"""What ftfy takes for good text; French has none of it."""
_SPACES = re.compile(r"[ \n]+")
_NAMED_LETTER = re.compile(r"«\s?[ÃÂ]\s?»")
"""« Ã » between guillemets is the letter itself, spoken of."""

_ENTITY_NAMES = (
    "apos|quot|amp|nbsp|lt|gt|[lr]aquo|[lr]squo|[lr]dquo|hellip|[mn]dash|euro|deg|oelig|OElig|shy|thinsp|middot|copy"
    "|[aeiouyAEIOUY](?:acute|grave|circ|uml)|[cC]cedil|[nN]tilde"
)
_GAP = r"(?:\s *+)?"
"""Of any length, since what is cleaned has single spaces, and is to be read the same again."""
_AMPERSANDS = re.compile(
    rf"&(?:{_GAP}(?:amp|#0*38|#[xX]0*26){_GAP};)+"
    rf"(?={_GAP}(?:[a-zA-Z][a-zA-Z0-9]{{1,30}}|#[xX]?[0-9a-fA-F]{{1,7}}){_GAP};)"
)
_BROKEN_ENTITY = re.compile(rf"& *+(?:({_ENTITY_NAMES})|# *+(\d{{2,7}}|[xX][0-9a-fA-F]{{2,6}})) *+;")
_UNENDED_ENTITY = re.compile(r"&([aeiouAEIOU](?:acute|grave|circ|uml)|[cC]cedil|nbsp|[lr]aquo)(?![;=])")
_ENTITY = re.compile(r"&(?:[a-zA-Z][a-zA-Z0-9]{1,30}|#\d{2,7}|#[xX][0-9a-fA-F]{2,6});")


def _characters(*ranges: tuple[int, int]) -> list[int]:
    return [code for first, last in ranges for code in range(first, last + 1)]


_ODD: dict[int, str | None] = {
    # zero-width marks, directions, controls, icon fonts, lone surrogates and what no text may hold
    **dict.fromkeys(_characters((0, 8), (14, 31), (127, 127), (0xAD, 0xAD), (0x61C, 0x61C), (0x180E, 0x180E))),
    **dict.fromkeys(_characters((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2069), (0x3164, 0x3164))),
    **dict.fromkeys(_characters((0xD800, 0xF8FF), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFC), (0xFFFE, 0xFFFF))),
    **dict.fromkeys(_characters((0xE0000, 0xE007F))),
    # controls that were windows-1252 punctuation, read as ISO-8859-1
    **{code: bytes([code]).decode("windows-1252", "ignore") for code in range(0x80, 0xA0)},
    **dict.fromkeys(_characters((0x0B, 0x0D), (0x2028, 0x2029)), "\n"),
    **dict.fromkeys([0x09, 0x1680, *range(0x2000, 0x2009), 0x200A, 0x205F, 0x3000], " "),
    0x2009: "\u202f",  # thin: the space of « 10 000 », which does not break
    0x2010: "-",
    0x2015: "—",
    **dict(zip(range(0xFB00, 0xFB07), ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True)),
}  # fmt: skip
_ODD_CHARACTERS = frozenset(map(chr, _ODD))
_PLAIN_BYTES = bytes(code for code in (10, *range(32, 127)) if chr(code) not in "&<`")
_COMPOSED = re.compile("[\0-\u02ff\u2010-\u206f\u20a0-\u20cf]*")
"""Characters that are in composed form wherever they stand: those of French, and its signs."""
_FEW_ODD = 10
"""A replacement of one character passes 1 GB/s, a table of all of them 20 MB/s."""
_APOSTROPHES = frozenset("´`ʹʼ′‛＇ꞌ")
_APOSTROPHE = re.compile(f"(?<=[^\\W\\d_])[{''.join(_APOSTROPHES)}](?=[^\\W\\d_])")
_ANGLES = re.compile(r"<<([^<>\n]{1,300})>>")

_LOWER, _UPPER = "a-zß-öø-ÿœ", "A-ZÀ-ÖØ-ÞŒ"
_END_BEFORE_CAPITAL = re.compile(f"[.!?…»](?=[{_UPPER}«“])")
_SENTENCE_ENDS = re.compile(
    rf"(?:[{_LOWER}]{{2}}|[»”)\]%\d]|(?<![.{_UPPER}])[{_UPPER}]{{2,20}})[.!?…]$|[{_LOWER}»”)]\s[!?]$|[.!?…]\s?»$"
)
_SENTENCE_BEGINS = re.compile(rf"[{_UPPER}][{_LOWER}’']|[{_UPPER}]{{2,}}(?!\w|\.[{_UPPER}«“])|[ÀAYÔ] |[«“]")
"""Of capitals in a row (« AB.CD.EF ») none begins one: parting the first two, the next round would part the next."""
_IN_ADDRESS = re.compile(r"://|www\.|[@\\_=]|\.\w+/")
_NETWORK_ENDING = "com|fr|org|net|ru|ua|uk|eu|be|ch|io|tv|fm|gov|gouv|edu|mil|int|asso|info"
_FILE_ENDING = (
    "pdf|docx?|xlsx?|pptx?|jpe?g|png|gif|svg|mp[34]|avi|mov|zip|rar|txt|html?|php|aspx?|js|css|xml|json|csv|exe|py|md"
)
_ADDRESS_GOES_ON = re.compile(
    rf"(?:[\w-]{{1,60}}\.){{0,4}}(?:{_NETWORK_ENDING}|{_FILE_ENDING})(?!\w)|[\w.+-]{{1,80}}[@\\_=/]", re.IGNORECASE
)
_LONGEST_END = 25
"""Characters that _SENTENCE_ENDS looks at."""
_NEIGHBOURHOOD = 100
"""Characters looked at on both sides of a point; longer addresses are not cut at a capital."""


def repair_characters(text: str) -> str:
    """*text* in composed characters, its entities and mojibake read, nothing invisible, sentences apart.

    Good typography stays as written (no-break spaces, ’ and ', “ ” and « »). Repairing twice is repairing once.

    >>> repair_characters("L& apos;armÃ©e russe.Cette &amp;eacute;tape")
    "L'armée russe. Cette étape"
    """
    for _ in range(_MOST_ROUNDS):
        repaired = _repair_once(text)
        if repaired == text:
            break
        text = repaired
    return text


def repair_title(title: str) -> str:
    """*title* on one line, repaired: « Ã » at the end of a line is a letter, before a space what is left of « à »."""
    for _ in range(_MOST_ROUNDS):
        repaired = repair_characters(title)
        if "\n" in repaired or "  " in repaired:
            repaired = _SPACES.sub(" ", repaired)
        if repaired == title:
            break
        title = repaired
    return title


def may_be_mojibake(text: str) -> bool:
    """Whether there is a trace of text that was decoded wrongly; good text has some too, as « Ã » itself."""
    return _has_mojibake(text, _special_characters(text))


def _repair_once(text: str) -> str:
    distinct = _special_characters(text)
    if _has_mojibake(text, distinct):
        text = "\n".join(map(_without_mojibake, text.split("\n")))
        distinct = _special_characters(text)
    if "&" in distinct and (read := _read_entities(text)) != text:
        text, distinct = read, _special_characters(read)
    text = _without_oddities(text, distinct)
    if not (_COMPOSED.fullmatch("".join(distinct)) or unicodedata.is_normalized("NFC", text)):
        text = unicodedata.normalize("NFC", text)
    return _END_BEFORE_CAPITAL.sub(_unglue, text)


def _special_characters(text: str) -> set[str]:
    """The distinct characters of *text* that any step looks for: what is beyond ASCII, and some of it.

    By way of its bytes, which are sifted in 4 µs where a set of 2,400 characters takes 39.
    """
    return set(text.encode("utf-8", "surrogatepass").translate(None, _PLAIN_BYTES).decode("utf-8", "surrogatepass"))


def _has_mojibake(text: str, distinct: AbstractSet[str]) -> bool:
    return any(_MOJIBAKE[lead].search(text) for lead in _MOJIBAKE.keys() & distinct)


def _without_mojibake(line: str) -> str:
    if not _has_mojibake(line, _special_characters(line)) or _NAMED_LETTER.search(line):
        return line
    for pair, letter in _HESITATED.items():
        line = line.replace(pair, letter)
    return ftfy.fix_encoding(line)


def _read_entities(text: str) -> str:
    text = _AMPERSANDS.sub("&", text)
    text = _BROKEN_ENTITY.sub(lambda entity: f"&{entity.group(1) or '#' + entity.group(2)};", text)
    text = _UNENDED_ENTITY.sub(r"&\1;", text)
    return _ENTITY.sub(lambda entity: html.unescape(entity.group()), text)


def _without_oddities(text: str, distinct: AbstractSet[str]) -> str:
    odd = distinct & _ODD_CHARACTERS
    if "\r" in odd:
        text = text.replace("\r\n", "\n")
    if len(odd) > _FEW_ODD:
        text = text.translate(_ODD)
    else:
        for character in odd:
            text = text.replace(character, _ODD[ord(character)] or "")
    if distinct & _APOSTROPHES:
        text = _APOSTROPHE.sub("’", text)
    return _ANGLES.sub(r"«\1»", text) if "<" in distinct else text


def _unglue(end: re.Match[str]) -> str:
    """The end of a sentence with the space that it lacks, but for addresses, files, designations and initials."""
    text, position = end.string, end.end()
    after = text[position : position + _NEIGHBOURHOOD]
    if not (_SENTENCE_BEGINS.match(after) and _SENTENCE_ENDS.search(text, max(0, position - _LONGEST_END), position)):
        return end.group()
    word = text[max(0, position - _NEIGHBOURHOOD) : position].split()[-1]
    in_address = _IN_ADDRESS.search(word) or _ADDRESS_GOES_ON.match(after)
    return end.group() if in_address else f"{end.group()} "
