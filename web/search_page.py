"""The search page: what its template shows of a request and its answer."""

from collections.abc import Iterator
from typing import NamedTuple

from markupsafe import Markup, escape

from indexer.document import Amount
from indexer.french import counted, french_amount, french_date, french_number
from indexer.search import Facet, FacetValue, Hit, SearchRequest, SearchResults, Sort
from indexer.typography import NO_BREAK
from web.page import ENTITY_KINDS, FACET_NAMES, Link, entity_address, mark, value_name

FOLDED_FACETS = {"kind", "designation", "language"}
"""The facets that are closed until the reader opens them or chooses from them: the column would be too long."""

SHOWN_VALUES = 5
"""Values of a facet that are always seen; the others are under « voir plus », one alone never is."""

SORT_NAMES = {
    Sort.RELEVANCE: "Pertinence",
    Sort.NEWEST: "Plus récents",
    Sort.OLDEST: "Plus anciens",
    Sort.AMOUNT: "Montant",
}
PAGES_AROUND = 2
"""Page numbers shown on each side of the current one."""

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


class FacetBlock(NamedTuple):
    """A facet as it is shown: the values always seen, and those that are unfolded."""

    field: str
    name: str
    facet: Facet
    seen: tuple[FacetValue, ...]
    more: tuple[FacetValue, ...]
    is_open: bool
    more_is_open: bool


class SearchPage:
    """The search page: one SearchRequest and its SearchResults."""

    def __init__(self, request: SearchRequest, results: SearchResults) -> None:
        self.request = request
        self.results = results
        self.first_page = request.replace(page=1)

    @property
    def heading(self) -> str:
        """The count, as announced: « 145 résultats pour « rafale » »."""
        query = f" pour «{NO_BREAK}{self.request.q.strip()}{NO_BREAK}»" if self.request.q.strip() else ""
        return f"{counted(self.results.total.value, 'résultat')}{query}"

    @property
    def title(self) -> str:
        """The title of the window."""
        if not self.request.parameters():
            return "Vigie, l’actualité de défense en français"
        place = f", page {self.request.page} sur {self.last_page}" if self.last_page > 1 else ""
        query = f"«{NO_BREAK}{self.request.q.strip()}{NO_BREAK}»{NO_BREAK}: " if self.request.q.strip() else ""
        return f"{query}{counted(self.results.total.value, 'résultat')}{place} – Vigie"

    @property
    def last_page(self) -> int:
        """The number of the last page of results."""
        return max(1, -(-self.results.total.value // self.request.size))

    @property
    def facets(self) -> list[FacetBlock]:
        """Every facet that has something to choose."""
        counted_facets = self.results.facets
        return [
            _facet_block(field, counted_facets[field])
            for field in FACET_NAMES
            if field in counted_facets and counted_facets[field].values
        ]

    @property
    def hidden_fields(self) -> list[tuple[str, str]]:
        """The parameters that the form has no visible control for."""
        shown = {"q", "page", "from", "to", *(block.field for block in self.facets)}
        return [(name, value) for name, value in self.request.parameters() if name.removeprefix("-") not in shown]

    @property
    def chips(self) -> list[Chip]:
        """The active filters, each with the address that drops it."""
        return [*self._facet_chips("include", ""), *self._facet_chips("exclude", " sauf"), *self._other_chips()]

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
    def collapsing(self) -> Link:
        """The switch between articles and stories."""
        label = "Montrer chaque version" if self.request.collapse else "Regrouper les versions"
        return Link(label, self._here(collapse=not self.request.collapse))

    @property
    def sorts(self) -> list[Link]:
        """The orders to choose from; without a query there is no relevance."""
        offered = [sort for sort in SORT_NAMES if sort is not Sort.RELEVANCE or self.request.q.strip()]
        return [Link(SORT_NAMES[sort], self._here(sort=sort), sort is self.request.order) for sort in offered]

    @property
    def pages(self) -> list[Link | None]:
        """The page numbers to offer; None stands for those left out."""
        near = range(self.request.page - PAGES_AROUND, self.request.page + PAGES_AROUND + 1)
        numbers = sorted({1, *(number for number in near if 1 <= number <= self.last_page), self.last_page})
        links: list[Link | None] = []
        for before, number in zip([0, *numbers], numbers, strict=False):
            if number > before + 1:
                links.append(None)
            address = self.request.replace(page=number).address("/")
            links.append(Link(french_number(number), address, number == self.request.page))
        return links

    @property
    def previous(self) -> str | None:
        """The address of the page before."""
        return self.request.replace(page=self.request.page - 1).address("/") if self.results.links.prev else None

    @property
    def next(self) -> str | None:
        """The address of the page after."""
        return self.request.replace(page=self.request.page + 1).address("/") if self.results.links.next else None

    def hit_title(self, hit: Hit) -> Markup:
        """The title with the words found marked."""
        marked = next((snippet for snippet in hit.snippets if snippet.field == "title"), None)
        return mark(marked) if marked else escape(hit.title)

    def tags(self, hit: Hit) -> list[Link]:
        """The facet values of a hit, each with the address of the search narrowed to it."""
        return [
            Link(value, self._with(field, value), value in self.request.include.get(field, ()))
            for field in TAG_FIELDS
            for value in hit.facets.get(field, ())[:HIT_TAGS]
        ]

    def story(self, hit: Hit) -> Link | None:
        """« 3 versions, 2 sources », and the search for these versions."""
        if hit.story is None:
            return None
        label = counted(hit.story.versions, "version")
        label += f", {counted(hit.story.sources, 'source')}" if hit.story.sources else ""
        address = SearchRequest(story=hit.story.id, sort=Sort.OLDEST).address("/")
        return Link(label, address, hit.story.id == self.request.story)

    def amounts(self, hit: Hit) -> str:
        """The sums of money of a hit with the highest figures, in the order of the article."""
        largest = sorted(hit.amounts, key=lambda amount: -(amount.highest or amount.value))[:HIT_AMOUNTS]
        return ", ".join(french_amount(amount) for amount in hit.amounts if amount in largest)

    def _facet_chips(self, side: str, suffix: str) -> Iterator[Chip]:
        for field, values in getattr(self.request, side).items():
            for value in values:
                entity = entity_address(field, value) if field in ENTITY_KINDS else None
                name = f"{FACET_NAMES[field]}{suffix}"
                yield Chip(name, value_name(field, value), self._without(side, field, value), entity)

    def _other_chips(self) -> Iterator[Chip]:
        request = self.request
        if request.published_from:
            yield Chip("Depuis", french_date(request.published_from), self._here(published_from=None))
        if request.published_to:
            yield Chip("Jusqu’à", french_date(request.published_to), self._here(published_to=None))
        for name, end in (("amount_from", request.amount_from), ("amount_to", request.amount_to)):
            if end is not None:
                shown = french_amount(Amount(end, request.currency)) if request.currency else french_number(end)
                side = "à partir de" if name == "amount_from" else "jusqu’à"
                yield Chip("Montant", f"{side} {shown}", self._here(**{name: None}))
        if request.currency:
            yield Chip("Monnaie", request.currency, self._here(currency=None))
        if request.story:
            yield Chip("Versions", "d’un même récit", self._here(story=None))
        if request.collapse:
            yield Chip("Versions", "regroupées", self._here(collapse=False))

    def _here(self, **changes: object) -> str:
        return self.first_page.replace(**changes).address("/")

    def _with(self, field: str, value: str) -> str:
        values = (*self.request.include.get(field, ()), value)
        return self._here(include={**self.request.include, field: tuple(dict.fromkeys(values))})

    def _without(self, side: str, field: str, value: str) -> str:
        selection = getattr(self.request, side)
        left = {
            name: tuple(kept for kept in values if (name, kept) != (field, value)) for name, values in selection.items()
        }
        return self._here(**{side: {name: values for name, values in left.items() if values}})


def _facet_block(field: str, facet: Facet) -> FacetBlock:
    values = facet.values
    seen = len(values) if len(values) == SHOWN_VALUES + 1 else SHOWN_VALUES
    chosen = [value.selected or value.excluded for value in values]
    is_open = field not in FOLDED_FACETS or any(chosen)
    return FacetBlock(field, FACET_NAMES[field], facet, values[:seen], values[seen:], is_open, any(chosen[seen:]))
