"""E-invoices are counted by family against what their XML alone says."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bench.invoices.families import counts, outcomes, report, wrong_of
from bench.invoices.xml_truths import truth_of
from tests.support.e_invoices import Facts, cii, ubl, zugferd_1
from tests.support.national_invoices import National, Row, ebinterface, facturae, fattura, ksef
from tests.support.signed_envelopes import signed
from tillroll_documents.reading.e_invoices.extraction import extract, read_invoice

_POLAND = replace(National(), currency="PLN", rows=(Row(Decimal(23), Decimal("100.00")),))
_FAMILIES = {
    "UBL Invoice": ubl(Facts()),
    "UBL CreditNote": ubl(Facts(type_code="381"), credit_note=True),
    "CII": cii(Facts()),
    "ZUGFeRD 1": zugferd_1(Facts()),
    "FatturaPA": fattura(National()),
    "KSeF": ksef(_POLAND),
    "Facturae": facturae(replace(National(), rows=(Row(Decimal(21), Decimal("100.00")),))),
    "ebInterface": ebinterface(replace(National(), rows=(Row(Decimal(20), Decimal("100.00")),))),
}


@pytest.mark.parametrize("family", _FAMILIES)
def test_a_file_of_each_family_is_read_as_its_xml_says(family: str) -> None:
    truth = truth_of(_FAMILIES[family])
    assert truth is not None
    assert truth.family == family
    assert {"seller", "number", "date", "currency", "total"} <= truth.values.keys()
    found, _ = extract(read_invoice(_FAMILIES[family]))
    assert wrong_of(truth, found) == {}


def test_a_value_that_is_read_otherwise_is_named() -> None:
    truth = truth_of(fattura(replace(National(), number="13/2026")))
    found, _ = extract(read_invoice(fattura(National())))
    assert truth is not None
    assert wrong_of(truth, found) == {"number": ("13/2026", "12/2026")}


def test_files_of_a_folder_are_counted_by_family(tmp_path: Path) -> None:
    for number, content in enumerate(_FAMILIES.values()):
        (tmp_path / f"{number}.xml").write_bytes(content)
    (tmp_path / "signed.xml.p7m").write_bytes(signed(fattura(National())))
    (tmp_path / "broken.xml").write_bytes(b"<Invoice")
    (tmp_path / "old.xml").write_bytes(fattura(National(), "FPR11"))
    found = counts(outcomes(tmp_path))
    expected = dict.fromkeys(_FAMILIES, (1, 1)) | {"FatturaPA": (3, 2)}
    assert {name: (each.files, each.accepted) for name, each in found.items()} == expected
    assert (found["FatturaPA"].refused, sum(each.accepted_wrong for each in found.values())) == (
        1,
        0,
    )
    assert "| FatturaPA | 3 | 1 | 2 | 0 | none |" in report(found)
