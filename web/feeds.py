"""A search as a feed, Atom (RFC 4287) or RSS 2.0: what its templates print of a request and its answer."""

import datetime as dt
import re
from email.utils import format_datetime
from urllib.parse import quote

from flask import render_template, request
from markupsafe import escape

from indexer.document import Precision
from indexer.french import french_date
from indexer.search import Hit, SearchRequest, SearchResults
from indexer.typography import NO_BREAK
from web.exports import extract
from web.page import search_page_address, web_address
from web.search_page import SearchPage

FEED_SIZE = 50
"""Articles of a feed when its address does not say: more than come between two visits of a reader."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Feed:
    """A page of results as a feed; its addresses are whole ones."""

    def __init__(self, path: str, search: SearchRequest, results: SearchResults) -> None:
        self._path = path
        self._search = search
        self.results = results
        self.updated = results.index.committed
        self.start = None if search.cursor else (search.page - 1) * search.size + 1
        self.size = search.size

    @property
    def title(self) -> str:
        """« Vigie : « rafale », Pays France »."""
        page = SearchPage(self._search, self.results)
        query = self._search.q.strip()
        asked = [f"«{NO_BREAK}{query}{NO_BREAK}»"] if query else []
        asked += [f"{chip.name} {chip.label}" for chip in page.chips]
        return f"Vigie{NO_BREAK}: {', '.join(asked) or 'tous les articles'}"

    @property
    def id(self) -> str:
        """The address of the feed, whatever its page."""
        return self._whole(self._search.replace(page=1, cursor=None).address(self._path))

    @property
    def self(self) -> str:
        """The address of this page of it."""
        return self._whole(self._search.address(self._path))

    @property
    def html(self) -> str:
        """The same search for people."""
        return self._whole(search_page_address(self._search))

    @property
    def neighbours(self) -> dict[str, str]:
        """The pages before and after (RFC 5005)."""
        links = {"previous": self.results.links.prev, "next": self.results.links.next}
        return {
            name: self._whole(f"{self._path}?{address.partition('?')[2]}") for name, address in links.items() if address
        }

    def entry_id(self, hit: Hit) -> str:
        """The same for an article in every feed and on every server."""
        return f"urn:x-vigie:document:{quote(hit.id, safe='')}"

    def entry_updated(self, hit: Hit) -> str:
        """What Atom wants of every entry: the first day it may be of, else the day of the index, which is no guess."""
        first = hit.published.first
        return f"{first.isoformat()}T00:00:00Z" if first else self.updated

    def day(self, hit: Hit) -> str | None:
        """When it was published, when the day is known."""
        return hit.published.date if hit.published.precision is Precision.DAY else None

    def rss_day(self, hit: Hit) -> str | None:
        """The same as RSS writes it."""
        first = hit.published.first
        if first is None or not self.day(hit):
            return None
        return format_datetime(dt.datetime.combine(first, dt.time(), dt.UTC), usegmt=True)

    def summary(self, hit: Hit) -> str:
        """Date as far as it is known, source, and the words around what was found."""
        date = french_date(hit.published)
        return " – ".join(filter(None, (date[0].upper() + date[1:], hit.source, extract(hit))))

    def original(self, hit: Hit) -> str | None:
        """Where the article was published, if that is an address of the web."""
        return web_address(hit.url)

    def as_html(self, text: str) -> str:
        """*text* as the HTML that RSS wants of a description."""
        return str(escape(text))

    def _whole(self, address: str) -> str:
        return request.url_root.rstrip("/") + address


def render_xml(template: str, **values: object) -> str:
    """A template without the characters that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", render_template(template, **values))
