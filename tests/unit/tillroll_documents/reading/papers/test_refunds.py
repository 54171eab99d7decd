"""A refund is never accepted as a purchase, and tickets and changes are no refunds."""

import pytest

from bench.tongues.papers import TODAY
from tests.support.campaigns import some_of_campaign
from tests.unit.tillroll_documents.reading.papers.refunds import refunds
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.reasons import ReviewReason
from tillroll_documents.reading.receipt import Reading, read


def _read(text: str, currency: str | None = None) -> Reading:
    return read(Transcript.from_text(text), default_currency=currency, today=TODAY)


@pytest.mark.campaign
def test_no_refund_is_accepted_as_a_purchase() -> None:
    wrong: list[str] = []
    for refund in some_of_campaign([*refunds()]):
        reading = _read(refund.text, refund.currency)
        total = reading.extraction.total.value or ""
        if reading.accepted and not total.startswith("-"):
            wrong.append(refund.text)
    assert wrong == []


def test_a_title_that_says_refund_proposes_money_back_and_is_asked() -> None:
    reading = _read(
        "МАГАЗИН ЛЕС ООО\nВОЗВРАТ ПРИХОДА\n12.04.2024 10:11\nХЛЕБ 50.00\nСЫР 70.00\nИТОГ 120.00\nНАЛИЧНЫМИ 120.00",
        "RUB",
    )
    assert reading.extraction.total.value == "-120.00"
    assert ReviewReason.SIGN_UNCERTAIN.value in reading.reasons


@pytest.mark.parametrize(
    "line",
    [
        "ANYTIME DAY RETURN",
        "NO REFUND",
        "Goods may be returned within 14 days, return with receipt",
        "BOSTON RETURNS 14 DAYS POLICY",
    ],
)
def test_a_ticket_or_a_rule_is_no_refund(line: str) -> None:
    reading = _read(
        f"OAK RAIL LTD\nDate 12/04/2024 10:11\n{line}\nYork to Leeds 120.00\nTotal GBP 120.00\nCard 120.00"
    )
    assert reading.extraction.total.value == "120.00"
    assert ReviewReason.SIGN_UNCERTAIN.value not in reading.reasons


def test_change_of_the_same_name_is_no_refund() -> None:
    reading = _read(
        "Trgovina Hrast d.o.o.\nOIB 69435151530\n12.04.2024. 10:11\nKruh 2,00\nSir 7,00\n"
        "UKUPNO EUR 9,00\nGotovina 10,00\nPovrat 1,00"
    )
    assert reading.extraction.total.value == "9.00"
    assert ReviewReason.SIGN_UNCERTAIN.value not in reading.reasons
