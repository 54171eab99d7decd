"""A heading over one article that came back does not turn the sign of the whole slip."""

import pytest

from bench.tongues.papers import TODAY
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.opinions.second_opinion import would_help
from tillroll_documents.reading.reasons import ReviewReason
from tillroll_documents.reading.receipt import Reading, read

HEADS = {
    "RETUR": ("Butiken Ek AB\nOrg.nr 556012-5790\n2024-04-12 10:11", "SEK", "Att betala", "Kort"),
    "PANT RETUR": ("Kiosken Fjord AS\nOrg.nr 923609016 MVA\n12.04.2024", "NOK", "Å betale", "Kort"),
    "RETOURE": ("Modehaus Keller KG\n70173 Stuttgart\n12.04.2024", "EUR", "SUMME", "EC-Karte"),
    "DEVOLUCIÓN": ("Moda Sol S.L.\nCIF B58378431\n12/04/2024", "EUR", "TOTAL", "Tarjeta"),
    "ZWROT": ("Sklep Lipa Sp. z o.o.\nNIP 5260250274\n12.04.2024", "PLN", "SUMA", "Karta"),
    "RETURN": ("Hardware Barn Ltd\nLeeds LS2 8AA\n12/04/2024", "GBP", "TOTAL", "Visa"),
    "RETOUR": ("Winkel Eik B.V.\n1012 AB Amsterdam\n12-04-2024", "EUR", "TOTAAL", "Pin"),
    "RESO": ("Casa Bianchi SRL\nP.IVA 01234567897\n12/04/2024", "EUR", "TOTALE", "Carta"),
    "PALAUTUS": ("Kauppa Tammi Oy\nY-tunnus 0112038-9\n12.4.2024", "EUR", "YHTEENSÄ", "Kortti"),
    "VRATKA": ("Obchod Dub s.r.o.\nIČO 27082440\n12.04.2024", "CZK", "CELKEM", "Karta"),
}


def _read(text: str, currency: str) -> Reading:
    return read(Transcript.from_text(text), default_currency=currency, today=TODAY)


def _slip(title: str, goods: str, total: str = "20,00") -> tuple[str, str]:
    head, currency, label, card = HEADS[title]
    body = f"{head}\n{title}\n{goods}\n{label} {currency}  {total}\n{card}  {total}"
    return body, currency


@pytest.mark.parametrize("title", HEADS)
@pytest.mark.parametrize(
    "goods",
    [
        "Xelo  -15,00\nYmba  35,00",
        "Xelo  15,00-\nYmba  35,00",
        "Xelo  15,00\nYmba  35,00",  # the minus was lost
        "Ymba  35,00\nXelo  -15,00",
    ],
)
def test_an_article_of_the_other_sign_leaves_the_printed_total(title: str, goods: str) -> None:
    reading = _read(*_slip(title, goods))
    assert reading.extraction.total.value == "20.00"
    assert not reading.accepted


@pytest.mark.parametrize("title", HEADS)
def test_amounts_of_one_sign_below_a_title_are_money_back_that_is_asked(title: str) -> None:
    reading = _read(*_slip(title, "Xelo  5,00\nYmba  15,00"))
    assert reading.extraction.total.value == "-20.00"
    assert ReviewReason.SIGN_UNCERTAIN.value in reading.reasons


@pytest.mark.parametrize("title", HEADS)
def test_articles_that_come_to_the_total_below_zero_confirm_the_title(title: str) -> None:
    reading = _read(*_slip(title, "Xelo  -35,00\nYmba  15,00"))
    assert reading.extraction.total.value == "-20.00"
    assert ReviewReason.SIGN_UNCERTAIN.value in reading.reasons


def test_the_sum_of_what_came_back_is_not_the_total() -> None:
    head, *_ = HEADS["RETURN"]
    body = "Xelo -15.00\nYmba 35.00\nTOTAL RETURNED GOODS -15.00\nTOTAL GBP 20.00\nVISA 20.00"
    assert _read(f"{head}\n{body}", "GBP").extraction.total.value == "20.00"


def test_no_model_is_asked_about_a_sign_alone() -> None:
    """A model's amounts have no sign, so that it cannot settle the doubt."""
    reading = _read(*_slip("RETOURE", "Xelo  -15,00\nYmba  35,00"))
    assert reading.reasons == (ReviewReason.SIGN_UNCERTAIN.value,)
    assert not would_help(reading)
