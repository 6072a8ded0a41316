import pytest

from indexer.ingest.language import choose_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "Le ministère des Armées a annoncé mardi la livraison de nouveaux canons à l’armée ukrainienne, selon un communiqué.",
            "fr",
        ),
        (
            "The Ministry of Defence said on Tuesday that new howitzers had been delivered to the Ukrainian army this week.",
            "en",
        ),
        (
            "Das Verteidigungsministerium teilte am Dienstag mit, dass neue Haubitzen an die ukrainische Armee geliefert wurden.",
            "de",
        ),
        (
            "Міністерство оборони повідомило у вівторок про постачання нових гаубиць українській армії цього тижня.",
            "uk",
        ),
    ],
)
def test_a_language_is_identified(text: str, language: str) -> None:
    assert choose_language(text) == language


def test_too_little_text_is_taken_for_french() -> None:
    assert choose_language("Le Pentagone cherche") == "fr"
