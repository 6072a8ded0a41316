"""The spaces that French wants before its tall punctuation marks and inside its quotation marks."""

import re

NO_BREAK, NARROW_NO_BREAK = "\u00a0", "\u202f"


def typeset(text: str) -> str:
    """*text* with its plain spaces before « : ; ? ! » and inside quotation marks made unbreakable.

    >>> typeset("Absent : « a » ; créez-le !") == "Absent\u00a0: «\u00a0a\u00a0»\u202f; créez-le\u202f!"
    True
    """
    text = re.sub(r"(?<=\S) (?=[;?!](?:\s|$))", NARROW_NO_BREAK, text)
    return re.sub(r"(?<=\S) (?=[:»](?:[\s.,;)~]|$))|(?<=«) ", NO_BREAK, text)
