"""Paging: where a page stands among all hits, and the addresses of its neighbours."""

import datetime as dt

from indexer.errors import CursorGoneError, RequestError
from indexer.index.manifest import Commit
from indexer.search.cursor import Cursor, request_hash
from indexer.search.request import DEEPEST_RESULT, PAGE_SIZE, SearchRequest
from indexer.search.results import Links


class Paging:
    """A page of a request on one commit; CursorGoneError, RequestError when its cursor is none of it."""

    def __init__(self, request: SearchRequest, commit: Commit, day: dt.date) -> None:
        self._request, self._commit, self._day = request, commit, day
        self.first = self._first()
        """How many hits come before."""

    def links(self, total: int) -> Links:
        """The neighbours of the page, pages as far as they go, then cursors; and the same search in other forms."""
        request, after = self._request, self.first + self._request.size
        plain = request.replace(cursor=None, fields=())
        return Links(
            self=request.address(),
            next=self._address(after) if after < total else None,
            prev=self._address(max(0, self.first - request.size)) if self.first else None,
            html=plain.replace(sort=request.order).address("/"),
            atom=plain.replace(page=1, size=PAGE_SIZE).address("/atom"),
        )

    def _first(self) -> int:
        if self._request.cursor is None:
            return (self._request.page - 1) * self._request.size
        given = Cursor.parse(self._request.cursor)
        here = self._cursor(given.after)
        if given.request != here.request:
            raise RequestError("cursor", "Ce curseur est celui d’une autre recherche.")
        if given != here:
            raise CursorGoneError(self._request.replace(cursor=None).address())
        return given.after

    def _address(self, start: int) -> str:
        """The page that begins behind the first *start* hits."""
        request = self._request
        if start < DEEPEST_RESULT and start % request.size == 0:
            return request.replace(cursor=None, page=start // request.size + 1).address()
        return request.replace(cursor=str(self._cursor(start)), page=1).address()

    def _cursor(self, after: int) -> Cursor:
        return Cursor(
            generation=self._commit.generation,
            committed=self._commit.created,
            day=self._day.toordinal(),
            request=request_hash(self._request),
            after=after,
        )
