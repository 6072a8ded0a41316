"""Topics: the rules are well formed, and give labelled paragraphs the topics that an editor files them under."""

import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from indexer.enrich.topics import Found, Topics
from indexer.thesaurus import KINDS, Entry, Kind, Thesaurus, load_entries, load_thesaurus
from indexer.thesaurus.topics import ANY_OF_KIND, ENTRY, Topic, load_topics

TABLE = Path(__file__).parent / "topics.tsv"
RULES = load_topics()


class Row(NamedTuple):
    """A paragraph and the topics that it has."""

    topics: set[str]
    title: str
    text: str


@cache
def rows() -> list[Row]:
    lines = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [Row({topic for topic in topics.split(" ; ") if topic != "-"}, *rest) for topics, *rest in lines]


@cache
def shipped() -> Topics:
    return Topics(RULES, load_thesaurus())


def entities(text: str) -> set[tuple[Kind, str]]:
    """What `find_entities` finds: an entry and its families, a place as its country."""
    thesaurus = load_thesaurus()
    named = {
        (mention.kind, entry.label)
        for mention in thesaurus.find(text)
        for entry in thesaurus.lineage(mention.kind, mention.entry)
    }
    places = {mention.entry.country for mention in thesaurus.find(text) if mention.kind == "place"}
    return named | {("country", country) for country in places if country}


def topics_of(row: Row) -> set[str]:
    return {found.label for found in shipped().find(row.title, row.text, entities(f"{row.title}\n{row.text}"))}


@cache
def counts() -> dict[str, Counter[str]]:
    found = {topic.label: Counter[str]() for topic in RULES}
    for row in rows():
        given = topics_of(row)
        for label in given | row.topics:
            found[label]["right" if label in given & row.topics else "false" if label in given else "missed"] += 1
    return found


def precision_and_recall(count: Counter[str]) -> tuple[float, float]:
    right = count["right"]
    return right / max(right + count["false"], 1), right / max(right + count["missed"], 1)


def report() -> str:
    """Precision and recall by topic, then the paragraphs that came out wrong."""
    lines = []
    for label, count in counts().items():
        precision, recall = precision_and_recall(count)
        lines.append(f"{label:42} precision {precision:.2f} recall {recall:.2f} of {count['right'] + count['missed']}")
    lines += [
        f"  {row.title}: + {sorted(given - row.topics)} - {sorted(row.topics - given)}"
        for row in rows()
        if (given := topics_of(row)) != row.topics
    ]
    precision, recall = precision_and_recall(sum(counts().values(), Counter()))
    return "\n".join([*lines, f"all: precision {precision:.3f} recall {recall:.3f}"])


def test_paragraphs_get_the_topics_of_their_labels() -> None:
    sys.stdout.write(report())
    assert min(precision_and_recall(sum(counts().values(), Counter()))) >= 0.95, report()


@pytest.mark.parametrize("label", [topic.label for topic in RULES])
def test_no_topic_is_bad(label: str) -> None:
    assert min(precision_and_recall(counts()[label])) >= 0.6


def test_the_table_is_large_and_every_topic_is_in_it() -> None:
    labelled = Counter(topic for row in rows() for topic in row.topics)
    assert labelled.keys() == {topic.label for topic in RULES}
    assert min(labelled.values()) >= 3
    assert len({row.text for row in rows()}) == len(rows()) >= 80
    assert sum(not row.topics for row in rows()) >= 12


def test_there_are_about_twenty_topics() -> None:
    assert 18 <= len({topic.label for topic in RULES}) == len(RULES) <= 26


def test_rules_name_entries_and_kinds_that_exist() -> None:
    every = [entry for kind in KINDS for entry in load_entries(kind)]
    labels, kinds = {entry.label for entry in every}, {entry.kind for entry in every}
    cues = [cue for topic in RULES for cue in topic.cues]
    assert [cue for cue in cues if cue.startswith(ENTRY) and cue[1:] not in labels] == []
    assert [cue for cue in cues if cue.startswith(ANY_OF_KIND) and cue[1:] not in kinds] == []


def test_no_cue_stands_twice_in_a_rule() -> None:
    twice = {topic.label: [cue for cue, times in Counter(topic.cues).items() if times > 1] for topic in RULES}
    assert {label: cues for label, cues in twice.items() if cues} == {}


def test_a_misspelt_field_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "topics.toml").write_text('["Drones"]\nsures = ["drone"]\n', encoding="utf-8")
    with pytest.raises(msgspec.ValidationError, match="sures"):
        load_topics(tmp_path)


THESAURUS = Thesaurus(
    [
        ("country", Entry(label="Ukraine")),
        ("equipment", Entry(label="Reaper", kind="drone")),
        ("equipment", Entry(label="Reaper ER", family="Reaper")),
    ]
)


def find(rule: Topic, text: str, title: str = "", entities: tuple[tuple[Kind, str], ...] = ()) -> tuple[Found, ...]:
    return Topics([rule], THESAURUS).find(title, text, entities)


def test_a_sure_phrase_is_enough_and_is_told() -> None:
    assert find(Topic(label="D", sure=("lutte antidrones",)), "La lutte antidrones") == (
        Found("D", ("lutte antidrones",)),
    )


def test_phrases_are_found_in_every_inflection_and_without_accents() -> None:
    rule = Topic(label="D", sure=("défense aérienne",))
    assert find(rule, "les défenses aériennes")
    assert find(rule, "LA DEFENSE AERIENNE")


def test_a_phrase_ends_at_word_ends_and_words_kept_apart_stay_apart() -> None:
    assert find(Topic(label="D", sure=("arme laser",)), "une armée laser, un charme laser") == ()


def test_a_hint_needs_company_or_the_title() -> None:
    rule = Topic(label="D", any=("budget", "emprunt"))
    assert find(rule, "le budget, le budget") == ()
    assert find(rule, "le budget et l’emprunt") == (Found("D", ("budget", "emprunt")),)
    assert find(rule, "rien", title="Le budget") == (Found("D", ("budget",)),)


def test_what_is_needed_must_be_there_and_what_is_excluded_must_not() -> None:
    rule = Topic(label="D", all=("@Ukraine",), sure=("front",), none=("front de mer",))
    ukraine: tuple[tuple[Kind, str], ...] = (("country", "Ukraine"),)
    assert find(rule, "le front") == ()
    assert find(rule, "le front", entities=ukraine) != ()
    assert find(rule, "le front de mer", entities=ukraine) == ()


def test_an_entry_counts_by_its_label_and_by_the_kind_of_its_family() -> None:
    reaper: tuple[tuple[Kind, str], ...] = (("equipment", "Reaper ER"),)
    assert find(Topic(label="D", sure=("#drone",)), "", entities=reaper) == (Found("D", ("drone",)),)
    assert find(Topic(label="D", sure=("@Reaper ER",)), "", entities=reaper) == (Found("D", ("Reaper ER",)),)


def test_a_long_article_needs_more_than_a_passing_word() -> None:
    rule = Topic(label="D", sure=("drone", "essaim", "FPV"))
    assert find(rule, "Un drone. " + "Autre chose encore. " * 500) == ()
    assert find(rule, "Un drone, un essaim, des FPV. " + "Autre chose encore. " * 500) != ()


def test_the_weightiest_topic_comes_first() -> None:
    topics = Topics([Topic(label="A", sure=("drone",)), Topic(label="B", sure=("essaim", "brouilleur"))], THESAURUS)
    assert [found.label for found in topics.find("", "drone, essaim, brouilleur", ())] == ["B", "A"]
