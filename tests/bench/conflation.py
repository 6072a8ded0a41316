"""Which forms of words meet? Snowball alone and our classes, over groups of forms that share a lemma.

usage: python -m tests.bench.conflation [--data ../shared/data/lang_fr] [--shown 20] [set ...]

Recall: of the pairs of forms of one group, how many share a class; then with every pair counted as often as its forms stand in the
news (the product of their counts, by the count of the group), groups with a function word left out. False merges: pairs of forms
that share a class and no group. Forms are terms, as the chain writes them; Snowball stems them with their accents, and its stems are
compared as they are, not folded. The domain groups are shown in two halves too, by the lemma, and "new in ud" are the groups of the
treebanks whose lemma the news has not: rules were chosen with the news in view.
"""

import argparse
import gzip
import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from indexer.analysis import is_stop_word, stem_class, terms_of
from indexer.analysis.stemming import snowball
from tests.bench.peers import row

DATA = Path(__file__).parents[3] / "shared" / "data" / "lang_fr"
SETS = {
    "domain": "conflation_groups_domain.jsonl",
    "ud": "conflation_groups_ud_gold.jsonl",
    "hunspell": "conflation_groups_hunspell.jsonl.gz",
}
STEMMERS: Mapping[str, Callable[[str], str]] = {"Snowball": snowball, "Vigie": stem_class}

Pair = tuple[str, str]


class Group(NamedTuple):
    """A lemma and its forms as terms, with how often each stands in the news."""

    lemma: str
    forms: Mapping[str, int]


class Conflation(NamedTuple):
    """How well classes join the forms of groups, and only these."""

    pairs: int
    met: int
    weight: float
    weight_met: float
    missed: Counter[Pair]
    false_merges: Counter[Pair]
    """Pairs, the more frequent first."""

    @property
    def recall(self) -> float:
        """Of the pairs in groups."""
        return self.met / self.pairs

    @property
    def weighted_recall(self) -> float:
        """The same, as often as the forms stand in the news."""
        return self.weight_met / self.weight


def read_groups(file: Path) -> Iterator[Group]:
    """The groups of two forms and more; a form that is no single term is left out."""
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            forms: Counter[str] = Counter()
            for form, count in _counted(record["forms"]):
                terms = terms_of(form)
                if len(terms) == 1:
                    forms[terms[0].text] += count
            if len(forms) > 1:
                yield Group(record["lemma"], forms)


def _counted(forms: Mapping[str, int] | Sequence[str]) -> Iterable[tuple[str, int]]:
    return forms.items() if isinstance(forms, Mapping) else [(form, 1) for form in forms]


def first_half(group: Group) -> bool:
    """Whether *group* is in the first of two halves that share no lemma."""
    return zlib.crc32(group.lemma.encode()) % 2 == 0


def measure(groups: Sequence[Group], class_of: Callable[[str], str]) -> Conflation:
    """Compare the classes of *class_of* with *groups*."""
    groups_of: dict[str, set[int]] = defaultdict(set)
    counts: dict[str, int] = {}
    for number, group in enumerate(groups):
        for form, count in group.forms.items():
            groups_of[form].add(number)
            counts[form] = max(count, counts.get(form, 0))
    classes = {form: class_of(form) for form in groups_of}
    pairs, met, weight, weight_met = 0, 0, 0.0, 0.0
    missed: Counter[Pair] = Counter()
    for group in groups:
        total = 0 if any(map(is_stop_word, group.forms)) else sum(group.forms.values())
        for one, other in combinations(group.forms, 2):
            often = group.forms[one] * group.forms[other] / total if total else 0.0
            meet = classes[one] == classes[other]
            pairs, weight = pairs + 1, weight + often
            met, weight_met = met + meet, weight_met + meet * often
            if not meet and often > 1:
                missed[one, other] += round(often)
    members: dict[str, list[str]] = defaultdict(list)
    for form, name in classes.items():
        members[name].append(form)
    false_merges = Counter(
        {
            (one, other): min(counts[one], counts[other])
            for forms in members.values()
            for one, other in combinations(forms, 2)
            if groups_of[one].isdisjoint(groups_of[other])
        }
    )
    return Conflation(pairs, met, weight, weight_met, missed, false_merges)


def _most_frequent(pairs: Counter[Pair], shown: int) -> str:
    return ", ".join(f"{one}/{other}" for (one, other), _ in pairs.most_common(shown))


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


def main() -> None:
    """Print a table for each set, then what is missed and wrongly merged most."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", choices=[[], *SETS], default=[])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--shown", type=int, default=20)
    options = parser.parse_args()
    _say(row("groups", "classes", "pairs", "recall", "weighted", "false merges"))
    _say(row(*["---"] * 6))
    seen: dict[str, Conflation] = {}
    for name in options.sets or SETS:
        groups = list(read_groups(options.data / SETS[name]))
        parts = {name: groups}
        if name == "domain":
            parts["domain, first half"] = [group for group in groups if first_half(group)]
            parts["domain, second half"] = [group for group in groups if not first_half(group)]
        if name == "ud":
            known = {group.lemma for group in read_groups(options.data / SETS["domain"])}
            parts["new in ud"] = [group for group in groups if group.lemma not in known]
        for part, chosen in parts.items():
            for stemmer, class_of in STEMMERS.items():
                found = measure(chosen, class_of)
                numbers = [f"{found.pairs:,}", f"{found.recall:.4f}", f"{found.weighted_recall:.4f}"]
                _say(row(part, stemmer, *numbers, f"{len(found.false_merges):,}"))
            if part == name:
                seen[name] = found
    for name, found in seen.items():
        _say(f"\n{name}, ours\n\nmissed: {_most_frequent(found.missed, options.shown)}")
        _say(f"\nmerged: {_most_frequent(found.false_merges, options.shown)}")


if __name__ == "__main__":
    main()
