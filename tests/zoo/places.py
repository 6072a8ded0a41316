"""What lies in a folder and is no file, or not as long as it says, or has a name that drives a terminal."""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.zoo.animal import Animal, article

LINK = "lien symbolique"
NO_FILE = "ni fichier ni dossier ordinaire"
BAD_NAME = "caractères de contrôle"


def animals() -> Iterator[Animal]:
    """All of them."""
    for name, target in {
        "systeme.txt": "/etc/passwd",
        "nulle-part.txt": "/nulle/part",
        "soi-meme.txt": "soi-meme.txt",
        "dossier-parent": "..",
        "racine": "/",
        "peripherique.txt": "/dev/zero",
        "proc": "/proc/self/fd",
    }.items():
        yield Animal(f"liens/{name}", _link(target), LINK)
    yield Animal("liens/pipe.txt", os.mkfifo, NO_FILE)
    yield Animal("liens/prise.txt", _socket, NO_FILE)
    yield Animal("trous/dix-giga.txt", _sparse(10_000_000_000), "fichier à trous")
    yield Animal("trous/tera.jsonl", _sparse(1_000_000_000_000), "fichier à trous")
    locked = "" if os.geteuid() == 0 else "accès refusé"  # root reads all
    yield Animal("modes/ferme.txt", _locked, locked, 0 if locked else 1)
    yield Animal("modes/sans-permission/un.txt", article("permis"), "", 1)
    for number, name in enumerate(("cloche\x07", "deux\nlignes", "efface\x1b[2J", "envers\u202etxt", "c1\x9b")):
        yield Animal(f"noms/{name}.txt", article(f"nom {number}"), BAD_NAME)
    yield Animal("noms/" + os.fsdecode(b"latin\xe9.txt"), article("latin"), "pas en UTF-8")
    yield Animal("noms/dossier\x1b[31m/un.txt", article("dossier rouge"), BAD_NAME)
    yield Animal(f"noms/{'n' * 250}.txt", article("nom long"), "", 1)
    yield Animal("noms/-rf.txt", article("tiret"), "", 1)
    yield Animal("noms/'; rm -rf *.txt", article("commande"), "", 1)
    yield Animal("noms/%s%n{0}.txt", article("format"), "", 1)
    yield Animal("noms/[bold]gras[/bold].txt", article("gras"), "", 1)
    yield Animal("fonds/" + "d/" * 400 + "au-fond.txt", article("au fond"), "", 1)


def _link(target: str) -> Callable[[Path], None]:
    return lambda place: place.symlink_to(target)


def _socket(place: Path) -> None:
    os.mknod(place, stat.S_IFSOCK | 0o600)


def _sparse(size: int) -> Callable[[Path], None]:
    def make(place: Path) -> None:
        place.write_bytes(article(f"troué {size}"))
        os.truncate(place, size)

    return make


def _locked(place: Path) -> None:
    place.write_bytes(article("fermé"))
    place.chmod(0)
