"""Paging: where a page stands among all hits, and the addresses of its neighbours."""

import datetime as dt

from indexer.errors import CursorGoneError, RequestError
from indexer.index.manifest import Commit
from indexer.message import Message
from indexer.search.cursor import Cursor, request_hash
from indexer.search.request import DEEPEST_RESULT, PAGE_SIZE, SearchRequest
from indexer.search.results import Links

CLOCKS = dt.timedelta(1)
"""A commit is dated in UTC, days are those where this runs."""


class Paging:
    """A page of a request on one commit; CursorGoneError, RequestError when its cursor is none of it."""

    def __init__(self, request: SearchRequest, commit: Commit, today: dt.date) -> None:
        self._request, self._commit = request, commit
        self.first = 0
        """How many hits come before."""
        self.day = today
        """The day on which the query is understood: that on which the walk began, so that it goes on after midnight."""
        self.behind: tuple[float | int | str | None, ...] = ()
        """What the last hit before is sorted by, when the cursor says it."""
        self.reached: tuple[float | int | str | None, ...] = ()
        """The same of the last hit of this page, which the next one's cursor is to say."""
        if request.cursor is None:
            self.first = (request.page - 1) * request.size
        else:
            self._go_on(Cursor.parse(request.cursor))

    def links(self, total: int) -> Links:
        """The neighbours of the page, pages as far as they go, then cursors; and the same search in other forms."""
        request, after = self._request, self.first + self._request.size
        plain = request.replace(cursor=None, fields=(), html=False)
        return Links(
            self=request.address(),
            next=self._address(after, self.reached) if after < total else None,
            prev=self._address(max(0, self.first - request.size)) if self.first else None,
            html=plain.replace(sort=request.order).address("/"),
            atom=plain.replace(page=1, size=PAGE_SIZE).address("/atom"),
        )

    def _go_on(self, given: Cursor) -> None:
        """Stand where the cursor does."""
        begun = (dt.date.fromisoformat(self._commit.created[:10]) - CLOCKS).toordinal()
        if given.request != request_hash(self._request):
            raise RequestError("cursor", Message("Ce curseur est celui d’une autre recherche."))
        if not begun <= given.day <= self.day.toordinal():
            raise self._gone()
        self.day = dt.date.fromordinal(given.day)
        if given != self._cursor(given.after, given.behind):
            raise self._gone()
        self.first, self.behind = given.after, given.behind

    def _gone(self) -> CursorGoneError:
        return CursorGoneError(self._request.replace(cursor=None).address())

    def _address(self, start: int, behind: tuple[float | int | str | None, ...] = ()) -> str:
        """The page that begins behind the first *start* hits, the last of which is sorted by *behind*."""
        request = self._request
        if start < DEEPEST_RESULT and start % request.size == 0:
            return request.replace(cursor=None, page=start // request.size + 1).address()
        return request.replace(cursor=str(self._cursor(start, behind)), page=1).address()

    def _cursor(self, after: int, behind: tuple[float | int | str | None, ...]) -> Cursor:
        return Cursor(
            generation=self._commit.generation,
            committed=self._commit.created,
            day=self.day.toordinal(),
            request=request_hash(self._request),
            after=after,
            behind=behind,
        )
