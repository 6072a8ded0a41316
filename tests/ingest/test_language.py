import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.ingest.language import LANGUAGES, SAMPLE, choose_language, is_plainly_french, load_identifier

NEWS = {
    "fr": "Le ministère des Armées a annoncé mardi la livraison de nouveaux canons à l’armée ukrainienne, selon un communiqué "
    "diffusé dans la soirée. Les premiers exemplaires, qui sont attendus au printemps, seront remis à deux brigades.",
    "en": "The Ministry of Defence said on Tuesday that new howitzers had been delivered to the Ukrainian army this week. "
    "The first of them, which are expected in the spring, will be handed over to two brigades on the front line.",
    "de": "Das Verteidigungsministerium teilte am Dienstag mit, dass neue Haubitzen an die ukrainische Armee geliefert wurden. "
    "Die ersten Geschütze des Programms, die im Frühjahr erwartet werden, gehen an zwei Brigaden der Landstreitkräfte.",
    "es": "El Ministerio de Defensa anunció el martes la entrega de nuevos cañones al ejército ucraniano, según un comunicado. "
    "Los primeros, que se esperan para la primavera, se les darán a dos brigadas que combaten en el este del país.",
    "it": "Il ministero della Difesa ha annunciato martedì la consegna di nuovi cannoni all’esercito ucraino, secondo una nota. "
    "I primi pezzi, che sono attesi in primavera, saranno dati a due brigate che combattono nell’est del paese.",
    "pt": "O Ministério da Defesa anunciou na terça-feira a entrega de novos canhões ao exército ucraniano, segundo uma nota. "
    "Os primeiros, que são esperados na primavera, serão dados a duas brigadas que combatem no leste do país.",
    "nl": "Het ministerie van Defensie heeft dinsdag bekendgemaakt dat er nieuwe houwitsers aan het Oekraïense leger zijn geleverd. "
    "De eerste stukken, die in het voorjaar worden verwacht, gaan naar twee brigades die in het oosten vechten.",
    "pl": "Ministerstwo Obrony poinformowało we wtorek, że armia ukraińska otrzymała w tym tygodniu nowe haubice. "
    "Pierwsze z nich, które są spodziewane na wiosnę, trafią do dwóch brygad walczących na wschodzie kraju.",
    "ro": "Ministerul Apărării a anunțat marți livrarea unor noi obuziere către armata ucraineană, potrivit unui comunicat. "
    "Primele piese, care sunt așteptate în primăvară, vor fi date celor două brigăzi care luptă în estul țării.",
    "uk": "Міністерство оборони повідомило у вівторок про постачання нових гаубиць українській армії цього тижня. "
    "Перші з них, які очікуються навесні, передадуть двом бригадам, що воюють на сході країни.",
    "ru": "Министерство обороны сообщило во вторник, что украинской армии на этой неделе были переданы новые гаубицы. "
    "Первые из них, которые ожидаются весной, получат две бригады, которые сражаются на востоке страны.",
    "tr": "Savunma Bakanlığı salı günü Ukrayna ordusuna yeni obüslerin teslim edildiğini bir açıklama ile duyurdu. "
    "İlkbaharda beklenen ilk obüsler, ülkenin doğusunda savaşan iki tugaya verilecek ve bu yıl kullanılacak.",
    "ar": "أعلنت وزارة الدفاع يوم الثلاثاء عن تسليم مدافع جديدة إلى الجيش الأوكراني هذا الأسبوع وفقا لبيان رسمي. "
    "ومن المتوقع أن تصل المدافع الأولى في الربيع إلى لواءين يقاتلان في شرق البلاد.",
    "fa": "وزارت دفاع روز سه‌شنبه اعلام کرد که این هفته توپ‌های تازه‌ای به ارتش اوکراین تحویل داده شده است. "
    "نخستین توپ‌ها که در بهار می‌رسند، به دو تیپ که در شرق کشور می‌جنگند داده خواهند شد.",
    "he": "משרד הביטחון הודיע ביום שלישי כי תותחים חדשים נמסרו השבוע לצבא אוקראינה, כך נמסר בהודעה רשמית. "
    "התותחים הראשונים, שצפויים להגיע באביב, יועברו לשתי חטיבות הנלחמות במזרח המדינה.",
    "zh": "国防部星期二宣布，本周已向乌克兰军队交付了一批新型榴弹炮。据公报称，首批火炮预计将于春季运抵，"
    "并移交给在该国东部作战的两个旅。国防部长表示，今年还将继续提供弹药和训练方面的支持，直到战争结束为止。"
    "他还说，盟国将在下个月的会议上讨论新的援助计划，其中包括防空系统和装甲车辆。",
    "ja": "国防省は火曜日、ウクライナ軍に新しい榴弾砲が今週引き渡されたと発表した。春に到着する見込みの最初の砲は、"
    "国の東部で戦っている二つの旅団に配備される。国防相は今年も弾薬と訓練の支援を続けると述べた。"
    "同盟国は来月の会議で、防空システムや装甲車両を含む新たな支援計画について話し合う予定である。",
    "ko": "국방부는 화요일 우크라이나군에 새로운 곡사포가 이번 주에 인도되었다고 발표했다. 봄에 도착할 것으로 예상되는 첫 번째 "
    "곡사포는 동부에서 싸우고 있는 두 여단에 배치될 예정이다. 국방부 장관은 올해에도 탄약과 훈련 지원을 계속하겠다고 말했다.",
}  # fmt: skip


def identified(text: str) -> str:
    return str(load_identifier().classify(text[:SAMPLE])[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_identified(language: str) -> None:
    assert choose_language(NEWS[language]) == language
    assert is_plainly_french(NEWS[language]) == (language == "fr")


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "fr"])
def test_what_is_half_french_is_left_to_the_identifier(language: str) -> None:
    """French news and those of another language, cut and joined in every share: never French when the identifier says no."""
    french, other = NEWS["fr"] * 5, NEWS[language] * 10
    for share in range(0, SAMPLE + 1, 50):
        for size in (SAMPLE, 300):
            cut = share * size // SAMPLE
            for text in (french[:cut] + other[: size - cut], other[: size - cut] + " " + french[:cut]):
                assert not is_plainly_french(text[:SAMPLE]) or identified(text) == "fr", text


@pytest.mark.parametrize(
    "text",
    [
        (
            "Rheinmetall, Krauss-Maffei Wegmann, Ursula von der Leyen et Boris Pistorius ont signé avec les ministres des "
            "deux pays un accord pour la production du char dans une usine de Kassel, selon le quotidien Die Welt, qui cite "
            "des sources proches du dossier. Les livraisons sont prévues pour l’été, et la formation est en cours."
        ),
        (
            "« The war is not over », a dit le secrétaire d’État aux journalistes qui étaient dans l’avion avec lui, avant "
            "une visite à Varsovie où il doit rencontrer les dirigeants des pays de la région. Il est attendu mardi."
        ),
    ],
)
def test_foreign_names_and_quotations_change_nothing(text: str) -> None:
    assert choose_language(text) == identified(text) == "fr"


def test_lists_of_names_are_left_to_the_identifier() -> None:
    assert not is_plainly_french("Leopard 2A6, Challenger 2, Abrams M1A2, Leclerc XLR, Ariete C1, Merkava Mk 4. " * 5)


def test_too_little_text_is_taken_for_french_unless_it_is_declared() -> None:
    assert choose_language("Le Pentagone cherche") == "fr"
    assert choose_language("The Pentagon", "en_US") == "en"
    assert choose_language("The Pentagon", "tlh") == "fr"


def test_real_french_is_mostly_plain(shared: Path) -> None:
    texts = list(itertools.islice(real_texts(shared / "data"), 0, None, 10))

    assert sum(map(is_plainly_french, texts)) >= 0.85 * len(texts)


def test_real_summaries_are_mostly_plain_too(shared: Path) -> None:
    texts = [text[:200] for text in itertools.islice(real_texts(shared / "data"), 0, None, 10)]

    assert sum(map(is_plainly_french, texts)) >= 0.7 * len(texts)


@pytest.mark.slow
def test_what_is_plainly_french_is_french_for_the_identifier_too(shared: Path) -> None:
    """All real texts there are: 6,825, of which nine tenths are plain."""
    plain = list(filter(is_plainly_french, real_texts(shared / "data")))

    assert len(plain) > 5000
    assert [text for text in plain if identified(text) != "fr"] == []


@pytest.mark.slow
@pytest.mark.parametrize("length", [100, 200, 300])
def test_summaries_that_are_plainly_french_are_too(length: int, shared: Path) -> None:
    plain = list(filter(is_plainly_french, (text[:length] for text in real_texts(shared / "data"))))

    assert len(plain) > 1000
    assert [text for text in plain if identified(text) != "fr"] == []


def real_texts(data: Path) -> Iterator[str]:
    """The first characters of encyclopedia articles, news, articles of law, and scanned newspapers with their noise."""
    for name in ("piaf/corpus", "afriqa/corpus", "wikinews_fr_100/articles", "code_defense/articles"):
        for line in (data / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            yield f"{record.get('title', '')}\n{record['text']}"[:SAMPLE]
    scanned = (data / "europeana_ocr_fr" / "enp_FR.bnf.bio").read_text(encoding="utf-8").splitlines()
    words = [line.split()[0] for line in scanned if line.split()]
    yield from (" ".join(words[start : start + 150])[:SAMPLE] for start in range(0, len(words), 150))
