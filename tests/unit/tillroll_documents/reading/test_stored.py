"""An extraction is stored in about half of its bytes, and comes back as it was."""

from tillroll_documents.reading.extraction import Evidence, Extraction, Field, LineItem, Reason
from tillroll_documents.reading.stored_extraction import from_stored, in_full, to_stored
from tillroll_durable.platform.json import load_object

EVIDENCE = Evidence(line=3, text="TOTAL 12.90", start=6, end=11)
ITEM = LineItem(
    description="Tea", quantity=None, unit_price=None, amount="12.90", evidence=EVIDENCE
)


def total(*reasons: Reason, evidence: Evidence = EVIDENCE) -> Field[str]:
    return Field[str](value="12.90", evidence=evidence, confidence=0.9, reasons=reasons)


def test_an_extraction_comes_back_in_full() -> None:
    read = Extraction(total=total(Reason(code="printed", weight=10)), line_items=(ITEM,))
    stored = to_stored(read)
    assert load_object(stored)["total"] == {
        "value": "12.90",
        "confidence": 0.9,
        "evidence": [3, 6, 11],
        "reasons": {"printed": 10},
    }
    assert load_object(stored)["lines"] == {"3": "TOTAL 12.90"}
    assert sorted(load_object(stored)) == ["lineItems", "lines", "total"]
    assert from_stored(stored) == read
    assert in_full(stored) == load_object(read.model_dump_json())


def test_a_firm_that_is_the_merchant_stands_once() -> None:
    """With its value, which SQL looks for."""
    name = Field[str](
        value="Tea Ltd",
        evidence=EVIDENCE,
        confidence=0.9,
        reasons=(Reason(code="at_top", weight=10),),
    )
    read = Extraction(merchant=name, registered_name=name, line_items=(ITEM,))
    stored = load_object(to_stored(read))
    assert stored["registeredName"] == {"value": "Tea Ltd", "as": "merchant"}
    assert from_stored(to_stored(read)) == read
    other = read.model_copy(update={"registered_name": name.model_copy(update={"confidence": 0.5})})
    assert from_stored(to_stored(other)) == other


def test_what_does_not_fit_the_short_form_comes_back_too() -> None:
    """A line that says two things, as of XML and of a page; a reason that counts twice; a path."""
    other = Evidence(line=3, text="12.90", start=0, end=5, path="/Invoice/Total")
    twice = (Reason(code="printed", weight=10), Reason(code="printed", weight=20))
    read = Extraction(total=total(*twice, evidence=other), line_items=(ITEM,))
    assert from_stored(to_stored(read)) == read
    assert from_stored(to_stored(Extraction())) == Extraction()
