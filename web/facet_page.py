"""The page of one facet: every value, looked for and chosen from."""

from urllib.parse import urlencode

from flask import url_for

from indexer.engine import Engine
from indexer.errors import RequestError
from indexer.french import counted, french_number
from indexer.message import Message, joined
from indexer.search import VALUES, EquipmentNode, FacetList, FacetLookup, FacetValue, Order, SearchRequest
from web.page import FACET_NAMES, Link, page_links, search_page_address

OWN_PARAMETERS = ("match", "order", "at", "values")
"""The parameters of a lookup, beside those of the search that it is made under."""

ORDER_NAMES = {Order.COUNT: Message("Les plus fréquentes"), Order.LABEL: Message("Ordre alphabétique")}
UNMATCHED = {"amount", "language", "date"}
"""The facets that are too short, or too regular, to be looked into."""


def parse_lookup(field: str, given: dict[str, str]) -> FacetLookup:
    """The lookup that the own parameters of an address say; RequestError when one makes no sense."""
    orders = list(Order)
    if given.get("order", Order.COUNT) not in orders:
        raise RequestError("order", Message("« order » : {known}.", known=", ".join(orders)))
    return FacetLookup(
        field=field,
        match=given.get("match", "").strip(),
        order=Order(given.get("order", Order.COUNT)),
        at=_number("at", given.get("at", "1")),
        size=_number("values", given.get("values", str(VALUES))),
    )


def facet_address(request: SearchRequest, field: str, **own: str) -> str:
    """The page with the values of *field* under *request*."""
    query = urlencode([*request.parameters(), *own.items()])
    path = url_for("views.facet", field=field)
    return f"{path}?{query}" if query else path


class FacetPage:
    """The values of one facet under one search."""

    def __init__(self, request: SearchRequest, found: FacetList, tree: tuple[EquipmentNode, ...] = ()) -> None:
        self.request = request.replace(page=1)
        self.found = found
        self.tree = tree
        self.field = found.field
        self.name = FACET_NAMES[found.field]

    @classmethod
    def of(cls, request: SearchRequest, lookup: FacetLookup, engine: Engine) -> "FacetPage":
        """The page of one *lookup*; equipment is a tree until something is looked for."""
        found = engine.look_up(request, lookup)
        is_tree = lookup.field == "equipment" and not lookup.match and lookup.order is Order.COUNT
        return cls(request, found, engine.equipment_tree(request) if is_tree else ())

    @property
    def title(self) -> Message:
        """The title of the window."""
        query = self.request.q.strip()
        name = Message("{facet} : « {query} »", facet=self.name, query=query) if query else self.name
        return joined(" – ", (name, "Vigie"))

    @property
    def heading(self) -> Message:
        """How many values there are: « 65 valeurs »."""
        if not self.found.match:
            return counted(self.found.total, "valeur")
        return Message(
            "{number} valeur pour « {match} »",
            "{number} valeurs pour « {match} »",
            number=french_number(self.found.total),
            match=self.found.match,
        )

    @property
    def can_match(self) -> bool:
        """Whether the values can be looked for by name."""
        return self.field not in UNMATCHED

    @property
    def search(self) -> str:
        """The search page that these values are of."""
        return search_page_address(self.request)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The parameters of the search, for the form that looks for values."""
        return self.request.parameters()

    @property
    def kept_besides(self) -> list[tuple[str, str]]:
        """Those that the checkboxes here do not say, for the form that applies them."""
        here = {self.field: {value.value for value in self.found.values}}
        for node in _all_nodes(self.tree):
            here.setdefault(node.field, set()).add(node.value.value)
        return [(name, value) for name, value in self.kept if value not in here.get(name.removeprefix("-"), ())]

    @property
    def values(self) -> tuple[FacetValue, ...]:
        """The values of the list, when there is no tree."""
        return () if self.tree else self.found.values

    @property
    def orders(self) -> list[Link]:
        """The orders to choose from."""
        return [
            Link(label, self._here(order=order.value), order is self.found.order)
            for order, label in ORDER_NAMES.items()
        ]

    @property
    def pages(self) -> list[Link | None]:
        """The page numbers to offer; none when there is but one page, or a tree."""
        if self.found.last == 1 or self.tree:
            return []
        return page_links(self.found.at, self.found.last, lambda number: self._here(at=str(number)))

    @property
    def unmatched(self) -> str:
        """The page with all values again."""
        return facet_address(self.request, self.field)

    def _here(self, **changes: str) -> str:
        own = {"match": self.found.match, "order": self.found.order.value} | changes
        usual = {"match": "", "order": Order.COUNT.value, "at": "1"}
        return facet_address(self.request, self.field, **{k: v for k, v in own.items() if v != usual[k]})


def _all_nodes(nodes: tuple[EquipmentNode, ...]) -> list[EquipmentNode]:
    return [each for node in nodes for each in (node, *_all_nodes(node.children))]


def _number(name: str, value: str) -> int:
    if value.isascii() and value.isdigit() and int(value[:9]) > 0 and len(value) < 10:  # noqa: PLR2004 - digits
        return int(value)
    raise RequestError(name, Message("« {name} » doit être un nombre à partir de 1.", name=name))
