"""Encodings that are found by the letters, and those that a person chooses."""

from collections.abc import Callable

import pytest

from tests.support.bank_files import camt, mt940, ofx
from tests.support.bank_month import Month, month
from tests.unit.tillroll_documents.bank_files.reading import only, proposed, refused
from tillroll_documents.bank_files.csv.layout import CsvMapping
from tillroll_documents.bank_files.encodings import ENCODINGS, Encoding, likely_encoding

HEADER = "Date,Description,Amount\n"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("windows-1252", "Café Lüna Weiß & Söhne"),
        ("windows-1252", "Libellé opération façon été"),
        ("windows-1252", "Ærø Ørsted Åse"),
        ("windows-1252", "¿qué? naïve £5"),
        ("windows-1252", "“Überweisung” · x"),
        ("windows-1250", "ŻABKA ŁÓDŹ ZAKUP PRZY UŻYCIU KARTY"),
        ("windows-1250", "Příjem částka účet výběr žlutý"),
        ("windows-1250", "Összeg könyvelés bérleti díj őszi tűzifa"),
        ("iso-8859-2", "Łódź święto źródło"),
        ("cp850", "Größe über Köln"),
        ("cp852", "Łódź święto ŻABKA"),
        ("windows-1251", "Перевод денег Иванов"),
        ("windows-1253", "Πληρωμή λογαριασμού"),
        ("windows-1254", "Şişli güzel ıstanbul çay İş"),
        ("windows-1257", "Šiauliai ąžuolas ėjo ūkis"),
    ],
)
def test_letters_tell_the_encoding(encoding: Encoding, text: str) -> None:
    assert text.encode(encoding).decode(likely_encoding(text.encode(encoding))) == text


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_each_encoding_that_can_be_chosen_is_known(encoding: Encoding) -> None:
    assert "A".encode(encoding).decode(encoding) == "A"


@pytest.mark.parametrize("piece", [1, 64, 1 << 16])
def test_pieces_do_not_change_what_is_found(piece: int) -> None:
    file = (HEADER + "2026-03-01,ŻABKA ŁÓDŹ,-1.00\n" * 3).encode("windows-1250")
    mapping = proposed(file)
    assert only(file, mapping=mapping, currency="PLN", piece=piece)[1][0].text == "ŻABKA ŁÓDŹ"


def _ofx_in_sgml(of: Month) -> bytes:
    return ofx(of, 1)


@pytest.mark.parametrize("write", [mt940, _ofx_in_sgml])
def test_a_person_chooses_the_encoding_of_a_text(write: Callable[[Month], bytes]) -> None:
    of = month(1, 6)
    file = (
        write(of)
        .decode("utf-8", errors="replace")
        .replace("SAGT", "ŁÓDŹ")
        .encode("cp852", errors="replace")
    )
    assert only(file, encoding="cp852")[1]


def test_a_person_chooses_the_encoding_of_xml_that_names_none() -> None:
    of = month(1, 6)
    file = camt(of).decode().replace(' encoding="UTF-8"', "").encode("windows-1252")
    assert only(file, encoding="windows-1252")[1][0].counterparty.name == of.lines[0].name


def test_an_encoding_that_does_not_fit_is_refused() -> None:
    file = (HEADER + "2026-03-01,Łódź,-1.00\n").encode("windows-1250")
    mapping = CsvMapping.model_validate({**proposed(file).model_dump(), "encoding": "utf-8"})
    assert str(refused(file, mapping=mapping, currency="PLN")).startswith(
        "The file is not in utf-8"
    )


def test_the_encoding_is_remembered_with_the_layout() -> None:
    # The letters of this header make sense in two encodings, and the wrong one is found.
    file = "Datum;Popis;Částka\n01.03.2026;Čst;-1,00\n".encode("iso-8859-2")
    chosen = proposed(file, encoding="iso-8859-2")
    assert (chosen.amount, chosen.encoding) == ("Částka", "iso-8859-2")
    _, [entry] = only(file, mappings={chosen.fingerprint: chosen}, currency="CZK")
    assert entry.text == "Čst"
