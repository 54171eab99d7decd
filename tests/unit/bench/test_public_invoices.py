"""Public invoices are counted against what a person read, by the file's name."""

from pathlib import Path

from bench.invoices.corpora import FIELDS, misses, readings
from tests.support.invoice import invoice_pdf

_COOLBLUE = (
    "Coolblue B.V.   FACTUUR",
    "Factuurnummer: 993548900",
    "Factuurdatum: 19 april 2014",
    "Exclusief BTW   593,36",
    "BTW 21%   124,61",
    "Totaal   717,97",
)


def test_a_known_file_is_counted_field_by_field(tmp_path: Path) -> None:
    path = tmp_path / "coolblue1.pdf"
    path.write_bytes(invoice_pdf([*_COOLBLUE]))
    [(way, truth, reading)] = readings(path, "EUR")
    assert (way, truth.seller, truth.date, truth.total) == (
        "text alone",
        "Coolblue B.V.",
        "20140419",
        "717.97",
    )
    assert reading is not None
    assert misses(truth, reading).keys() <= {"seller"}
    assert set(FIELDS) - misses(truth, reading).keys() >= {"number", "date", "total"}


def test_one_that_nobody_read_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "unknown.pdf"
    path.write_bytes(invoice_pdf([*_COOLBLUE]))
    assert list(readings(path, "EUR")) == []
