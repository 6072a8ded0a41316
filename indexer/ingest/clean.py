"""Which lines are the article? Characters repaired, left-overs of the page removed.

Every rule is here because of a page that had it. Rules take whole lines, and what is
glued to a last sentence (« … est incertaine.Comment (0) »), so that no sentence loses words.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator

from indexer.analysis import fold

_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#x[0-9a-fA-F]{2,6});")
_BROKEN_ENTITY = re.compile(r"& ?(apos|quot|amp|nbsp|lt|gt|laquo|raquo|eacute|egrave|agrave|rsquo) ?;")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LINE_ENDS = re.compile("\r\n?|[\v\f\u0085\u2028\u2029]")
_BLANKS = re.compile(r"[ \t]+")

# Names of sections that pages print above or below a headline.
RUBRICS = frozenset(
    fold(name)
    for name in """
    Accueil|Actualité|Actualités|Actu|Afrique|Aéronautique|Aéronaval|Air|Amériques|Analyse|Analyses|Armée|Armées|Armement
    Articles|Asie|Aviation|Asie-Pacifique|À la une|Conflits|Cyber|Défense|Défense et sécurité|Dépêches|Diplomatie|Dossier|Dossiers
    Drones|Économie|En bref|En direct|Espace|Europe|Flash info|France|Géopolitique|Guerre en Ukraine|Incidents|Industrie
    Info|Infos|International|Internationale|Marine|Monde|Moyen-Orient|Munitions|Naval|News|Opérations|Opinion|Politique
    Proche-Orient|Sahel|Sécurité|Société|Spatial|Stratégie|Technologie|Technologies|Terre|Terrorisme|Tribune|Ukraine|Vidéo
    """.replace("\n", "|").split("|")
    if name.strip()
)

# A line that is one of these and nothing else.
_FURNITURE = re.compile(
    r"""
    (?:partager|tweeter|tweet|share|imprimer|print|envoyer|e-?mail|courriel|copier\ le\ lien|copy\ link|enregistrer
       |suivre|s’abonner|s'abonner|abonnez-vous|newsletter|publicité|advertisement|annonce|menu|rechercher|search
       |facebook|twitter|x|linkedin|pinterest|whats ?app|telegram|reddit|instagram|messenger|tumblr|viber|mastodon
       |bluesky|flipboard|youtube|tiktok|vk|pocket|rss|google\ (?:news|actualités)
       |(?:partager|share|tweeter|suivez-nous|follow\ us)(?:\ (?:sur|on|cet\ article|this|l’article|l'article)\b.*)?
       |source|sources|tags?|étiquettes?|mots-clés|crédits?(?:\ photos?)?|raidisseur|stringer|photo(?:\ d[’']archives)?|image|illustration
       |commentaires?(?:\ ?[(:]?\ ?\d+\ ?\)?)?|comments?(?:\ ?[(:]?\ ?\d+\ ?\)?)?|\d+\ comment(?:aire)?s?
       |(?:leave|post|add)\ a\ (?:comment|reply)|(?:laisser|laissez|ajouter|poster|publier)\ un\ commentaire|répondre|reply
       |annuler\ la\ réponse|cancel\ reply|se\ connecter|connexion|log\ in|lire\ la\ suite|read\ more|en\ savoir\ plus
       |articles?\ (?:similaires?|liés?|précédents?|suivants?|récents?)|related\ (?:posts|articles)|à\ lire\ aussi|lire\ aussi
       |haut\ de\ page|retour\ (?:en\ haut|à\ l[’']accueil)|page\ suivante|page\ précédente|suivant|précédent|next|previous
    )\s*[:.|»>…]*
    """,
    re.IGNORECASE | re.VERBOSE,
)

# A line that begins so is no part of the article, whatever follows.
_FURNITURE_START = re.compile(
    r"""
    this\ site\ uses\ akismet|learn\ how\ your\ comment\ data|ce\ site\ utilise\ akismet|en\ savoir\ plus\ sur\ (?:comment|la\ façon)
    |your\ email\ address\ will\ not|votre\ adresse\ (?:e-?mail|de\ messagerie)\ ne\ sera|required\ fields\ are
    |les\ champs\ obligatoires|save\ my\ name|enregistrer\ mon\ nom|you\ must\ be\ logged|vous\ devez\ être\ connecté
    |(?:à\ )?lire\ (?:aussi|également)\b|voir\ aussi\b|read\ also\b|sur\ le\ même\ sujet|dans\ la\ même\ rubrique
    |(?:abonnez|inscrivez)-vous|suivez-nous|rejoignez-nous|téléchargez\ l[’']application|cliquez\ ici|partagez\ cet
    |(?:nous|ce\ site)\ utilis(?:ons|e)\ des\ cookies|we\ use\ cookies|accepter\ (?:tous\ )?les\ cookies|tout\ accepter
    |(?:©|copyright\b|tous\ droits\ réservés|all\ rights\ reserved)
    |crédits?(?:\ photos?)?\ ?:|photo\ ?:|image\ ?:|\(?(?:photo|crédit|illustration)s?\ (?:©|d[’']illustration|:)
    |(?:getty|afp|reuters|epa|ap)\s*(?:images|photo)?\s*/\s*\w+.{0,40}$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TAIL = re.compile(r"(?<=[.!?…»”])\s?([A-ZÀ-Ý][^.!?…»”]{0,40})$")
_SHARED_START = 60
"""Characters: a paragraph that begins a later, longer one is a standfirst printed twice."""


def repair_characters(text: str) -> str:
    """Composed characters, whole entities, plain line ends, nothing invisible; typographic marks stay as written."""
    text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))
    text = _ENTITY.sub(lambda entity: html.unescape(entity.group()), _BROKEN_ENTITY.sub(r"&\1;", text))
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text)))


def clean_lines(text: str) -> list[str]:
    """The lines that may be the article, trimmed, in order."""
    lines = (_without_tail(_BLANKS.sub(" ", line).strip(" |\u00a0\u202f\t")) for line in text.split("\n"))
    return [line for line in lines if line and not is_furniture(line)]


def _without_tail(line: str) -> str:
    tail = _TAIL.search(line)
    return line[: tail.start()] if tail and is_furniture(tail.group(1)) else line


def is_furniture(line: str) -> bool:
    """Whether the line belongs to the page, not to the article."""
    if not any(character.isalnum() for character in line):
        return True
    return bool(_FURNITURE.fullmatch(line) or _FURNITURE_START.match(line))


def is_rubric(line: str) -> bool:
    """Whether the line is the name of a section: « Monde », « Guerre en Ukraine »."""
    return fold(line) in RUBRICS


def without_repeats(lines: Iterable[str], title: str) -> list[str]:
    """The lines without the title, without a line's second copy, and without a standfirst that a paragraph repeats."""
    kept: list[str] = []
    seen = {fold(title)}
    for line in lines:
        if fold(line) not in seen:
            seen.add(fold(line))
            kept.append(line)
    return list(_without_standfirsts(kept))


def _without_standfirsts(lines: list[str]) -> Iterator[str]:
    folded = [fold(line) for line in lines]
    for number, line in enumerate(lines):
        start = folded[number]
        repeated = len(line) >= _SHARED_START and any(later.startswith(start) for later in folded[number + 1 :])
        if not repeated:
            yield line
