"""Files of words and their forms, written short: a sign at the end of a form stands for the endings of a tense."""

from pathlib import Path

_ENDINGS = {
    "*": "e es ent ons ez ais ait aient ions iez ant".split(),  # dev*: devons, devait, devant…
    "+": "a ai as ons ez ont ais ait aient ions iez".split(),  # devr+: devra, devront, devrait…
    "~": ["", "e", "s", "es"],  # promu~: promu, promue, promus, promues
}


def read_lines(name: str) -> list[str]:
    """The lines of a file of this folder, comments and empty ones left out."""
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def spell_out(written: str) -> list[str]:
    """The forms that *written* stands for, in order.

    >>> spell_out("élire élu~")
    ['élire', 'élu', 'élue', 'élus', 'élues']
    """
    return [word.rstrip("*+~") + ending for word in written.split() for ending in _ENDINGS.get(word[-1], [""])]


def read_classes(name: str) -> dict[str, str]:
    """Each form of a file of classes, one a line, with the name of its class: = and the first form of the line.

    A form that one line writes out is no form of a line where it only follows from a sign.
    """
    lines = read_lines(name)
    names = [f"={line.split()[0]}" for line in lines]
    written = {form: name for line, name in zip(lines, names, strict=True) for form in line.split()}
    return {form: name for line, name in zip(lines, names, strict=True) for form in spell_out(line)} | {
        form: name for form, name in written.items() if form[-1] not in _ENDINGS
    }


def read_irregular_forms() -> tuple[dict[str, str], dict[str, str]]:
    """The forms of irregular_forms.txt, each with the first form of its line.

    First those that keep to themselves, then those that are stemmed as that form.
    """
    alone: dict[str, str] = {}
    stemmed_alike: dict[str, str] = {}
    others: set[str] = set()
    for line in read_lines("irregular_forms.txt"):
        beginnings, colon, endings = line.partition(" : ")
        if not colon:
            beginnings, equals, endings = line.partition(" = ")
            if not equals:
                others.update(line.split())
                continue
        for beginning in beginnings.split():
            forms = [beginning.strip("_") + ending for ending in spell_out(endings)]
            (alone if colon else stemmed_alike).update(dict.fromkeys(forms, forms[0]))
    for form in others:
        alone.pop(form, None)
    return alone, stemmed_alike
