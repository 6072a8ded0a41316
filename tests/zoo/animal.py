"""One file of the zoo, what is to become of it, and what its makers share."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

_SENTENCES = (
    "Le ministère a confirmé {} la livraison de {} véhicules à la brigade {} de Varsovie, selon {}.",
    "La frégate {} a quitté le port de Brest avec {} marins pour une mission de {} semaines vers {}.",
    "Selon le général {}, les {} drones livrés en {} ont changé la conduite des opérations près de {}.",
    "Le rapport de {} compte {} exercices menés par la flotte en {}, dont le plus long au large de {}.",
)
_WORDS = (
    "mars avril juin Dupont Martin Lefèvre Nord Sud trois sept douze vingt Kharkiv Odessa Kherson Lviv Riga".split()
)


class Animal(NamedTuple):
    """A file, and what one run of indexing is to make of it."""

    name: str
    """Where it lies in the pile."""
    content: bytes | Callable[[Path], None]
    """Its bytes, or what makes it at its place."""
    reason: str = ""
    """What the report says of it (a pattern); nothing when all of it is indexed."""
    articles: int = 0
    """How many articles of it are in the index."""

    def make(self, pile: Path) -> None:
        """Put it into the pile."""
        place = pile / self.name
        place.parent.mkdir(parents=True, exist_ok=True)
        if callable(self.content):
            self.content(place)
        else:
            place.write_bytes(self.content)


def story(name: str) -> str:
    """Four sentences that no other name gives, a paragraph each."""
    draw = random.Random(name)
    lines = [draw.choice(_SENTENCES).format(*draw.choices(_WORDS, k=4)) for _ in range(4)]
    return "\n".join(f"{line} Dossier {draw.randrange(10**9)}." for line in lines)


def article(name: str) -> bytes:
    """A text with a headline."""
    return f"Les nouvelles du front, {name}\n\n{story(name)}\n".encode()


def page(name: str, *, head: str = "", above: str = "", below: str = "") -> bytes:
    """A web page with an article, and something around it."""
    paragraphs = "".join(f"<p>{line}</p>" for line in story(name).split("\n"))
    return (
        f"<!DOCTYPE html><html lang='fr'><head><title>La page {name}</title>{head}</head><body>{above}"
        f"<article><h1>La page {name}</h1>{paragraphs}</article>{below}</body></html>"
    ).encode()


def entry(name: str, *, title: str = "", body: str = "", more: str = "") -> str:
    """One entry of an RSS feed."""
    return (
        f"<item><title>{title or 'Brève ' + name}</title><link>https://fil.example/{name}</link>"
        f"<description>{story(name)}{body}</description>{more}</item>"
    )


def feed(*entries: str, prologue: str = "", channel: str = "") -> bytes:
    """An RSS feed."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{prologue}<rss version="2.0"><channel><title>Le fil</title>{channel}'
        f"{''.join(entries)}</channel></rss>"
    ).encode()
