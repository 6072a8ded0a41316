"""Topics: the subjects of French defence news, each with the rule that finds it in an article, and its names."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import msgspec

from indexer.analysis import analyze, fold, is_stop_word, stem_class
from indexer.thesaurus.entries import DATA
from indexer.thesaurus.names import Key

ENTRY, ANY_OF_KIND = "@", "#"
"""The signs of the cues that are no phrases."""

FEWEST_TERMS = 2
"""Of a phrase that names a topic: every « drone » need not be an article on drones."""


class Topic(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rule of one topic, under its French name; `topics.toml` says what its cues mean."""

    label: str
    all: tuple[str, ...] = ()
    sure: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    minimum: int = 2

    @property
    def cues(self) -> tuple[str, ...]:
        """Every phrase and entry that the rule looks at."""
        return (*self.all, *self.sure, *self.any, *self.none)

    @property
    def names(self) -> tuple[str, ...]:
        """What a search for the topic may say: its label, the parts of that, and the phrases sure to mean it."""
        phrases = (cue for cue in self.sure if not cue.startswith((ENTRY, ANY_OF_KIND)))
        return (self.label, *self.label.split(" et "), *phrases)


def load_topics(folder: Path = DATA) -> tuple[Topic, ...]:
    """Every topic that comes with Vigie, or those of *folder*, in the order of the file.

    Raises msgspec.ValidationError or tomllib.TOMLDecodeError when the file is not well formed.
    """
    tables = tomllib.loads((folder / "topics.toml").read_text(encoding="utf-8"))
    return tuple(msgspec.convert({"label": label, **table}, Topic) for label, table in tables.items())


@cache
def topic_names() -> Mapping[Key, str]:
    """The label of the topic that some words name, by their stem classes; a phrase of two topics names neither.

    Made when first needed, in 20 ms.
    """
    labels: dict[Key, set[str]] = {}
    for topic in load_topics():
        for key in {topic_key(term.text for term in analyze(name)) for name in topic.names}:
            if len(key) >= FEWEST_TERMS:
                labels.setdefault(key, set()).add(topic.label)
    return {key: label for key, (label, *others) in labels.items() if not others}


def topic_key(terms: Iterable[str]) -> Key:
    """The stem classes of the terms that say something."""
    return tuple(fold(stem_class(term)) for term in terms if not is_stop_word(term))
