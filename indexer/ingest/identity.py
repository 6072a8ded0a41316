"""Who is this article? An id that is the same on every run and machine; addresses and sources in one form."""

import hashlib
import re
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from indexer.analysis import fold, locate

LONGEST_URL = 2000
LONGEST_HOST = 253
"""Characters, as in the domain name system; punycode takes quadratic time."""

TRACKING_PREFIXES = (
    "utm_",
    "at_",
    "ns_",
    "mtm_",
    "pk_",
    "piwik_",
    "matomo_",
    "hsa_",
    "mc_",
    "oly_",
    "vero_",
    "wt_",
    "wt.",
    "fb_",
)
"""Beginnings of parameters that count visitors: campaigns (Google, AT Internet, Matomo, HubSpot, Mailchimp…)."""

TRACKING_PARAMETERS = frozenset(
    (
        "fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid twclid ttclid li_fat_id igshid igsh epik rdt_cid "
        "_ga _gl _hsenc _hsmi __twitter_impression mkt_tok s_cid cmpid ocid ncid icid smid trk trkcampaign "
        "xtor xts xtref xtmc xtcr xtnp xtloc ref_src ref_url spm echobox seen_before"
    ).split()
)
"""Single parameters that say where a reader came from: advertising networks, AT Internet (xtor), newsletters."""

AMP_PARAMETERS = frozenset({"amp", "_amp", "outputtype", "amp_js_v", "amp_gsa", "amp_markup", "usqp"})
"""Parameters of the AMP form of a page; `outputtype` only when it says amp."""

_MOBILE = ("m.", "mobile.", "amp.", "touch.")
_NO_MOBILE = frozenset({"mobile.free.fr"})
"""Hosts that begin like a mobile edition and are none."""

_SECOND_LEVELS = frozenset("co com org net gouv gov ac edu asso".split())
_AMP_CACHE = re.compile(r"/(?:v|c|i|wp)/(s/)?(.+)")
_AMP_VIEWER = re.compile(r"/amp/(s/)?(.+)")
_GOOGLE = re.compile(r"(?:www\.)?google(?:\.[a-z]{2,3}){1,2}")
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SAFE = "%/:@!$&'()*+,;=~-._?"
_HOST = re.compile(r"[^\W_](?:[\w-]*\w)?(?:\.[^\W_](?:[\w-]*\w)?)*\.(?:[^\W\d_]{2,}|xn--[\w-]+)\.?")
_PORTS = {"http": 80, "https": 443}
_PLAIN_URL = re.compile(r"(https?://[a-z\d.-]+/)(?:[\w~-][\w.~-]*+/)*+(?:[\w~-][\w.~-]*+)?", re.ASCII)
"""An address whose path is in its canonical form, AMP aside: known in 2 µs, found out step by step in 20."""
_AMP = re.compile("[/.]amp")


def document_id(url: str | None, title: str, text: str) -> str:
    """16 hexadecimal digits: of the address when there is one, else of the words, whatever their accents and marks."""
    identity = url or " ".join(fold(term.text) for part in (title, text) for _, terms in locate(part) for term in terms)
    return hashlib.sha256(identity.encode("utf-8")).hexdigest()[:16]


def normalise_url(url: str | None) -> str | None:
    """The canonical form of an http or https address, so that one article has one; None for anything else.

    Host in lower case and punycode, escapes in one form, no default port, user, fragment, tracking parameters or AMP
    mark; hosts of mobile editions become those of the plain one. What is left of the parameters keeps its order.

    >>> normalise_url("HTTPS://M.Un.example:443/défense/amp/?utm_source=rss&id=3#suite")
    'https://www.un.example/d%C3%A9fense/?id=3'
    """
    if url is None:
        return None
    url = url.strip()
    plain_url = _PLAIN_URL.fullmatch(url) if len(url) <= LONGEST_URL and not _AMP.search(url) else None
    if plain_url and _is_canonical(plain_url.group(1)):
        return url
    while True:
        plain = _normalise_once(url)
        if plain is None or plain == url:
            return plain
        url = plain


@lru_cache(maxsize=4096)
def _is_canonical(front_page: str) -> bool:
    return _normalise_once(front_page) == front_page


def _normalise_once(url: str) -> str | None:
    if len(url) > LONGEST_URL or " " in url or not url.isprintable():
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = _ascii_host(parts.hostname or "")
    if parts.scheme not in _PORTS or not host:
        return None
    if original := _behind_amp_cache(host, parts.path):
        return original + (f"?{parts.query}" if parts.query else "")
    place = _plain_host(host) + (f":{port}" if port not in {None, _PORTS[parts.scheme]} else "")
    path = _escaped(_without_amp(_without_dots(parts.path)))
    return urlunsplit((parts.scheme, place, path, _escaped(_without_tracking(parts.query)), ""))


@lru_cache(maxsize=4096)
def _ascii_host(host: str) -> str:
    """The host in punycode, without a trailing dot; nothing when it cannot be one."""
    host = host.rstrip(".")
    if ":" in host:
        return f"[{host}]"
    try:
        ascii_host = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    return ascii_host if re.fullmatch(r"[\w.-]+", ascii_host) else ""


@lru_cache(maxsize=4096)
def _plain_host(host: str) -> str:
    """fr.m.wikipedia.org -> fr.wikipedia.org; m.un.example -> www.un.example, where French papers have their pages."""
    host = re.sub(r"^(\w+)\.m\.(wik\w+\.org)$", r"\1.\2", host)
    prefix = next((prefix for prefix in _MOBILE if host.startswith(prefix)), "")
    labels = host.removeprefix(prefix).split(".")
    if not prefix or len(labels) < 2 or host in _NO_MOBILE or not labels[-1].isalpha():  # noqa: PLR2004
        return host
    is_domain = len(labels) == 2 or (len(labels) == 3 and labels[1] in _SECOND_LEVELS)  # noqa: PLR2004
    return ("www." if is_domain else "") + ".".join(labels)


def _behind_amp_cache(host: str, path: str) -> str | None:
    """The address that an AMP cache or viewer shows: it is the end of its path."""
    if host.endswith(".cdn.ampproject.org") or host == "cdn.ampproject.org":
        shown = _AMP_CACHE.fullmatch(path)
    elif _GOOGLE.fullmatch(host):
        shown = _AMP_VIEWER.fullmatch(path)
    else:
        return None
    if not shown or "." not in shown.group(2).partition("/")[0]:
        return None
    return f"{'https' if shown.group(1) else 'http'}://{shown.group(2)}"


def _without_dots(path: str) -> str:
    """The path without `.` and `..` segments, as every browser asks for it."""
    if "/." not in path:
        return path or "/"
    kept: list[str] = []
    *folders, last = path.split("/")[1:]
    for segment in folders:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if last == "..":
        del kept[-1:]
    return "/" + "".join(f"{segment}/" for segment in kept) + ("" if last in {".", ".."} else last)


def _without_amp(path: str) -> str:
    """/amp/une -> /une; /une/amp, /une/amp/ -> /une, /une/; une.amp.html, une.amp -> une.html, une."""
    if len(path) > len("/amp/") and path.startswith("/amp/"):
        return path.removeprefix("/amp")
    for ending, plain in (("/amp/", "/"), ("/amp", ""), (".amp.html", ".html"), (".amp", "")):
        if path.endswith(ending) and len(path) > len(ending) + 1:
            return path.removesuffix(ending) + plain
    return path


def _without_tracking(query: str) -> str:
    pieces = (re.sub(r"^(?:amp;)+", "", piece) for piece in query.split("&"))
    return "&".join(piece for piece in pieces if piece and not _is_tracking(piece))


def _is_tracking(piece: str) -> bool:
    name, _, value = unquote(piece).lower().partition("=")
    if name in AMP_PARAMETERS:
        return name != "outputtype" or value == "amp"
    return name in TRACKING_PARAMETERS or name.startswith(TRACKING_PREFIXES)


def _escaped(text: str) -> str:
    """One way of writing each character: upper-case escapes, none where none is needed."""
    return _ESCAPE.sub(_one_escape, quote(text, safe=_SAFE))


def _one_escape(match: re.Match[str]) -> str:
    character = chr(int(match.group(1), 16))
    return character if character in _UNRESERVED else match.group().upper()


def normalise_source(source: str | None, url: str | None = None) -> str | None:
    """A host as readers write it, without www., m. or amp.; or the name of a paper as written.

    Taken from the address when nothing else says it.

    >>> normalise_source("https://www.Un.example/"), normalise_source("Le  Monde"), normalise_source(None, "https://m.un.example/a")
    ('un.example', 'Le Monde', 'un.example')
    """
    if source and "://" in source:
        source, url = None, normalise_url(source) or url
    name = " ".join((source or "").split()) or _host_of(url or "")
    host = name.removesuffix("/")
    return _readable_host(host) if len(host) <= LONGEST_HOST and _HOST.fullmatch(host) else name or None


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


@lru_cache(maxsize=4096)
def _readable_host(host: str) -> str:
    """défense.example for www.xn--dfense-bva.example."""
    host = _ascii_host(host.lower()) or host.lower().rstrip(".")
    while prefix := next((prefix for prefix in ("www.", *_MOBILE) if host.startswith(prefix)), ""):
        if "." not in host.removeprefix(prefix) or host in _NO_MOBILE:
            break
        host = host.removeprefix(prefix)
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host
