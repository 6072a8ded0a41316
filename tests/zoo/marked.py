"""Feeds and pages: entities, trees too deep and tags too long, addresses that want to be fetched, lies on encodings."""

from collections.abc import Iterator

from tests.zoo.animal import Animal, article, entry, feed, page, story

MB = 1_000_000
DOCTYPE = "DOCTYPE"
LOST = "XML mal formé"


def animals(address: str) -> Iterator[Animal]:
    """All of them; what they want to fetch is at *address*."""
    yield from _doctypes(address)
    yield from _feeds(address)
    yield from _deep_pages()
    yield from _large_pages()
    yield from _quadratic()
    yield from _calling_pages(address)
    yield from _odd_pages()


def _doctypes(address: str) -> Iterator[Animal]:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    one = entry("entité", body="&x;")
    for name, inside in {
        "milliard-de-rires": f'[<!ENTITY l0 "ha">{laughs}<!ENTITY x "&l11;">]',
        "explosion-quadratique": f'[<!ENTITY x "{"a" * 30_000}">]',
        "entite-recursive": '[<!ENTITY x "&y;"><!ENTITY y "&x;">]',
        "fichier-du-systeme": '[<!ENTITY x SYSTEM "file:///etc/passwd">]',
        "entite-du-reseau": f'[<!ENTITY x SYSTEM "{address}/entite">]',
        "dtd-du-reseau": f'SYSTEM "{address}/dtd"',
        "entite-parametre": f'[<!ENTITY % x SYSTEM "{address}/parametre"> %x;]',
        "peripherique": '[<!ENTITY x SYSTEM "/dev/zero">]',
        "expect": '[<!ENTITY x SYSTEM "expect://id">]',
    }.items():
        yield Animal(f"fils/{name}.xml", feed(one, prologue=f"<!DOCTYPE rss {inside}>"), DOCTYPE)
    hidden = feed(one, prologue=f'<!-- rien --><?x y?>\n<!DOCTYPE rss [<!ENTITY x SYSTEM "{address}">]>')
    yield Animal("fils/doctype-cache.xml", hidden, DOCTYPE)
    wide = feed(one, prologue='<!DOCTYPE rss [<!ENTITY x "ha">]>').decode().replace("utf-8", "utf-16").encode("utf-16")
    yield Animal("fils/doctype-en-utf-16.xml", wide, DOCTYPE)
    yield Animal("fils/doctype-sans-fin.xml", b"<rss><!DOCTYPE" + b" a" * MB, "aucune entrée|DOCTYPE")


def _feeds(address: str) -> Iterator[Animal]:
    whole = feed(*(entry(f"coupe-{n}") for n in range(4)))
    deep = "<b>" * 100_000
    yield Animal("fils/coupe.xml", whole[: whole.rindex(b"<item>") + 60], f"{LOST}|trop court", 3)
    yield Animal("fils/coupe-au-debut.xml", whole[:90], "aucune entrée")
    yield Animal("fils/sans-entree.xml", feed(), "aucune entrée")
    yield Animal("fils/entrees-vides.xml", feed("<item/>" * 1000), "ni titre ni texte|autres rejets")
    yield Animal("fils/profond.xml", feed(entry("avant-profond"), f"<item><title>{deep}"), LOST, 1)
    yield Animal(
        "fils/cent-mille-attributs.xml", feed(entry("attributs"), f"<item {_attributes(100_000)}/>"), "ni titre|XML", 1
    )
    yield Animal("fils/texte-geant.xml", feed(entry("avant-geant"), f"<item><description>{'x' * 12 * MB}"), LOST, 1)
    yield Animal("fils/titre-geant.xml", feed(entry("titre-geant", title="mot " * 250_000)), "", 1)
    yield Animal(
        "fils/cdata-sans-fin.xml",
        feed(entry("avant-cdata"), f"<item><description><![CDATA[{story('cdata')}"),
        f"{LOST}|ni titre ni texte",
        1,
    )
    yield Animal(
        "fils/balises-croisees.xml", feed(entry("croise"), "<item><title>a</b></title></item>"), f"{LOST}|trop court", 1
    )
    yield Animal("fils/caracteres-interdits.xml", feed(entry("interdit", body="&#0;&#xFFFE;&#xD800;")), LOST, 1)
    yield Animal("fils/esperluettes.xml", feed(entry("esperluettes", body="& " * 100_000)), "", 1)
    yield Animal("fils/inclusion.xml", feed(f'<xi:include href="{address}/inclus"/>', entry("inclusion")), LOST, 1)
    yield Animal(
        "fils/adresse-script.xml", feed(entry("script").replace("https://fil.example/script", "javascript:a()")), "", 1
    )
    yield Animal("fils/opml.xml", b'<?xml version="1.0"?><opml version="2.0"><body/></opml>', "fichier XML")
    yield Animal(
        "fils/svg.html",
        f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{address}"/></svg>'.encode(),
        "fichier XML",
    )
    yield Animal(
        "fils/feuille-de-style.xml", feed(entry("style"), prologue=f'<?xml-stylesheet href="{address}/s"?>'), "", 1
    )


def _attributes(count: int) -> str:
    return " ".join(f"a{n}='{n}'" for n in range(count))


def _deep_pages() -> Iterator[Animal]:
    deep = "imbriquées"
    for tag in ("div", "font", "b", "table", "ul"):
        yield Animal(
            f"pages/profonde-{tag}.html",
            page(f"profonde {tag}", above=f"<{tag}>" * 100_000),
            f"{deep}|plus de 100000 balises",
        )
    yield Animal("pages/profonde-fermee.html", page("fermée", above="<div>" * 5000 + "</div>" * 5000), deep)
    yield Animal("pages/juste-assez-profonde.html", page("assez", above="<div>" * 500), "", 1)
    yield Animal("pages/fermee-cent-mille-fois.html", page("bis", above="</div></p>" * 100_000), "", 1)
    yield Animal(
        "pages/formulaires.html", page("formulaires", above="<form><select><option>" * 20_000), "aucun article|balises"
    )


def _large_pages() -> Iterator[Animal]:
    yield Animal("pages/cent-mille-attributs.html", page("attr", above=f"<p {_attributes(100_000)}>"), "attributs")
    yield Animal("pages/attribut-geant.html", page("attribut géant", above=f"<p title='{'x' * 2 * MB}'>"), "", 1)
    yield Animal("pages/cent-mille-balises.html", page("balises", above="<br>" * 150_000), "balises")
    yield Animal("pages/trop-longue.html", page("longue", above="mot " * 1_300_000), "millions de caractères")
    yield Animal(
        "pages/titre-geant.html",
        page("titre", head=f"<meta property='og:title' content='{'titre ' * 100_000}'>"),
        "",
        1,
    )
    yield Animal("pages/mot-geant.html", page("mot géant", above=f"<p>{'a' * MB}</p>"), "", 1)
    yield Animal(
        "pages/lien-geant.html", page("lien", head=f"<link rel=canonical href='https://h.example/{'a' * MB}'>"), "", 1
    )
    yield Animal("pages/commentaire-sans-fin.html", page("commentaire", below="<!-- " + "- " * 500_000), "", 1)
    yield Animal("pages/mille-metas.html", page("métas", head="<meta name='author' content='A B'>" * 20_000), "", 1)
    yield Animal(
        "pages/dates-en-meta.html", page("dates", head="<meta name='date' content='99/99/9999'>" * 2000), "", 1
    )
    yield Animal(
        "pages/json-ld-profond.html",
        page("ld", head=f"<script type='application/ld+json'>{'[' * 100_000}</script>"),
        "",
        1,
    )
    yield Animal(
        "pages/json-ld-geant.html",
        page("ld2", head=f"<script type='application/ld+json'>{{\"@type\": {'1' * MB}}}</script>"),
        "",
        1,
    )


def _quadratic() -> Iterator[Animal]:
    """What took minutes once."""
    blank = "\xa0" * 100_000
    site = f"<meta property='og:site_name' content='{'un.site.' * 50_000}fr'>"
    yield Animal("pages/dates.html", page("trente mille dates", above=f"<p>{'3 mars 2024 ' * 30_000}</p>"), "", 1)
    yield Animal("pages/auteur.html", page("auteur", head=f"<meta name='author' content='a{blank}b'>"), "", 1)
    yield Animal("pages/site.html", page("site", head=site), "", 1)
    yield Animal("fils/courriels.xml", feed(entry("courriels", more=f"<author>{'a@(' * 50_000}</author>")), "", 1)
    yield Animal("fils/blancs.xml", feed(" " * 200_000, entry("blancs")), "", 1)
    yield Animal("fils/declarations.xml", feed(entry("declarations", body="&lt;?xml " * 50_000)), "", 1)


def _calling_pages(address: str) -> Iterator[Animal]:
    for name, call in {
        "image": f"<img src='{address}/image'>",
        "cadre": f"<iframe src='{address}/cadre'></iframe>",
        "script": f"<script src='{address}/script'></script>",
        "feuille": f"<link rel='stylesheet' href='{address}/feuille'>",
        "base": f"<base href='{address}/'>",
        "renvoi": f"<meta http-equiv='refresh' content='0;url={address}/renvoi'>",
        "objet": f"<object data='{address}/objet'></object>",
        "image-de-fond": f"<p style='background: url({address}/fond)'></p>",
    }.items():
        yield Animal(f"appels/{name}.html", page(f"appel {name}", head=call, above=call), "", 1)
    external = f'<!DOCTYPE html SYSTEM "{address}/page.dtd" [<!ENTITY x SYSTEM "{address}/x">]>'.encode()
    yield Animal("appels/dtd.html", page("appel dtd", above="&x;").replace(b"<!DOCTYPE html>", external), "", 1)


def _odd_pages() -> Iterator[Animal]:
    empty = "aucun article|page vide"
    yield Animal("pages/vide.html", b"<html></html>", empty)
    yield Animal("pages/commentaire-seul.html", b"<!-- <html> " + b"a " * 1000 + b"-->", empty)
    yield Animal("pages/liens-seuls.html", b"<html><body>" + b"<a href='/a'>un lien</a> " * 3000, empty)
    yield Animal("pages/script-seul.html", b"<html><script>" + b"var a = 1;" * 10_000 + b"</script>", empty)
    yield Animal("pages/chevrons.html", b"<html><p>" + b"<" * 200_000, empty)
    yield Animal("pages/guillemets.html", page("guillemets", above="<p a='" + '"' * 200_001), empty)
    yield Animal("pages/octets-nuls.html", page("nuls").replace(b"<p>", b"<p>\0"), "contenu binaire")
    yield Animal("pages/coupee.html", page("coupée")[:-60], "", 1)
    yield Animal("pages/charset-menteur.html", page("menteur", head="<meta charset='utf-7'>"), "", 1)
    yield Animal(
        "pages/charset-inconnu.html",
        page("inconnu", head="<meta charset='rot13'>").replace("é".encode(), b"\xe9"),
        "",
        1,
    )
    yield Animal("pages/charset-vide.html", page("sans", head=f"<meta charset='{'x' * 5000}'>"), "", 1)
    yield Animal("pages/declaree-utf-16.html", page("utf16", head="<meta charset='utf-16'>"), "", 1)
    yield Animal("pages/polyglotte.txt", page("polyglotte", below="PK\x05\x06" + "\0" * 18), "contenu binaire")
    yield Animal("pages/texte-nomme-page.html", article("sans balise"), "", 1)
    yield Animal("pages/page-nommee-archive.zip", page("archive"), "", 1)
