"""SearchRequest: what is asked, in one record, and its one form as parameters of an address."""

import datetime as dt
import enum
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import msgspec

from indexer.document import FACETS, PartialDate
from indexer.errors import RepeatedParameterError, RequestError, UnknownFacetError, UnknownParameterError
from indexer.message import Message
from indexer.search.query import AmountRange
from indexer.search.results import TIMELINES, Hit

PAGE_SIZE = 10
LARGEST_PAGE = 100
DEEPEST_RESULT = 1000
"""Results reachable by page number; further ones by cursor."""

HIT_FIELDS = Hit.__struct_fields__
"""What `fields` chooses from."""


class Sort(enum.StrEnum):
    """The order of the hits; equal ones by date, newest first, then by id."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    AMOUNT = "amount"
    """The largest sum of money that the article names first, in euros."""


class SearchRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One search. *include* and *exclude* map facet fields to values.

    Several values of one field widen (OR), different fields narrow (AND). *published_from* and *published_to* keep
    what may have been published in that span: an article known only as 2022-11 is in every part of November 2022.
    """

    q: str = ""
    include: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    exclude: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    published_from: PartialDate | None = None
    published_to: PartialDate | None = None
    sort: Sort | None = None
    """None: by relevance, or the newest first when there is no query."""
    page: int = 1
    size: int = PAGE_SIZE
    cursor: str | None = None
    """Where to go on, as Links.next says it; then there is no page."""
    facets: tuple[str, ...] = FACETS
    """The facets to count."""
    fields: tuple[str, ...] = ()
    """What a rendering should tell of each hit, of HIT_FIELDS; () is everything. The answer itself has it all."""
    collapse: bool = False
    """Whether the hits that tell one story are shown and counted as one."""
    story: str | None = None
    """Keep what tells this story (Hit.story)."""
    amount_from: float | None = None
    amount_to: float | None = None
    currency: str | None = None
    """The ISO 4217 code of both; sums in other currencies are compared in euros. None: sums as written."""
    timelines: tuple[str, ...] = ()
    """The timelines to make, of TIMELINES."""
    expand: bool = True
    """Whether the other names of a person, a place or a system are searched for too."""
    correct: bool = True
    """Whether words that are in no article are corrected."""
    strict: bool = False
    """Whether every word must be there, even when (almost) no article has all of them."""
    recency: bool = True
    """Whether recent articles gain a little."""
    diversity: bool = True
    """Whether further versions of a story come behind other articles."""
    explain: bool = False
    """Whether hits tell the parts of their scores."""
    html: bool = False
    """Whether a rendering should tell snippets as HTML too. The answer itself has none."""

    @property
    def order(self) -> Sort:
        """The order that applies."""
        return self.sort or (Sort.RELEVANCE if self.q.strip() else Sort.NEWEST)

    @property
    def amounts(self) -> AmountRange | None:
        """The sums of money to be named; None when any will do."""
        if self.amount_from is None and self.amount_to is None and self.currency is None:
            return None
        return AmountRange(self.amount_from, self.amount_to, self.currency)

    def parameters(self) -> list[tuple[str, str]]:
        """The parameters that say this request, and nothing that goes without saying."""
        pairs = [("q", self.q)] if self.q else []
        pairs += [(name, value) for name, values in self.include.items() for value in values]
        pairs += [(f"-{name}", value) for name, values in self.exclude.items() for value in values]
        pairs += [("from", self.published_from.date or "")] if self.published_from else []
        pairs += [("to", self.published_to.date or "")] if self.published_to else []
        pairs += [("amount_from", _written(self.amount_from))] if self.amount_from is not None else []
        pairs += [("amount_to", _written(self.amount_to))] if self.amount_to is not None else []
        pairs += [("currency", self.currency)] if self.currency else []
        pairs += [("story", self.story)] if self.story else []
        pairs += [("collapse", "story")] if self.collapse else []
        pairs += [("sort", self.sort.value)] if self.sort else []
        pairs += [("page", str(self.page))] if self.page != 1 else []
        pairs += [("size", str(self.size))] if self.size != PAGE_SIZE else []
        pairs += [("cursor", self.cursor)] if self.cursor else []
        pairs += [("facets", ",".join(self.facets))] if self.facets != FACETS else []
        pairs += [("fields", ",".join(self.fields))] if self.fields else []
        pairs += [("timelines", ",".join(self.timelines))] if self.timelines else []
        pairs += [(name, "0") for name in _SWITCHES if not getattr(self, name)]
        pairs += [("mode", "strict")] if self.strict else []
        pairs += [("explain", "1")] if self.explain else []
        pairs += [("html", "1")] if self.html else []
        return pairs

    def address(self, path: str = "/api/v1/search") -> str:
        """*path* with the parameters."""
        query = "&".join(_pair(name, value) for name, value in self.parameters())
        return f"{path}?{query}" if query else path

    def replace(self, **changes: Any) -> "SearchRequest":  # noqa: ANN401 - any field
        """The same request with some fields changed."""
        return msgspec.structs.replace(self, **changes)


def parse_parameters(pairs: Iterable[tuple[str, str]], *, page_size: int = PAGE_SIZE) -> SearchRequest:
    """The request that the parameters of an address say.

    Raises RequestError for an unknown parameter, one that may stand only once, or a value that makes no sense.
    """
    single: dict[str, str] = {}
    include: dict[str, list[str]] = {}
    exclude: dict[str, list[str]] = {}
    for name, value in pairs:
        if name.removeprefix("-") in FACETS:
            _add_value(exclude if name.startswith("-") else include, name, value)
        elif name not in _SINGLE:
            raise UnknownParameterError(name, PARAMETERS)
        elif name in single:
            raise RepeatedParameterError(name)
        else:
            single[name] = value
    span = {field: _date(name, single[name]) for name, field in _SPAN.items() if single.get(name)}
    request = SearchRequest(
        q=single.get("q", ""),
        include={name: tuple(dict.fromkeys(values)) for name, values in include.items()},
        exclude={name: tuple(dict.fromkeys(values)) for name, values in exclude.items()},
        sort=_sort(single["sort"]) if single.get("sort") else None,
        page=_number("page", single.get("page", "1"), DEEPEST_RESULT),
        size=_number("size", single.get("size", str(page_size)), LARGEST_PAGE),
        cursor=single.get("cursor") or None,
        facets=_names(single["facets"]) if "facets" in single else FACETS,
        fields=_names(single.get("fields", "")),
        collapse=_collapse(single.get("collapse", "")),
        story=single.get("story") or None,
        amount_from=_amount("amount_from", single.get("amount_from")),
        amount_to=_amount("amount_to", single.get("amount_to")),
        currency=_currency(single.get("currency")),
        timelines=_timelines(single.get("timelines", "")),
        strict=_mode(single.get("mode", "")),
        explain=_flag("explain", single.get("explain", "0")),
        html=_flag("html", single.get("html", "0")),
        **{name: _flag(name, single.get(name, "1")) for name in _SWITCHES},
        published_from=span.get("published_from"),
        published_to=span.get("published_to"),
    )
    check_request(request)
    return request


def check_request(request: SearchRequest) -> None:
    """Raise RequestError for what is well formed but out of bounds; every engine calls it first."""
    try:
        request.address()
    except UnicodeEncodeError:  # half of a pair, which neither addresses nor JSON can hold
        raise RequestError(
            "q", Message("La requête contient des caractères illisibles : écrivez-la de nouveau.")
        ) from None
    _check_page(request)
    for name in (*request.include, *request.exclude, *request.facets):
        if name not in FACETS:
            raise UnknownFacetError(name, name)
    if request.amount_from is not None and request.amount_to is not None and request.amount_from > request.amount_to:
        raise RequestError("amount_from", Message("Le montant le plus bas dépasse le plus élevé."))
    first = request.published_from.first if request.published_from else None
    last = request.published_to.last if request.published_to else None
    if first and last and first > last:
        raise RequestError("from", Message("La période est vide : du {first} au {last}.", first=first, last=last))


def _check_page(request: SearchRequest) -> None:
    """The same of what chooses among the hits, and of what is told of each."""
    if not 1 <= request.size <= LARGEST_PAGE:
        raise RequestError("size", Message("« {name} » va de 1 à {most}.", name="size", most=LARGEST_PAGE))
    if request.page < 1 or (request.page - 1) * request.size >= DEEPEST_RESULT:
        raise RequestError(
            "page", Message("La pagination s’arrête à {most} résultats : suivez « links.next ».", most=DEEPEST_RESULT)
        )
    if request.cursor and request.page != 1:
        raise RequestError("cursor", Message("« page » et « cursor » s’excluent."))
    if request.html and request.fields and "snippets" not in request.fields:
        raise RequestError("html", Message("« html » veut « snippets » parmi « fields »."))
    for name in request.fields:
        if name not in HIT_FIELDS:
            known = ", ".join(HIT_FIELDS)
            raise RequestError(
                "fields", Message("Champ inconnu : « {name} ». Champs : {known}.", name=name[:100], known=known)
            )


_SPAN = {"from": "published_from", "to": "published_to"}
_AMOUNTS = ("amount_from", "amount_to", "currency")
_SWITCHES = ("expand", "correct", "recency", "diversity")
_SINGLE = (
    *("q", *_SPAN, *_AMOUNTS, "story", "collapse", "sort", "page", "size", "cursor", "facets", "fields", "timelines"),
    *("mode", *_SWITCHES, "explain", "html"),
)
PARAMETERS = (*_SINGLE, *FACETS, *(f"-{name}" for name in FACETS))
"""Every parameter that there is; those of facets may stand several times."""

_LARGEST_AMOUNT = 1e18


def _add_value(values: dict[str, list[str]], name: str, value: str) -> None:
    if value.strip():
        values.setdefault(name.removeprefix("-"), []).append(value.strip())


def _sort(value: str) -> Sort:
    try:
        return Sort(value)
    except ValueError:
        message = Message("Tri inconnu : « {name} ». Tris : {known}.", name=value[:100], known=", ".join(Sort))
        raise RequestError("sort", message) from None


def _number(name: str, value: str, largest: int) -> int:
    if value.isascii() and value.isdigit() and len(value) <= len(str(largest)) and 1 <= int(value) <= largest:
        return int(value)
    raise RequestError(name, Message("« {name} » doit être un nombre de 1 à {most}.", name=name, most=largest))


def _collapse(value: str) -> bool:
    if value not in {"", "story"}:
        raise RequestError("collapse", Message("« {name} » vaut « {value} ».", name="collapse", value="story"))
    return bool(value)


def _mode(value: str) -> bool:
    if value not in {"", "strict"}:
        raise RequestError("mode", Message("« {name} » vaut « {value} ».", name="mode", value="strict"))
    return bool(value)


def _timelines(value: str) -> tuple[str, ...]:
    names = _names(value)
    if not set(names) <= set(TIMELINES):
        raise RequestError("timelines", Message("« timelines » : {known}.", known=", ".join(TIMELINES)))
    return names


def _amount(name: str, value: str | None) -> float | None:
    if not value:
        return None
    try:
        amount = float(value) if value.isascii() and "_" not in value else -1.0
    except ValueError:
        amount = -1.0
    if not 0 <= amount <= _LARGEST_AMOUNT:
        raise RequestError(name, Message("« {name} » attend un nombre : 100000000 ou 1e8.", name=name))
    return amount


def _currency(value: str | None) -> str | None:
    if value and not (len(value) == 3 and value.isascii() and value.isalpha()):  # noqa: PLR2004 - ISO 4217
        raise RequestError("currency", Message("« currency » attend un code de trois lettres : EUR, USD, GBP…"))
    return value.upper() if value else None


@lru_cache(1 << 10)  # the 150 addresses of a page have most of their pairs in common
def _pair(name: str, value: str) -> str:
    return urlencode([(name, value)])


def _written(amount: float) -> str:
    return f"{amount:.15g}"


def _flag(name: str, value: str) -> bool:
    if value in {"0", "1"}:
        return value == "1"
    raise RequestError(name, Message("« {name} » vaut 0 ou 1.", name=name))


def _names(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.split(","))) if value else ()


def _date(name: str, value: str) -> PartialDate:
    try:
        date = PartialDate.parse(value)
        assert isinstance(date.first, dt.date)
    except ValueError:
        message = Message("« {name} » attend une date : 2024, 2024-03 ou 2024-03-05.", name=name)
        raise RequestError(name, message) from None
    return date
