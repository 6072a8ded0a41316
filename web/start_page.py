"""The start page: what there is to read before anything is asked."""

from functools import cached_property

from indexer.document import PartialDate, Precision
from indexer.engine import Engine
from indexer.french import counted, french_date, french_number
from indexer.message import Message, joined
from indexer.search import FacetList, FacetLookup, Order, Rising, SearchRequest, SearchResults, Sort
from web.chart import Chart, draw_timeline
from web.language import language_of
from web.page import FACET_NAMES, Link, search_page_address

LATEST = 8
TOPICS = 60


class StartPage:
    """What is new, what rises, and what the articles are about."""

    def __init__(self, newest: SearchResults, oldest: SearchResults, topics: FacetList, rising: Rising) -> None:
        self.newest = newest
        self.oldest = oldest
        self._topics = topics
        self._rising = rising

    @classmethod
    def of(cls, engine: Engine) -> "StartPage":
        """The start page over *engine*."""
        every = SearchRequest(facets=(), size=LATEST)
        return cls(
            newest=engine.search(every.replace(sort=Sort.NEWEST, collapse=True, timelines=("published",))),
            oldest=engine.search(every.replace(sort=Sort.OLDEST, size=1)),
            topics=engine.look_up(SearchRequest(), FacetLookup(field="topic", order=Order.COUNT, size=TOPICS)),
            rising=engine.rising(),
        )

    @property
    def summary(self) -> Message:
        """« 1 234 articles, de février 2022 au 12 mars 2026 »."""
        total = counted(self.oldest.total.value, "article")
        first, last = (french_date(day) for day in self._span)
        if not self._span[0].date or not self._span[1].date:
            return total
        if first == last:
            return joined(", ", (total, first))
        return Message("{articles}, {begin} {end}", articles=total, begin=_from(self._span[0]), end=_to(self._span[1]))

    @cached_property
    def chart(self) -> Chart | None:
        """All articles over time."""

        def address(date: PartialDate) -> str:
            return search_page_address(SearchRequest(published_from=date, published_to=date))

        return draw_timeline(self.newest.timelines["published"], address)

    @property
    def topics(self) -> list[Link]:
        """Every topic, and how many articles it has."""
        return [
            Link(
                value.label,
                search_page_address(SearchRequest(include={"topic": (value.value,)})),
                number=value.count,
                language=language_of("topic"),
            )
            for value in self._topics.values
        ]

    @property
    def rising_month(self) -> str:
        """The month in which something rises: « mars 2026 »."""
        return french_date(PartialDate.parse(self._rising.month)) if self._rising.month else ""

    @property
    def rising(self) -> list[tuple[Link, str, Message]]:
        """What rises, each with the articles of the month that name it, its kind and its figures."""
        assert self._rising.month or not self._rising.rises
        month = PartialDate.parse(self._rising.month) if self._rising.month else None
        rows: list[tuple[Link, str, Message]] = []
        for rise in self._rising.rises:
            request = SearchRequest(
                include={rise.field: (rise.label,)}, published_from=month, published_to=month, collapse=True
            )
            figures = Message(
                "{stories}, {number} par mois auparavant",
                stories=counted(rise.stories, "récit"),
                number=french_number(round(rise.before, 1)),
            )
            link = Link(rise.label, search_page_address(request), language=language_of(rise.field))
            rows.append((link, FACET_NAMES[rise.field], figures))
        return rows

    @property
    def _span(self) -> tuple[PartialDate, PartialDate]:
        """The dates of the oldest and of the newest article."""
        oldest, newest = self.oldest.hits, self.newest.hits
        return oldest[0].published if oldest else PartialDate(), newest[0].published if newest else PartialDate()


def _from(date: PartialDate) -> Message:
    """« du 3 mars 2024 », « de février 2022 », « d’avril 2022 »."""
    text = french_date(date)
    if date.precision is Precision.DAY:
        return Message("du {date}", date=text)
    return Message("d’{date}", date=text) if text[0] in "ao" else Message("de {date}", date=text)


def _to(date: PartialDate) -> Message:
    text = french_date(date)
    return Message("au {date}", date=text) if date.precision is Precision.DAY else Message("à {date}", date=text)
