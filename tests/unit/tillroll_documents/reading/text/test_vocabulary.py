"""Words are recognised through accents, OCR's slips and missing spaces, in the languages of the
receipt.
"""

from pathlib import Path

import pytest

from tillroll_documents.reading import languages
from tillroll_documents.reading.languages import (
    LANGUAGES,
    Concept,
    Language,
    Wording,
    later_language,
)
from tillroll_documents.reading.languages.later import LATER
from tillroll_documents.reading.text.folding import (
    Folded,
    fold,
)
from tillroll_documents.reading.text.vocabulary import (
    find_concepts,
    languages_of,
)

ENGLISH = frozenset({"en"})
ALL = (*LANGUAGES, *map(later_language, LATER))


def named(text: str, codes: frozenset[str] = ENGLISH) -> set[Concept]:
    return {found.concept for found in find_concepts(text, codes)}


@pytest.mark.parametrize("text", ["TOTAL", "T0TAL", "Tota1", "Totai", "iotal", "Tatal", "TOTTAL"])
def test_a_misread_word_is_known(text: str) -> None:
    assert Concept.TOTAL in named(text)


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        ("TOTALQUANTITY", {Concept.TOTAL, Concept.QUANTITY}),
        ("CHANGERM", {Concept.CHANGE}),
        ("TotalGST6", {Concept.TOTAL, Concept.TAX}),
        ("Indusive", {Concept.INCLUDING}),
    ],
)
def test_glued_words_are_parted(text: str, concepts: set[Concept]) -> None:
    assert concepts <= named(text)


def test_the_longest_phrase_counts() -> None:
    assert named("CASH CHANGE") == {Concept.CHANGE}
    assert named("SERV. CHARGE (10%)") == {Concept.SERVICE}


@pytest.mark.parametrize("text", ["cast", "tex", "totem pole", "12345", ""])
def test_other_words_are_not(text: str) -> None:
    assert not named(text) & {Concept.TOTAL, Concept.TAX, Concept.CASH}


def test_a_word_counts_in_the_languages_of_the_receipt_only() -> None:
    assert Concept.CASH in named("Bar", frozenset({"de"}))
    assert Concept.CASH not in named("Bar")


def test_compound_words_name_a_trade_or_an_address() -> None:
    assert Concept.TRADE in named("Getränkemarkt", frozenset({"de"}))
    assert Concept.ADDRESS in named("Hauptstraße", frozenset({"de"}))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Zwischensumme\nSUMME\nBar\nRückgeld", "de"),
        ("Sous-total\nTOTAL TTC\nEspèces\nRendu", "fr"),
        ("TOTALE COMPLESSIVO\nContanti\nResto", "it"),
        ("Subtotaal\nTotaal\nWisselgeld", "nl"),
        ("JUMLAH\nTUNAI\nBAKI", "ms"),
        ("Efectivo\nCambio\nImporte", "es"),
        ("Numerário\nTroco\nObrigado", "pt"),
        ("Gotówka\nReszta\nPTU", "pl"),
        ("Hotovost\nVráceno\nDPH", "cs"),
        ("Öresavrundning\nAtt betala\nVäxel", "sv"),
        ("Heraf moms\nI alt\nByttepenge", "da"),
        ("Sum\nHerav MVA\nVekslepenger", "no"),
        ("NAKİT\nTOPKDV\nPARA ÜSTÜ", "tr"),
    ],
)
def test_the_languages_of_a_text_are_told(text: str, code: str) -> None:
    assert languages_of(Folded.of(text)) >= {"en", code}


def test_folding_takes_accents_and_case_away() -> None:
    assert fold("Übergröße CAFÉ") == "ubergrosse cafe"


def test_folding_makes_letters_plain_that_hold_no_accent() -> None:
    assert fold("Złoty Smørrebrød KIRTASİYE ısı Æble") == "zloty smorrebrod kirtasiye isi aeble"


@pytest.mark.parametrize("language", ALL, ids=lambda language: language.code)
def test_each_language_has_words_for_every_concept(language: Language) -> None:
    assert language.words.keys() == set(Concept)
    assert all(phrases for phrases in language.words.values())
    assert all(fold(phrase).strip() for phrases in language.words.values() for phrase in phrases)


@pytest.mark.parametrize("language", ALL, ids=lambda language: language.code)
def test_each_language_names_its_months_and_days(language: Language) -> None:
    assert set(language.months.values()) == set(range(1, 13))
    assert set(language.weekdays.values()) == set(range(7))
    assert not {fold(day) for day in language.weekdays} & {fold(month) for month in language.months}


def test_every_language_has_a_file_and_is_read() -> None:
    folder = Path(languages.__file__).parent
    files = {file.stem for file in folder.glob("*.py")} - {"__init__", "later"}
    assert len(files) == len(ALL) == len({language.code for language in ALL})


def test_every_language_says_where_its_words_come_from() -> None:
    folder = Path(languages.__file__).parent
    heads = {file.stem: file.read_text(encoding="utf-8")[:400] for file in folder.glob("*.py")}
    tables = {name: head for name, head in heads.items() if name not in {"__init__", "later"}}
    assert [
        name
        for name, head in tables.items()
        if not head.startswith(f'"""Words of {name.title()}: ')
    ] == []


@pytest.mark.parametrize("language", ALL, ids=lambda language: language.code)
def test_each_language_names_papers_that_are_no_receipts(language: Language) -> None:
    assert set(language.papers) == set(Wording)
    assert [wording for wording, phrases in language.papers.items() if not phrases] == []


@pytest.mark.parametrize("language", ALL, ids=lambda language: language.code)
def test_each_language_has_titles_of_refunds(language: Language) -> None:
    assert len(language.refunds) > 1
    assert len(set(language.refunds)) == len(language.refunds)


@pytest.mark.parametrize("code", [code for code, later in LATER.items() if later.signs])
def test_a_language_in_latin_letters_has_the_signs_that_tell_it(code: str) -> None:
    signs = LATER[code].signs.split()
    assert signs == [fold(sign) for sign in signs]
    assert len(signs) == len({*signs})
    assert code in languages_of(Folded.of(" ".join(signs)))


def test_a_page_in_another_language_is_read_as_before_one_was_learnt() -> None:
    text = "Celkem 12,00 hotovost 12,00 Ukupno"
    codes = frozenset({"cs", "en"})
    before = find_concepts(text, codes)
    languages_of(Folded.of("ukupno gotovina račun oib pdv"))
    assert find_concepts(text, codes) == before


@pytest.mark.parametrize(
    ("text", "code", "concept"),
    [
        ("合計 ¥1,200", "ja", Concept.TOTAL),
        ("合　計 ¥1,200", "ja", Concept.TOTAL),
        ("税込合計金額", "ja", Concept.TOTAL),
        ("부 가 세 120", "ko", Concept.TAX),
        ("รวมทั้งสิ้น 120.00", "th", Concept.TOTAL),
        ("不含税金额 100.00", "zh", Concept.EXCLUDING),
    ],
)
def test_words_are_found_where_no_spaces_part_them(text: str, code: str, concept: Concept) -> None:
    languages_of(Folded.of(text))
    assert concept in named(text.replace("　", " "), frozenset({"en", code}))
