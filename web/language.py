"""In which language does the page answer? French as it is written everywhere, or English from a catalogue.

`?lang=en` on any page decides, and is remembered in a cookie; then the cookie, then Accept-Language; else French. The
endpoint goes by Accept-Language alone, and what is taken away (feeds, files) is in French.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from babel import Locale
from babel.messages.pofile import read_po
from flask import Flask, Response, has_request_context, request
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Request

from indexer.errors import RepeatedParameterError, RequestError
from indexer.message import Figure, Message
from web.english import english

API_PREFIX = "/api/"
LANGUAGES = ("fr", "en")
FRENCH = LANGUAGES[0]
PARAMETER = COOKIE = "lang"
REMEMBERED = 365 * 24 * 3600
"""Seconds that the choice is remembered."""

RIGHT_TO_LEFT = {"ar", "fa", "he", "ps", "ur"}

PAGES = ("views", "reference", None)
"""The blueprints of pages; None has those that are nowhere."""

FRENCH_FIELDS = ("country", "equipment", "kind", "organisation", "person", "topic", "quantity")
"""What names things in French, whatever the language of the page: the thesaurus, and the words of the articles."""

_KNOWN = "vigie.language"


class Catalogue:
    """The texts of a language, by the French ones: a PO file, read once."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self.texts: dict[str, tuple[str, ...]] = dict(_texts(read_po(file)))

    def translate(self, text: str, plural: str | None = None, number: float = 1) -> str:
        """The text for *text*; itself when it has none, as a text of nothing but places."""
        found = self.texts.get(text)
        if found is None:
            return text if plural is None or number == 1 else plural
        return found[0] if number == 1 or plural is None else found[-1]


def _texts(catalogue: Any) -> Any:  # noqa: ANN401 - Babel says no more
    for message in catalogue:
        if message.id:
            strings = message.string if isinstance(message.id, tuple) else (message.string,)
            yield (message.id[0] if isinstance(message.id, tuple) else message.id), tuple(strings)


CATALOGUES: Mapping[str, Catalogue] = {"en": Catalogue(Path(__file__).parent / "catalogues" / "en.po")}


def language() -> str:
    """The language of the answer to the request at hand; French without one."""
    if not has_request_context():
        return FRENCH
    environment = request.environ
    known: str | None = environment.get(_KNOWN)
    if known is None:
        known = environment[_KNOWN] = (
            FRENCH if _is_taken_away() else readers_choice(request, of_page=_is_language(PARAMETER))
        )
    return known


def say(value: object, spoken: str | None = None) -> Any:  # noqa: ANN401 - what is given, when it is no text of ours
    """A Message or a Figure in the language of the answer; anything else as it is."""
    if not isinstance(value, (Message, Figure)):
        return value
    code = spoken or language()
    if code == FRENCH:
        return value
    if isinstance(value, Figure):
        return english(value.of)
    return value.said(CATALOGUES[code].translate, lambda inner: say(inner, code))


def say_apart(value: object) -> Markup:
    """A Message as HTML, in which what the thesaurus says is marked as French."""
    spoken = language()
    if spoken == FRENCH:
        return escape(value)
    if not isinstance(value, Message):
        return Markup('<span lang="fr">{}</span>').format(value)
    translate = CATALOGUES[spoken].translate
    return Markup(value.said(lambda *text: escape(translate(*text)), say_apart))  # noqa: S704 - all of it is escaped


def say_plain(value: object) -> Any:  # noqa: ANN401
    """The same as msgspec wants it, which encodes plain strings only."""
    return str(say(value))


def gettext(text: str) -> str:
    """A text of a template."""
    return text if language() == FRENCH else CATALOGUES[language()].translate(text)


def ngettext(text: str, plural: str, number: float) -> str:
    """A text of a template that counts something."""
    if language() == FRENCH:
        return text if abs(number) < 2 else plural  # noqa: PLR2004 - French plurals begin at 2
    return CATALOGUES[language()].translate(text, plural, number)


def language_name(code: str) -> str:
    """The name of a language.

    >>> language_name("de"), language_name("??")
    ('allemand', '??')
    """
    name: str = Locale(language()).languages.get(code, code)
    return name


def lang(code: str | None) -> Markup:
    """The attribute that says the language of a text; nothing when it is that of the page."""
    if code in {None, language()}:
        return Markup("")
    return Markup(' lang="{}"{}').format(code, Markup(' dir="rtl"') if code in RIGHT_TO_LEFT else "")


def said_in(code: str | None, text: str) -> Markup:
    """A text in its own language, within a sentence of the page."""
    marked = lang(code)
    return Markup("<span{}>{}</span>").format(marked, text) if marked else escape(text)


def language_of(field: str) -> str | None:
    """The language of the values of a facet, whatever that of the page; None for what is said in any."""
    return FRENCH if field in FRENCH_FIELDS else None


def other_language() -> tuple[str, str, str]:
    """The other language: its code, its own name, and the address of this page in it."""
    other = next(code for code in LANGUAGES if code != language())
    here = "" if request.blueprint in PAGES else "/"  # what is no page does not take the parameter
    pairs = [*(() if here else arguments().items(multi=True)), (PARAMETER, other)]
    name = Locale(other).languages[other]
    return other, name[:1].upper() + name[1:], f"{here}?{urlencode(pairs)}"


def arguments() -> MultiDict[str, str]:
    """The parameters of the address, but for the language of a page."""
    return MultiDict((name, value) for name, value in request.args.items(multi=True) if not _is_language(name))


def answer_the_reader() -> None:
    """Answer in the reader's language what would be in French: a failure is for people, whatever was asked for."""
    request.environ[_KNOWN] = readers_choice(request, of_page=_is_language(PARAMETER))


def init_app(app: Flask) -> None:
    """Have templates and answers speak the language of their request."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.finalize = say
    app.jinja_env.filters |= {"say": say, "say_apart": say_apart}
    app.jinja_env.globals |= {
        "lang": lang,
        "said_in": said_in,
        "language_of": language_of,
        "language": language,
        "language_name": language_name,
        "other_language": other_language,
    }

    @app.before_request
    def check_choice() -> None:
        chosen = request.args.getlist(PARAMETER) if _is_language(PARAMETER) else []
        if len(chosen) > 1:
            raise RepeatedParameterError(PARAMETER)
        if chosen and chosen[0] not in LANGUAGES:
            known = ", ".join(LANGUAGES)
            raise RequestError(
                PARAMETER,
                Message("Langue inconnue : « {name} ». Langues : {known}.", name=chosen[0][:100], known=known),
            )

    @app.after_request
    def tell(response: Response) -> Response:
        if request.path.startswith(API_PREFIX):
            response.vary.add("Accept-Language")
        elif response.mimetype == "text/html":
            response.vary.update(("Accept-Language", "Cookie"))
            response.content_language.add(language())
            if _is_language(PARAMETER) and request.args.getlist(PARAMETER) == [language()]:
                name, secure = _cookie(request), request.is_secure
                response.set_cookie(name, language(), max_age=REMEMBERED, samesite="Lax", secure=secure, httponly=True)
        return response


def _is_language(name: str) -> bool:
    """Whether a parameter says the language: on pages only."""
    return name == PARAMETER and request.blueprint in PAGES and not request.path.startswith(API_PREFIX)


def _is_taken_away() -> bool:
    return not request.path.startswith(API_PREFIX) and request.blueprint not in PAGES


def readers_choice(asked: Request, *, of_page: bool) -> str:
    """The language that a request asks for; *of_page*: whether it may do so by a parameter."""
    accepted = asked.accept_languages.best_match(LANGUAGES) or FRENCH
    if asked.path.startswith(API_PREFIX):
        return accepted
    given = asked.args.get(PARAMETER) if of_page else None
    return next((code for code in (given, asked.cookies.get(_cookie(asked))) if code in LANGUAGES), accepted)


def _cookie(asked: Request) -> str:
    """The name of the cookie: by https, one that no other host and no answer without TLS can set (RFC 6265bis)."""
    return f"__Host-{COOKIE}" if asked.is_secure else COOKIE
