"""The search page: what its template shows of a request and its answer."""

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from markupsafe import Markup, escape

from indexer.document import Amount
from indexer.engine import Engine
from indexer.french import counted, french_amount, french_date, french_number, french_span
from indexer.message import Message, joined
from indexer.search import (
    NO_FILTERS,
    Alternative,
    EquipmentNode,
    Facet,
    FacetValue,
    Hit,
    SearchRequest,
    SearchResults,
    Shown,
    Sort,
)
from indexer.typography import typeset
from web.chart import Chart, draw_timeline
from web.facet_page import facet_address
from web.language import language_of
from web.page import (
    ENTITY_KINDS,
    FACET_NAMES,
    Link,
    entity_address,
    mark,
    page_links,
    search_page_address,
    value_name,
)

FOLDED_FACETS = {"kind", "designation", "language"}
TREE = "equipment"
"""The facets that are closed until the reader opens them or chooses from them: the column would be too long."""

SHOWN_VALUES = 5
"""Values of a facet that are always seen; the others are under « voir plus », one alone never is."""

DRAWN_FACETS = {"amount", "source", "language", "date"}
"""The facets with a bar for each value: scales, whose shape is seen at once, and what parts the articles."""

SORT_NAMES = {
    Sort.RELEVANCE: Message("Pertinence"),
    Sort.NEWEST: Message("Plus récents"),
    Sort.OLDEST: Message("Plus anciens"),
    Sort.AMOUNT: Message("Montant"),
}
PAGE_SIZES = (10, 20, 50, 100)

ALTERNATIVES = {
    "unfiltered": Message("Retirer les filtres"),
    "relaxed": Message("Ne pas exiger tous les mots"),
    "corrected": Message("Corriger les mots inconnus"),
    "expanded": Message("Chercher aussi les autres noms"),
}

TAG_FIELDS = ("country", "equipment", "designation", "organisation", "person")
HIT_TAGS = 3
"""Facet values shown under a result, per facet."""

HIT_AMOUNTS = 2
"""Sums of money shown under a result."""


class Chip(NamedTuple):
    """An active filter, the address without it, and the page of the entity that it names."""

    name: str
    label: str
    without: str
    entity: str | None = None
    language: str | None = None
    """That of the label, when it is not of the page."""


class FacetBlock(NamedTuple):
    """A facet as it is shown: the values always seen, and those that are unfolded."""

    field: str
    name: str
    facet: Facet
    seen: tuple[FacetValue, ...]
    more: tuple[FacetValue, ...]
    is_open: bool
    more_is_open: bool
    tree: tuple[EquipmentNode, ...] = ()
    """The values as a tree, instead of *seen* and *more*."""

    @property
    def highest(self) -> int:
        """The largest count, which the bar of each value is measured by; 0 when there are no bars."""
        counts = [value.count for value in self.facet.values] if self.field in DRAWN_FACETS else []
        return max(counts) if len(counts) > 1 else 0


class SearchPage:
    """The search page: one SearchRequest and its SearchResults."""

    def __init__(
        self,
        request: SearchRequest,
        results: SearchResults,
        tree: tuple[EquipmentNode, ...] = (),
        alternatives: tuple[Alternative, ...] = (),
    ) -> None:
        self.request = request
        self.results = results
        self.first_page = request.replace(page=1)
        self._tree = tree
        self._alternatives = alternatives

    @classmethod
    def of(cls, request: SearchRequest, engine: Engine) -> "SearchPage":
        """The page of *request*, with all that it shows besides the results."""
        asked = request.replace(timelines=tuple(dict.fromkeys(("published", *request.timelines))))
        results = engine.search(asked)
        tree: tuple[EquipmentNode, ...] = ()
        if {"kind", "equipment"} <= set(request.facets):
            kinds, equipment = (
                frozenset(value.value for value in results.facets[name].values) for name in ("kind", "equipment")
            )
            tree = engine.equipment_tree(asked, Shown(kinds, equipment))
        return cls(request, results, tree, () if results.total.value else engine.alternatives(request))

    @property
    def heading(self) -> Message:
        """The count, as announced: « 145 résultats pour « rafale » »."""
        number, query = french_number(self.results.total.value), self.request.q.strip()
        if not query:
            return counted(self.results.total.value, "résultat")
        return Message(
            "{number} résultat pour « {query} »", "{number} résultats pour « {query} »", number=number, query=query
        )

    @property
    def title(self) -> Message:
        """The title of the window."""
        found = counted(self.results.total.value, "résultat")
        if self.last_page > 1:
            page, last = self.request.page, self.last_page
            found = Message("{results}, page {page} sur {last}", results=found, page=page, last=last)
        if query := self.request.q.strip():
            found = Message("« {query} » : {results}", query=query, results=found)
        return joined(" – ", (found, "Vigie"))

    @property
    def last_page(self) -> int:
        """The number of the last page of results."""
        return max(1, -(-self.results.total.value // self.request.size))

    @cached_property
    def facets(self) -> list[FacetBlock]:
        """Every facet that has something to choose."""
        counted_facets = self.results.facets
        blocks = [
            _facet_block(field, counted_facets[field])
            for field in FACET_NAMES
            if field in counted_facets and counted_facets[field].values and not (self._tree and field == "kind")
        ]
        return [block._replace(tree=self._tree) if block.field == TREE else block for block in blocks]

    def has_more(self, block: FacetBlock) -> bool:
        """Whether a facet has values that are not shown here."""
        return bool(block.facet.other or (block.tree and self.results.facets["kind"].other))

    def all_values(self, block: FacetBlock) -> str:
        """The page with every value of a facet."""
        return facet_address(self.first_page, block.field)

    @property
    def hidden_fields(self) -> list[tuple[str, str]]:
        """The parameters that the form has no visible control for."""
        blocks = self.facets
        shown = {"q", "page", "from", "to", *(block.field for block in blocks)}
        if any(block.tree for block in blocks):
            shown.add("kind")
        if any(block.field == "amount" for block in blocks):
            shown |= {"amount_from", "amount_to", "currency"}
        if not self.request.q.strip() and self.request.sort is Sort.NEWEST:
            shown.add("sort")  # goes without saying here, and would hold for the query that is typed next
        return [(name, value) for name, value in self.request.parameters() if name.removeprefix("-") not in shown]

    @cached_property
    def chips(self) -> list[Chip]:
        """The active filters, each with the address that drops it."""
        return [*self._facet_chips("include"), *self._facet_chips("exclude", is_excluded=True), *self._other_chips()]

    @property
    def cleared(self) -> str:
        """The address without any filter."""
        nothing = dict.fromkeys(("published_from", "published_to", "amount_from", "amount_to", "currency", "story"))
        return self._here(include={}, exclude={}, collapse=False, **nothing)

    @property
    def unexpanded(self) -> str:
        """The address that searches only for what was typed."""
        return self._here(expand=False)

    @property
    def expanded(self) -> str:
        """The address that searches for other names again."""
        return self._here(expand=True)

    @property
    def uncorrected(self) -> str:
        """The address that searches for unknown words as they were typed."""
        return self._here(correct=False)

    @property
    def corrected(self) -> str:
        """The address that corrects unknown words again."""
        return self._here(correct=True)

    @property
    def strict(self) -> str:
        """The address that asks for every word."""
        return self._here(strict=True)

    @property
    def relaxed(self) -> str:
        """The address that asks less strictly when it has to."""
        return self._here(strict=False)

    @property
    def collapsing(self) -> Link:
        """The switch between articles and stories."""
        label = Message("Montrer chaque version") if self.request.collapse else Message("Regrouper les versions")
        return Link(label, self._here(collapse=not self.request.collapse))

    @property
    def sorts(self) -> list[Link]:
        """The orders to choose from; without a query there is no relevance."""
        offered = [sort for sort in SORT_NAMES if sort is not Sort.RELEVANCE or self.request.q.strip()]
        return [Link(SORT_NAMES[sort], self._here(sort=sort), sort is self.request.order) for sort in offered]

    @property
    def pages(self) -> list[Link | None]:
        """The page numbers to offer; None stands for those left out."""
        return page_links(self.request.page, self.last_page, self._page)

    @property
    def previous(self) -> str | None:
        """The address of the page before."""
        return self._page(self.request.page - 1) if self.results.links.prev else None

    @property
    def next(self) -> str | None:
        """The address of the page after."""
        return self._page(self.request.page + 1) if self.results.links.next else None

    @property
    def sizes(self) -> list[Link]:
        """How many results a page may have; none to choose from when the shortest page holds all."""
        if self.results.total.value <= PAGE_SIZES[0]:
            return []
        sizes = sorted({*PAGE_SIZES, self.request.size})
        return [Link(french_number(size), self._here(size=size), size == self.request.size) for size in sizes]

    @property
    def explaining(self) -> Link | None:
        """The switch for the parts of the scores; by relevance alone is there anything to explain."""
        if self.request.order is not Sort.RELEVANCE or not self.results.hits:
            return None
        explained, unexplained = Message("Ne plus expliquer l’ordre"), Message("Expliquer l’ordre des résultats")
        label = explained if self.request.explain else unexplained
        return Link(label, self._here(explain=not self.request.explain))

    @cached_property
    def chart(self) -> Chart | None:
        """The articles found over time, each bar with the search for its own."""
        timeline = self.results.timelines.get("published")
        return draw_timeline(timeline, lambda date: self._here(published_from=date, published_to=date))

    @property
    def ways_out(self) -> list[Link]:
        """Other forms of a search that found nothing, and how many articles each finds."""
        return [
            Link(ALTERNATIVES[each.kind], search_page_address(each.request), number=each.total)
            for each in self._alternatives
            if each.kind != "word"
        ]

    @property
    def words_heading(self) -> Message:
        """Whether the words were looked for with the filters or without."""
        filtered = any(each.kind == "word" and _has_filter(each.request) for each in self._alternatives)
        if filtered:
            return Message("Chaque mot seul, avec les mêmes filtres")
        return Message("Chaque mot seul, sans filtre") if self.chips else Message("Chaque mot seul")

    @property
    def words_alone(self) -> list[Link]:
        """The words of a search that found nothing, and how many articles have each; those in none lead nowhere."""
        return [
            Link(typeset(each.text), search_page_address(each.request) if each.total else None, number=each.total)
            for each in self._alternatives
            if each.kind == "word"
        ]

    @staticmethod
    def written(sum_of_money: float | None) -> str:
        """A sum as an address has it."""
        return "" if sum_of_money is None else f"{sum_of_money:.15g}"

    def hit_title(self, hit: Hit) -> Markup:
        """The title with the words found marked."""
        marked = next((snippet for snippet in hit.snippets if snippet.field == "title"), None)
        return mark(marked) if marked else escape(hit.title)

    def tags(self, hit: Hit) -> list[Link]:
        """The facet values of a hit, each with the address of the search narrowed to it."""
        return [
            Link(
                value,
                self._with(field, value),
                value in self.request.include.get(field, ()),
                language=language_of(field),
            )
            for field in TAG_FIELDS
            for value in hit.facets.get(field, ())[:HIT_TAGS]
        ]

    def story(self, hit: Hit) -> Link | None:
        """« 3 versions, 2 sources », and the search for these versions."""
        if hit.story is None:
            return None
        label = counted(hit.story.versions, "version")
        label = joined(", ", (label, counted(hit.story.sources, "source"))) if hit.story.sources else label
        address = search_page_address(SearchRequest(story=hit.story.id, sort=Sort.OLDEST))
        return Link(label, address, hit.story.id == self.request.story)

    def amounts(self, hit: Hit) -> str:
        """The sums of money of a hit with the highest figures, in the order of the article."""
        largest = sorted(hit.amounts, key=lambda amount: -(amount.highest or amount.value))[:HIT_AMOUNTS]
        return joined(", ", (french_amount(amount) for amount in hit.amounts if amount in largest))

    def _facet_chips(self, side: str, *, is_excluded: bool = False) -> Iterator[Chip]:
        for field, values in getattr(self.request, side).items():
            for value in values:
                entity = entity_address(field, value) if field in ENTITY_KINDS else None
                name = FACET_NAMES[field]
                name = Message("{facet} sauf", facet=name) if is_excluded else name
                without = self._without(side, field, value)
                yield Chip(name, value_name(field, value), without, entity, language_of(field))

    def _other_chips(self) -> Iterator[Chip]:
        request = self.request
        first, last = request.published_from, request.published_to
        if first and last:
            span = french_span(first.first, last.last)
            yield Chip(Message("Période"), span, self._here(published_from=None, published_to=None))
        elif request.published_from:
            yield Chip(Message("Depuis"), french_date(request.published_from), self._here(published_from=None))
        elif request.published_to:
            yield Chip(Message("Jusqu’à"), french_date(request.published_to), self._here(published_to=None))
        for name, end in (("amount_from", request.amount_from), ("amount_to", request.amount_to)):
            if end is not None:
                shown = french_amount(Amount(end, request.currency)) if request.currency else french_number(end)
                is_first = name == "amount_from"
                side = Message("à partir de {sum}", sum=shown) if is_first else Message("jusqu’à {sum}", sum=shown)
                yield Chip(Message("Montant"), side, self._here(**{name: None}))
        if request.currency:
            yield Chip(Message("Monnaie"), request.currency, self._here(currency=None))
        if request.story:
            yield Chip(Message("Versions"), Message("d’un même récit"), self._here(story=None))
        if request.collapse:
            yield Chip(Message("Versions"), Message("regroupées"), self._here(collapse=False))

    def _here(self, **changes: object) -> str:
        return search_page_address(self.first_page.replace(**changes))

    def _page(self, number: int) -> str:
        return search_page_address(self.request.replace(page=number))

    def _with(self, field: str, value: str) -> str:
        values = (*self.request.include.get(field, ()), value)
        return self._here(include={**self.request.include, field: tuple(dict.fromkeys(values))})

    def _without(self, side: str, field: str, value: str) -> str:
        selection = getattr(self.request, side)
        left = {
            name: tuple(kept for kept in values if (name, kept) != (field, value)) for name, values in selection.items()
        }
        return self._here(**{side: {name: values for name, values in left.items() if values}})


def _has_filter(request: SearchRequest) -> bool:
    return request.replace(**NO_FILTERS) != request


def _facet_block(field: str, facet: Facet) -> FacetBlock:
    values = facet.values
    seen = len(values) if len(values) == SHOWN_VALUES + 1 else SHOWN_VALUES
    chosen = [value.selected or value.excluded for value in values]
    is_open = field not in FOLDED_FACETS or any(chosen)
    return FacetBlock(field, FACET_NAMES[field], facet, values[:seen], values[seen:], is_open, any(chosen[seen:]))
