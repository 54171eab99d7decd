"""Slips of a cancelled sale, as tills of many countries head them, are never money back.

The headings were written from manuals of tills and laws on receipts before the rule was opened.
"""

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.reasons import ReviewReason
from tillroll_documents.reading.receipt import read

HEADINGS = """
VOID RECEIPT|CANCELLATION RECEIPT|SALE CANCELLED|TRANSACTION VOIDED|POST VOID|REVERSAL
STORNO|STORNO BON|STORNOBELEG|STORNOQUITTUNG|BELEGSTORNO
TICKET ANNULÉ|TICKET D'ANNULATION|ANNULATION|VENTE ANNULEE
TICKET ANULADO|TICKET DE ANULACION|ANULACION DE VENTA|VENTA ANULADA
DOCUMENTO EMESSO PER ANNULLAMENTO|SCONTRINO ANNULLATO|RICEVUTA DI STORNO
RECIBO ANULADO|ANULAÇÃO|TALÃO DE ANULAÇÃO|BON GEANNULEERD|ANNULERING|ANNULERINGSBON
MAKULERAD|MAKULERING|KÖP MAKULERAT|ANNULLERET SALG|KVITTERING ANNULLERT
PARAGON ANULOWANY|ANULOWANIE|STORNO PARAGONU|STORNOVANÁ ÚČTENKA|BON ANULAT|STORNARE
SZTORNÓ|SZTORNÓ BIZONYLAT|ΑΚΥΡΩΣΗ|ΑΚΥΡΩΤΙΚΟ ΣΗΜΕΙΩΜΑ|СТОРНО ФИСКАЛЕН БОН|АНУЛИРАН
İPTAL FİŞİ|СКАСОВАНО|ЧЕК АННУЛИРОВАН|PERUTTU|MITÄTÖITY|TÜHISTATUD|ANULĒTS|ANULIUOTAS
RAZVELJAVLJENO|STORNIRANO|取消|取引取消|결제취소|撤销|已取消|ยกเลิก|HỦY|ملغى|إلغاء البيع|בוטל|ביטול עסקה
"""
RULES = """
Free cancellation until 24 September|Cancellation policy|Stornobedingungen|Stornogebühr
Conditions d'annulation|Annulation gratuite|Condizioni di annullamento|Gratis annuleren
"""


def split(text: str) -> list[str]:
    return [each.strip() for line in text.strip().splitlines() for each in line.split("|")]


def slip(heading: str, *, sign: str = "", footer: str = "") -> Transcript:
    text = f"""\
CORNER CAFE
1 High Street
{heading}
24.09.2026 10:11
Coffee {sign}5.99
Tea {sign}2.01
TOTAL EUR {sign}8.00
{footer}
"""
    return Transcript.from_text(text)


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("heading", split(HEADINGS))
def test_a_cancelled_sale_is_asked_about(heading: str, sign: str) -> None:
    reading = read(slip(heading, sign=sign))
    assert not reading.accepted
    assert ReviewReason.NO_RECEIPT.value in reading.reasons


@pytest.mark.parametrize("rule", split(RULES))
def test_a_rule_on_cancelling_says_nothing_of_the_sale(rule: str) -> None:
    reading = read(slip("Receipt", footer=rule))
    assert ReviewReason.NO_RECEIPT.value not in reading.reasons


def test_an_article_that_was_cancelled_leaves_the_sale() -> None:
    text = """\
CORNER CAFE
1 High Street
24.09.2026 10:11
Coffee 5.99
Tea 2.01
STORNO Tea -2.01
TOTAL EUR 5.99
"""
    reading = read(Transcript.from_text(text))
    assert ReviewReason.NO_RECEIPT.value not in reading.reasons
