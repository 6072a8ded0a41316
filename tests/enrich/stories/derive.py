"""Write the versions that need no author: copies with other furniture, light edits, shortened dispatches.

    python -m tests.enrich.stories.derive

Everything here is written by hand but the choice: which story gets which version depends on its place in the file. A
version "by" « hand » is left as it is.
"""

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypedDict

FOLDER = Path(__file__).parent
HALVES = ("tuning", "held_out")

HEADS = (
    "Accueil > International > Défense\n\nTemps de lecture : 1 min",
    "Monde\n\nPar la rédaction avec les agences",
    "Partager sur Facebook\n\nPartager sur X",
    "Abonné\n\nArticle réservé à nos abonnés, offert pendant 24 heures",
    "Incidents\n\nL’actualité de la nuit",
    "Le fil info des armées",
)
TAILS = (
    "Lire aussi : notre dossier sur les dépenses militaires en Europe\n\nRecevez chaque matin notre lettre",
    "Photo d’illustration, droits réservés.\n\nLaisser un commentaire\n\nVotre adresse ne sera pas publiée.",
    "(Avec nos correspondants)\n\nÀ lire également\n\nTous nos articles sur la défense",
    "Source : dépêche d’agence\n\nTwitter\nLinkedIn\nImprimer",
    "Cet article vous a plu ? Soutenez notre rédaction.",
    "© Tous droits réservés. Reproduction interdite.",
)
OTHER_WORDS = (
    ("a annoncé", "a fait savoir"),
    ("ont annoncé", "ont fait savoir"),
    ("a indiqué", "a précisé"),
    ("a signé", "a paraphé"),
    ("a approuvé", "a autorisé"),
    ("indique que", "rapporte que"),
    ("au moins", "un minimum de"),
    ("plus de", "au-delà de"),
    ("près de", "environ"),
    ("environ", "à peu près"),
    ("comprend", "inclut"),
    ("matériel", "équipement"),
    ("montant", "coût"),
    ("également", "aussi"),
    ("selon", "d’après"),
    ("Selon", "D’après"),
    ("blessés", "personnes blessées"),
    ("détruit", "réduit à néant"),
    ("a touché", "a atteint"),
    ("ont touché", "ont atteint"),
    ("navires", "bâtiments"),
    ("frappe", "attaque"),
    ("l’Ukraine", "Kiev"),
    ("doit", "devrait"),
    ("premier", "tout premier"),
    ("première", "toute première"),
    ("dans la nuit", "au cours de la nuit"),
    ("a reçu", "a accueilli"),
    ("les deux", "ces deux"),
    ("sera", "devrait être"),
    ("seront", "devraient être"),
)
ADDED = (
    "La nouvelle a été confirmée dans la soirée.",
    "Plus d’informations à venir.",
    "Les réactions n’ont pas tardé.",
    "L’information a été reprise par plusieurs médias.",
)


class Version(TypedDict):
    """One article of the set: *kind* says how it came from the story's original, *by* who wrote it."""

    id: str
    story: str
    kind: str
    by: str
    date: str
    title: str
    text: str


def read(half: str) -> list[Version]:
    """The articles of one half."""
    lines = (FOLDER / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def derive(written: Iterable[Version]) -> Iterator[Version]:
    """The versions that follow from those written by hand, in order of story."""
    originals = [version for version in written if version["kind"] == "original"]
    for place, original in enumerate(originals):
        alone = place % 8 == 7  # a story told once
        if not alone and place % 4 != 2:
            yield _version(original, "copy", title=original["title"], text=_furnished(original["text"], place))
        if not alone and place % 2 == 0:
            title = original["title"].split(" : ")[-1]
            yield _version(original, "edit", title=title[:1].upper() + title[1:], text=_edited(original["text"], place))
        if not alone and place % 3 != 1:
            yield _version(original, "short", title=original["title"], text=_shortened(original["text"]), later=0)
    for place, other in enumerate(version for version in written if version["kind"] in ("rewrite", "translation")):
        if place % 2 == 0:
            text = _furnished(other["text"], place + 3)
            yield _version(other, f"copy of {other['kind']}", title=other["title"], text=text)


def _version(source: Version, kind: str, *, title: str, text: str, later: int = 1) -> Version:
    date = dt.date.fromisoformat(source["date"]) + dt.timedelta(days=later)
    name = f"{source['story']}/{kind.replace(' ', '-')}"
    return {**source, "id": name, "kind": kind, "by": "script", "date": str(date), "title": title, "text": text}


def _furnished(text: str, place: int) -> str:
    return "\n\n".join((HEADS[place % len(HEADS)], text, TAILS[place // 2 % len(TAILS)]))


def _edited(text: str, place: int) -> str:
    for written, instead in OTHER_WORDS:
        text = re.sub(rf"\b{written}\b", instead, text)
    first, *middle, last = _sentences(text)
    return " ".join((first, *middle[1:], *middle[:1], last, ADDED[place // 2 % len(ADDED)]))


def _shortened(text: str) -> str:
    return " ".join(_sentences(text)[:2])


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.?!])\s(?=[A-ZÀ-Ý«])", text)


def write(half: str) -> None:
    """Write the derived versions of one half behind those written by hand."""
    written = [version for version in read(half) if version["by"] == "hand"]
    lines = (json.dumps(version, ensure_ascii=False) for version in (*written, *derive(written)))
    (FOLDER / f"{half}.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    for half in HALVES:
        write(half)
