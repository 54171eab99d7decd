"""An extraction is stored without what the document says nothing of, and is shown in full."""

from tillroll.platform.json import load_object
from tillroll.reading.extraction import Evidence, Extraction, Field, LineItem, Reason, in_full


def test_an_extraction_comes_back_in_full() -> None:
    evidence = Evidence(line=3, text="TOTAL 12.90", start=6, end=11)
    total = Field[str](value="12.90", evidence=evidence, confidence=0.9, reasons=(Reason(code="printed", weight=10),))
    item = LineItem(description="Tea", quantity=None, unit_price=None, amount="12.90", evidence=evidence)
    read = Extraction(total=total, line_items=(item,))
    stored = read.model_dump_json(exclude_defaults=True)
    assert sorted(load_object(stored)) == ["lineItems", "total"]
    assert Extraction.model_validate_json(stored) == read
    assert in_full(stored) == load_object(read.model_dump_json())
