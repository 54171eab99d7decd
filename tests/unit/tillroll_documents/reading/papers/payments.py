"""Papers on which less or more was charged than the total says: tips, split bills, deposits and part payments.

Layouts follow card slips with a line for the tip and a total to fill in by hand, split checks, layaway and deposit
slips, and part payments with a gift card, as makers of tills describe them.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Paid:
    """A transcript, and what was charged; None where the paper leaves it open."""

    name: str
    text: str
    charged: str | None


_HEAD = """\
HARBOR STREET GRILL
412 Harbor St, Portland, ME 04101
(207) 555-0147
10/13/2026  7:42 PM
2 Lobster Roll        58.00
1 Chowder              9.50
2 Iced Tea             7.00
Subtotal              74.50
Tax                    5.96
Total                 80.46
"""
_GERMAN = """\
GASTHAUS ZUR LINDE
Lindenplatz 2, 80331 München
24.09.2026 21:12
2x Schnitzel          37,80
2x Bier                9,60
Summe EUR             47,40
"""

ASKED: Sequence[Paid] = (
    Paid(
        "tip by hand",
        f"{_HEAD}VISA ************4471\nAmount                80.46\nTip                   16.00\nTotal  _________\nX_______",
        "96.46",
    ),
    Paid("tip by hand, total lost", f"{_HEAD}VISA XXXX4471\nTip:  16.00\nTotal:\n", "96.46"),
    Paid(
        "gratuity after the total",
        f"{_HEAD}Gratuity              14.49\nAmount charged        94.95\n",
        "94.95",
    ),
    Paid("charged more than the total", f"{_HEAD}Visa                  96.46\n", "96.46"),
    Paid("charged to the card", f"{_HEAD}Card charged          90.00\n", "90.00"),
    Paid(
        "split in two",
        f"{_HEAD}Split 2 ways\nYour share            40.23\nVisa                  40.23\n",
        "40.23",
    ),
    Paid(
        "guest 1 of 3",
        f"{_HEAD}Check 1 of 3\nGuest pays            26.82\nMastercard            26.82\n",
        "26.82",
    ),
    Paid(
        "paid in part",
        f"{_HEAD}Visa                  50.00\nBalance               30.46\n",
        "50.00",
    ),
    Paid("deposit", f"{_HEAD}Deposit paid          20.00\nBalance due           60.46\n", "20.00"),
    Paid("layaway", f"{_HEAD}Payment today         25.00\nRemaining balance     55.46\n", "25.00"),
    Paid(
        "Trinkgeld", f"{_GERMAN}Trinkgeld              4,60\nKartenzahlung         52,00\n", "52.00"
    ),
    Paid(
        "Trinkgeld after the card",
        f"{_GERMAN}Betrag                47,40\nTrinkgeld              4,60\nGesamt  ______\n",
        "52.00",
    ),
    Paid(
        "getrennt",
        f"{_GERMAN}Getrennte Rechnung 1/2\nIhr Anteil            23,70\nGirocard              23,70\n",
        "23.70",
    ),
    Paid(
        "Anzahlung", f"{_GERMAN}Anzahlung             10,00\nRestbetrag            37,40\n", "10.00"
    ),
    Paid("Rate", f"{_GERMAN}1. Rate               10,00\nRestbetrag            37,40\n", "10.00"),
    Paid(
        "Teilzahlung",
        f"{_GERMAN}Teilzahlung EC        20,00\nOffen                 27,40\n",
        "20.00",
    ),
    Paid(
        "pourboire",
        "CHEZ LUCIE\n4 rue des Lilas, 69003 Lyon\n24/09/2026 21:12\nPlat du jour   18,00\nVin   12,00\nTOTAL TTC   30,00 EUR\nPourboire   3,00\nCB   33,00\n",
        "33.00",
    ),
    Paid(
        "propina",
        "CASA PEPE S.L.\nCalle Mayor 4, Madrid\n24/09/2026 21:12\nPaella   18,00\nVino   12,00\nTOTAL   30,00 EUR\nPropina   3,00\nTarjeta   33,00\n",
        "33.00",
    ),
    Paid(
        "mancia",
        "TRATTORIA DA PINO SRL\nVia Roma 1, 50123 Firenze\n24/09/2026 21:12\nPasta   18,00\nVino   12,00\nTOTALE   30,00 EUR\nMancia   3,00\nCarta   33,00\n",
        "33.00",
    ),
    Paid(
        "acconto",
        "MOBILI ROSSI SRL\nVia Roma 1, 50123 Firenze\n24/09/2026 21:12\nTavolo   180,00\nSedia   120,00\nTOTALE   300,00 EUR\nAcconto   100,00\nSaldo   200,00\n",
        "100.00",
    ),
)
"""A person is asked; what was charged is the best proposal."""

ACCEPTED: Sequence[Paid] = (
    Paid(
        "cash and change",
        f"{_HEAD}Cash                 100.00\nChange                19.54\n",
        "80.46",
    ),
    Paid("card", f"{_HEAD}Visa                  80.46\n", "80.46"),
    Paid(
        "card and cash",
        f"{_HEAD}Visa                  50.00\nCash                  30.46\n",
        "80.46",
    ),
    Paid(
        "tip and total",
        f"{_HEAD}Tip                   16.00\nTotal                 96.46\nVisa                  96.46\n",
        "96.46",
    ),
    Paid(
        "suggested tips",
        f"{_HEAD}Visa                  80.46\nSuggested tip 18% 13.41 20% 14.90\n",
        "80.46",
    ),
    Paid("Bar", f"{_GERMAN}Bar                   50,00\nRückgeld               2,60\n", "47.40"),
)
"""Nothing is open."""
