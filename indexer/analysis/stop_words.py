"""French function words: indexed like the others, left out of a query that has any other word.

Written for Vigie from the closed classes of the grammar (articles, pronouns, prepositions, conjunctions, auxiliaries).
Words that are also nouns of this subject stay out of it: avions (avoir), été (être), sommes (être), force, part.
"""

STOP_WORDS = frozenset(
    # articles and contracted articles, elided forms left alone by a broken text
    "le la les un une des du de au aux l d j m t s n c qu jusqu lorsqu puisqu quoiqu "
    # pronouns
    "je tu il elle on nous vous ils elles me te se lui leur eux moi toi soi y en ce c cela ça ceci celui celle ceux "
    "celles qui que quoi dont où lequel laquelle lesquels lesquelles auquel duquel desquels desquelles "
    # determiners
    "cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos leurs quel quelle quels quelles "
    "tout toute tous toutes même mêmes chaque quelque quelques aucun aucune autre autres tel telle tels telles "
    # prepositions
    "à dans par pour avec sans sur sous vers chez entre contre depuis pendant avant après dès hors parmi selon malgré "
    "lors jusque envers outre via "
    # conjunctions and linking words
    "et ou ni mais or car donc si comme lorsque puisque quoique quand afin ainsi alors aussi "
    # negation and degree
    "ne pas non plus moins très trop peu "
    # auxiliaries: être and avoir, the forms that are nothing else
    "suis es est êtes sont étais était étions étiez étaient étant serai seras sera serons serez seront serait seraient "
    "sois soit soyons soyez soient fut furent fût être "
    "ai as a avons avez ont avais avait aviez avaient ayant aurai auras aurons aurez auront aurait auraient aie ait "
    "aient eu eut eurent avoir".split()
)


def is_stop_word(term: str) -> bool:
    """Whether *term* only holds a sentence together."""
    return term in STOP_WORDS
