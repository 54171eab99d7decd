"""Papers of refunds whose amounts are printed without a minus, in each language.

Written from tills' manuals and laws before the rule was opened: the kinds of receipts of Russia's
law 54-FZ, Bulgaria's ordinance N-18 and Ukraine's law on cash registers, Hungary's and Turkey's papers for goods that
come back, and the titles of credit notes in the VAT laws.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.tongues.papers import titled
from bench.tongues.tongue import tongues


@dataclass(frozen=True)
class Refund:
    """A transcript, and the currency of the account."""

    title: str
    text: str
    currency: str | None


_TITLES = {
    "ar": ("مرتجع", "إشعار دائن", "استرداد المبلغ"),
    "bg": ("ВРЪЩАНЕ НА СТОКА", "Възстановена сума"),
    "el": ("ΕΠΙΣΤΡΟΦΗ", "ΑΠΟΔΕΙΞΗ ΕΠΙΣΤΡΟΦΗΣ", "ΠΙΣΤΩΤΙΚΟ ΤΙΜΟΛΟΓΙΟ"),
    "et": ("TAGASTUS", "KAUBA TAGASTUS", "KREEDITARVE"),
    "fi": ("PALAUTUS", "HYVITYS", "HYVITYSLASKU"),
    "he": ("זיכוי", "החזר כספי", "חשבונית זיכוי"),
    "hr": ("POVRAT", "POVRAT ROBE"),
    "hu": ("VISSZÁRU", "VISSZÁRU BIZONYLAT", "JÓVÁÍRÁS"),
    "ja": ("返品", "返金", "返品伝票"),
    "ko": ("반품", "환불", "반품영수증"),
    "lt": ("GRĄŽINIMAS", "PREKIŲ GRĄŽINIMAS", "KREDITINĖ SĄSKAITA"),
    "lv": ("ATGRIEŠANA", "PREČU ATGRIEŠANA", "KREDĪTRĒĶINS"),
    "nb": ("RETURKVITTERING", "KREDITNOTA"),
    "ro": ("RAMBURSARE", "RETUR MARFĂ"),
    "ru": ("ВОЗВРАТ ПРИХОДА", "ВОЗВРАТ", "ЧЕК ВОЗВРАТА"),
    "sk": ("VRÁTENIE TOVARU", "DOBROPIS"),
    "sl": ("VRAČILO BLAGA", "DOBROPIS"),
    "th": ("คืนเงิน", "ใบคืนสินค้า", "ใบลดหนี้"),
    "tr": ("GİDER PUSULASI", "İADE FİŞİ"),
    "uk": ("ПОВЕРНЕННЯ", "ВИДАТКОВИЙ ЧЕК", "ПОВЕРНЕННЯ КОШТІВ"),
    "vi": ("HOÀN TIỀN", "TRẢ HÀNG", "PHIẾU TRẢ HÀNG"),
    "zh": ("退款", "退货", "退货单"),
    "zh-tw": ("退款", "退貨", "退貨單"),
}
_OF_EACH_START = (
    ("Prodejna Dub s.r.o.", "Datum 12.04.2024", "Celkem {} Kč", "VRÁCENÍ ZBOŽÍ, DOBROPIS", "CZK"),
    ("Butik Eg ApS", "Dato 12-04-2024", "I alt {} kr", "RETURNERING, KREDITNOTA", "DKK"),
    ("Laden Eiche GmbH", "Datum 12.04.2024", "Summe EUR {}", "WARENRÜCKNAHME, RETOURE", None),
    ("Tienda Roble SL", "Fecha 12/04/2024", "Total {} €", "ABONO, DEVOLUCIÓN", None),
    ("Magasin Chêne SARL", "Date 12/04/2024", "Total {} EUR", "RETOUR MARCHANDISE, AVOIR", None),
    ("Negozio Quercia SRL", "Data 12/04/2024", "Totale EUR {}", "RESO, RIMBORSO", None),
    ("Winkel Eik B.V.", "Datum 12-04-2024", "Totaal EUR {}", "RETOUR, CREDITBON", None),
    ("Sklep Dąb Sp. z o.o.", "Data 2024-04-12", "SUMA PLN {}", "ZWROT TOWARU, ZWROT", None),
    ("Loja Carvalho Lda", "Data 12/04/2024", "Total EUR {}", "NOTA DE CRÉDITO, ESTORNO", None),
    ("Butik Ek AB", "Datum 2024-04-12", "Totalt SEK {}", "ÅTERBETALNING, ÅTERKÖP", None),
    ("Kedai Jati Sdn Bhd", "Tarikh 12/04/2024", "Jumlah RM {}", "PULANGAN", None),
    ("Oak Shop Ltd", "Date 12/04/2024", "Total GBP {}", "RETURN, CREDIT SLIP", None),
)


def refunds() -> Iterator[Refund]:
    """All of them."""
    for tongue in tongues():
        titles = _TITLES[tongue.code]
        for title, paper in zip(titles, titled(tongue, titles), strict=True):
            yield Refund(title, paper.text, tongue.currency)
    for shop, day, total, titles, currency in _OF_EACH_START:
        sign = "." if shop.endswith(("Bhd", "Ltd")) else ","
        amounts = [f"{whole}{sign}00" for whole in (50, 70, 120)]
        rows = [f"Item A  {amounts[0]}", f"Item B  {amounts[1]}"]
        for title in titles.split(", "):
            above = [shop, f"{day} 10:11", title, *rows, total.format(amounts[2])]
            yield Refund(title, "\n".join(above), currency)
            beside = [shop, f"{day} 10:11", *rows, f"{title} {total.format(amounts[2])}"]
            yield Refund(title, "\n".join(beside), currency)
