"""Printed words give tax lines a VAT category. The words are those of Article 226 (11) and (11a) of
Directive 2006/112/EC in its languages, and of § 14a (1) and (5) of the German UStG.
"""

import pytest

from tillroll_documents.reading.extraction import (
    EInvoice,
    Evidence,
    Extraction,
    Field,
    TaxLine,
    Transcript,
)
from tillroll_documents.reading.vat_category import with_printed_category

ROW = Evidence(line=1, text="VAT 0 %  0.00", start=9, end=13)


def tax_line(tax: str, *, category: str | None = None) -> TaxLine:
    return TaxLine(rate="0", net="480.00", tax=tax, evidence=ROW, vat_category=category)


def extraction_of(
    *lines: TaxLine, tax: str | None = None, total: str | None = "480.00", currency: str = "EUR"
) -> Extraction:
    return Extraction(
        total=Field[str](value=total),
        tax=Field[str](value=tax),
        currency=Field[str](value=currency),
        tax_lines=lines,
    )


def categories_of(extraction: Extraction, *printed: str) -> list[str | None]:
    paper = Transcript.from_text("\n".join(("Design for a fair", "VAT 0 %  0.00", *printed)))
    return [line.vat_category for line in with_printed_category(extraction, paper).tax_lines]


@pytest.mark.parametrize(
    ("words", "category"),
    [
        ("Reverse charge", "AE"),
        ("REVERSE-CHARGE: the customer accounts for the VAT", "AE"),
        ("Hinweis: Steuerschuldnerschaft des Leistungsempfängers", "AE"),
        ("Die Leistung unterliegt § 13b UStG", "AE"),
        ("VAT due by the customer, Article 196 of Directive 2006/112/EC", "AE"),
        ("Art. 196 MwStSystRL 2006/112/EG", "AE"),
        ("TVA non applicable : autoliquidation", "AE"),
        ("Operación con inversión del sujeto pasivo", "AE"),
        ("Inversione contabile", "AE"),
        ("BTW verlegd", "AE"),
        ("Odwrotne obciążenie", "AE"),
        ("Omvänd betalningsskyldighet", "AE"),
        ("Daň odvede zákazník", "AE"),
        ("Обратно начисляване", "AE"),
        ("Αντίστροφη επιβάρυνση", "AE"),
        ("Steuerfreie innergemeinschaftliche Lieferung", "K"),
        ("Exempt intra-Community supply", "K"),
        ("Steuerfreie Ausfuhrlieferung", "G"),
    ],
)
def test_printed_words_give_the_category(words: str, category: str) -> None:
    assert categories_of(extraction_of(tax_line("0.00"), tax="0.00"), words) == [category]


def test_what_the_buyer_owes_comes_before_a_supply() -> None:
    words = ("Intra-Community supply of services", "Reverse charge")
    assert categories_of(extraction_of(tax_line("0.00")), *words) == ["AE"]


@pytest.mark.parametrize(
    "words",
    [
        "Thank you",
        "No reverse charge",
        "Reverse charge: no",
        "Reverse charge does not apply",
        "Reverse-Charge-Verfahren nicht anwendbar",
        "Kein Reverse Charge",
        "Article 19 of our terms",
        "Room 13b",
    ],
)
def test_other_words_and_denials_give_none(words: str) -> None:
    assert categories_of(extraction_of(tax_line("0.00")), words) == [None]


def test_without_a_tax_line_the_words_are_one_over_the_total() -> None:
    paper = Transcript.from_text("Design for a fair\n\nReverse charge, Article 196")
    (line,) = with_printed_category(extraction_of(), paper).tax_lines
    assert (line.rate, line.net, line.tax, line.vat_category) == ("0", "480.00", "0.00", "AE")
    assert line.evidence.line == 2
    assert line.evidence.text == "Reverse charge, Article 196"


def test_the_line_has_the_digits_of_the_currency() -> None:
    paper = Transcript.from_text("Reverse charge")
    extraction = extraction_of(total="48000", currency="JPY")
    (line,) = with_printed_category(extraction, paper).tax_lines
    assert line.tax == "0"


def test_a_paper_that_charges_tax_stays_as_it_is() -> None:
    words = "Reverse charge"
    assert categories_of(extraction_of(tax_line("91.20"), tax="91.20"), words) == [None]
    assert categories_of(extraction_of(tax="91.20"), words) == []
    both = extraction_of(tax_line("0.00"), tax_line("19.00"))
    assert categories_of(both, words) == [None, None]


def test_what_says_it_itself_stays_as_it_is() -> None:
    words = "Reverse charge"
    assert categories_of(extraction_of(tax_line("0.00", category="E")), words) == ["E"]
    xml = EInvoice(syntax="cii", profile=None, file_name=None)
    exact = extraction_of().model_copy(update={"e_invoice": xml})
    assert categories_of(exact, words) == []
    assert categories_of(extraction_of(total=None), words) == []
