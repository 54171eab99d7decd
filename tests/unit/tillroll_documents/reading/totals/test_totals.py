"""The total is the amount that its label and the rest of the receipt agree on."""

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import Reading, read

HEAD = "PINE BOOKS LTD\nLondon\nDate: 25/05/2024 10:00\n"


def read_body(body: str) -> Reading:
    return read(Transcript.from_text(HEAD + body))


@pytest.mark.parametrize(
    ("body", "total"),
    [
        ("Tea  £4.00\nTOTAL  £4.00\nCASH  £5.00\nCHANGE  £1.00", "4.00"),
        ("TOTAL QTY  3.00\nTOTAL  £4.00\nTOTAL SAVING  £9.00\nCASH  £4.00\nCHANGE  £0.00", "4.00"),
        ("Total excluding VAT  £10.00\nVAT 20%  £2.00\nTotal  £12.00", "12.00"),
        ("Tea  £4.00\nCake  £3.50\nSubtotal  £7.50\nDiscount  £0.50\nTotal  £7.00", "7.00"),
        ("Subtotal  £32.50\nVAT  £2.84\nTotal  £35.34\nTip  £7.00\nTotal  £42.34", "42.34"),
        ("Total  £10.02\nRounding  -£0.02\nTotal  £10.00\nCASH  £20.00\nCHANGE  £10.00", "10.00"),
        ("Tea  £9.98\nRounding  £0.02\nRounding  £10.00\nCASH  £20.00\nCHANGE  £10.00", "10.00"),
        ("Tea  £4.00\nTOTAL AMOUNT DUE\n£4.00\nVISA  £4.00", "4.00"),
        (
            (
                "VAT SUMMARY\nrate  net  VAT\n20%  £10.00  £2.00\nTotal  £10.00  £2.00\n"
                "Thank you\nTotal  £12.00"
            ),
            "12.00",
        ),
        ("Tea  £4.00\nTOTAL  4-00\nCASH  £5.00\nCHANGE  £1.00", "4.00"),
        ("Tea  £4.00\nNet of VAT  £3.33\nVAT  £0.67\n£4.00\nCASH  £5.00\nCHANGE  £1.00", "4.00"),
        # Labels that nobody foresaw: what stands right above the total adds up to it.
        ("Food  £19.75\nTax  £2.01\nTotal  £21.76", "21.76"),
        ("food  £56.80\nliquor  £24.00\nTax  £3.98\nTotal Due  £84.78", "84.78"),
        ("Total 4 item(s)  £27.48\nSales Tax  £2.67\nGrand Total  £30.15", "30.15"),
        ("Subtotal  £38.50\nCarry Out  £1.93\nTax  £2.31\nTOTAL:  £42.74", "42.74"),
        # The later of two totals is the one with the service.
        (
            "Subtotal  £22.25\nTax  £2.11\nTotal  £24.36\nService Charge 40%  £8.90\nTotal  £33.26",
            "33.26",
        ),
        ("Total Taxes  £2.18\nSubtotal  £20.00\nGratuity  £3.60\nGrand Total  £25.78", "25.78"),
        # "Torta" is no "total" with a letter misread.
        ("Chicken Torta  £6.50\nJuice  £2.50\nSubtotal  £9.00\nTax  £0.97\nTotal  £9.97", "9.97"),
    ],
)
def test_the_total_is_found_and_corroborated(body: str, total: str) -> None:
    reading = read_body(body)
    assert reading.extraction.total.value == total
    assert reading.accepted, reading.reasons


@pytest.mark.parametrize(
    "body",
    [
        "TOTAL  £4.00",
        "Tea  £4.00\nCASH  £5.00\nVISA  £6.00\nTOTAL  £9.00",
        "Tea  £4.00\nTOTAL  £9.00\nVISA  £4.00",
        # "Subtotal", "VAT" and "Total" misread: what was handed over says that this is not all.
        "Tea  £6.00\nutotal  £6.00\nVA 5%  £0.30\nTot4  £6.30\nCASH  £6.30\nCHANGE  £0.00",
        "Tea  £4.00\nTOTAL  £9.00\nVISA  £9.00\nNet of VAT  £3.33\nVAT 20%  £0.67",
        "Tea  £3.50\nCake  £9.80\nTOTAL  £18.80\nVISA  £1B.80",
        # "$22.95", "$86.65" and "$93.58": as digits two of them add up as well.
        "Steak  522.95\nNoodle  $2.00\nSushi  $20.75\nRoll  $40.95\nTax  $6.93\nTotal:  S93.58",
        # A bill that was split: half of it is to be paid.
        "Subtotal  £74.00\nTotal Tax  £3.49\nTotal  £77.49\nReceipt Total  £38.75",
        # The total lost its first digit wherever it stands, so that it agrees with itself.
        "Subtotal  £157.40\nTOTAL  £57.40\nVISA  £57.40",
        "TOTAL  £57.40\nCASH  £60.00\nCHANGE  £2.60\nNet of VAT  £131.17",
    ],
)
def test_a_total_that_nothing_confirms_or_something_contradicts_is_asked(body: str) -> None:
    assert "total_uncertain" in read_body(body).reasons


@pytest.mark.parametrize("body", ["Thank you for coming", "TOTAL  £0.00\nCASH  £0.00"])
def test_without_a_total_above_zero_it_is_missing(body: str) -> None:
    reading = read_body(body)
    assert reading.extraction.total.value is None
    assert reading.reasons[0] == "total_missing"


def test_a_discount_or_a_rounding_makes_the_total_less_than_the_subtotal() -> None:
    assert read_body("Subtotal  £57.50\nDiscount  £7.50\nTOTAL  £50.00\nVISA  £50.00").accepted
    assert read_body("Subtotal  £57.42\nRounding  -£0.02\nTOTAL  £57.40\nVISA  £57.40").accepted


def test_a_voucher_below_the_subtotal_is_asked() -> None:
    body = (
        "Tea  £40.00\nSubtotal  £40.00\nVoucher  £10.00\nTotal  £30.00\nCASH  £30.00\nCHANGE  £0.00"
    )
    reading = read_body(body)
    assert reading.extraction.total.value == "30.00"
    assert reading.reasons == ("voucher_used",)


def test_reasons_for_and_against_are_given() -> None:
    reading = read_body(
        "Total  £10.02\nRounding  -£0.02\nTotal  £10.00\nCASH  £20.00\nCHANGE  £10.00"
    )
    reasons = {reason.code: reason.weight for reason in reading.extraction.total.reasons}
    assert reasons["equals_paid_minus_change"] > 0
    assert "before_rounding" not in reasons


def test_a_tax_that_fits_its_rate_speaks_for_the_total_it_is_in() -> None:
    total = read_body(
        "SUBTOTAL  £105.00\nTotal incl VAT  £165.00\nVAT 20%  £27.50"
    ).extraction.total
    assert total.value == "165.00"
    assert "contains_tax_at_rate" in {reason.code for reason in total.reasons}


def test_the_number_of_a_card_hides_no_price_that_stands_alone() -> None:
    ticket = "Ticket  Adult Single\nPrice  EUR 23.50\nPaid  Card **** 4711\nVAT  Exempt\n"
    reading = read(Transcript.from_text("COAST LINES\nIssued 02/03/2026 07:15\n" + ticket))
    assert reading.extraction.total.value == "23.50"
    assert reading.reasons == ("total_uncertain",)
