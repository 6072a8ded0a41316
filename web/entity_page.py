"""The page of one entity: what the thesaurus knows of it, what the articles say."""

from indexer.document import PartialDate
from indexer.entity import Entity, Relative
from indexer.message import Message
from indexer.search import FIELD_NAMES, SearchRequest
from web.chart import draw_timeline
from web.language import language_of
from web.page import ENTITY_KINDS, FACET_NAMES, Group, Link, entity_address, search_address


class EntityPage:
    """The page of one entity."""

    def __init__(self, entity: Entity) -> None:
        self.entity = entity
        self.chart = draw_timeline(entity.timeline, self._articles_of)
        self.search = self._search()

    @property
    def other_names(self) -> list[str]:
        """The names besides the label."""
        return [name for name in self.entity.names if name != self.entity.label]

    @property
    def relatives(self) -> list[Group]:
        """Country, families and variants, each with its page."""
        entity = self.entity
        country = [Relative(kind="country", label=entity.country)] if entity.country else []
        groups = [
            (Message("Pays"), country),
            (Message("Famille"), entity.families),
            (Message("Variantes"), entity.variants),
        ]
        return [Group(name, [_link(each) for each in relatives]) for name, relatives in groups if relatives]

    @property
    def related(self) -> list[Group]:
        """What the same articles name: the pages of these, and the articles that name both."""
        found = [
            Group(name, [self._related(field, value.value, value.count) for value in self.entity.related[field]])
            for field, name in FACET_NAMES.items()
            if field in self.entity.related
        ]
        return [group for group in found if group.links]

    def _articles_of(self, date: PartialDate) -> str:
        return self._search(published_from=date, published_to=date)

    def _search(self, **changes: PartialDate) -> str:
        include: dict[str, tuple[str, ...]] = {self.entity.kind: (self.entity.label,)}
        return SearchRequest(include=include).replace(**changes).address("/")

    def _related(self, field: str, value: str, number: int) -> Link:
        if field == self.entity.kind:  # two values of one facet widen a search: the second is asked for in words
            words = f"{FIELD_NAMES[field]}:« {value} »"
            both = SearchRequest(q=words, include={field: (self.entity.label,)}).address("/")
        else:
            both = search_address(**{self.entity.kind: self.entity.label, field: value})
        page = entity_address(field, value) if field in ENTITY_KINDS else both
        return Link(value, page, number=number, counted=both, language=language_of(field))


def _link(relative: Relative) -> Link:
    return Link(relative.label, entity_address(relative.kind, relative.label), language=language_of(relative.kind))
