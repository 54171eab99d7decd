"""Heads of receipts of several countries, invented: which of the printed lines name the shop, and
which do not.
"""

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import read

MALAYSIA = (
    "\nTel: 03-5512 3344\nDate: 25/05/2018 10:00\nTea  RM 4.00\nTOTAL  RM 4.00\nCASH  5.00\n"
    "CHANGE  1.00\nTHANK YOU"
)
AMERICA = (
    "\n05/25/2018 10:00 AM\nTea  $4.00\nSUBTOTAL 4.00\nTAX 0.32\nTOTAL  $4.32\nVISA 4.32\nTHANK YOU"
)
GERMANY = (
    "\n25.05.2018 10:00 Uhr\nTee  4,00 A\nSUMME EUR 4,00\nBar  5,00\nRückgeld 1,00\nVielen Dank"
)
FRANCE = "\n25/05/2018 10:00\nThé  4,00\nTOTAL TTC EUR 4,00\nCB 4,00\nMerci de votre visite"


def names(head: str, rest: str) -> tuple[str | None, str | None]:
    extraction = read(Transcript.from_text(head + rest)).extraction
    return extraction.merchant.value, extraction.registered_name.value


@pytest.mark.parametrize(
    ("head", "merchant", "registered"),
    [
        # Words that label other things elsewhere are words of names too.
        ("PEJABAT POS OAK\nTINGKAT BAWAH", "PEJABAT POS OAK", None),
        ("ORIGINAL PINE CORNER\nNO 8 JALAN BESAR", "ORIGINAL PINE CORNER", None),
        ("PINE 88 SPORTS CENTRE\nJM0543211-W\n77, JALAN OAK 10/1", *["PINE 88 SPORTS CENTRE"] * 2),
        ("MOBILE PINE SHOP\nLOT 3, JALAN OAK", "MOBILE PINE SHOP", None),
        ("STREET 66 KITCHEN\n21 JALAN OAK", "STREET 66 KITCHEN", None),
        ("BLOCK 17 CAFE\n21 JALAN OAK", "BLOCK 17 CAFE", None),
        # Labels, numbers and notes above the name.
        ("CASH\nBENGKEL MOTOR PINE\n(IP0334455-V)", *["BENGKEL MOTOR PINE"] * 2),
        ("DOCUMENT NO : TD0116709\nKEDAI EMAS PINE\nCASH SALES", "KEDAI EMAS PINE", None),
        (
            "QUEUE NO: 23\nPINER TANG KITCHEN\nPINER GOOD FOOD SDN BHD",
            "PINER TANG KITCHEN",
            "PINER GOOD FOOD SDN BHD",
        ),
        (
            "Project A\nGOLDEN PINE BAK KUT TEH\nNO31\nBANDAR OAK\n52100 KUALA LUMPUR",
            "GOLDEN PINE BAK KUT TEH",
            None,
        ),
        ("bill tea\nPINE N CHEER (OAK)\nLOT 37636,JALAN 6/37A", "PINE N CHEER (OAK)", None),
        (
            "No 12\nA04082\nTHE PINE BEAN\n& OAK LEAF (M) SDN. BHD.",
            *["THE PINE BEAN & OAK LEAF (M) SDN. BHD."] * 2,
        ),
        (
            "For office\nPINEDELI ENTERPRISE\nCompany No: SA0127959-D",
            "PINEDELI ENTERPRISE",
            "PINEDELI ENTERPRISE",
        ),
        ("Page 1 of 1\nPINE RASA SDN BHD", *["PINE RASA SDN BHD"] * 2),
        ("HEAD OFFICE :\nPINE RASA SDN BHD", *["PINE RASA SDN BHD"] * 2),
        # A ground floor rounds nothing, and a welcome ends no receipt.
        ("PINE OAKWOOD\nLOT NO.:G1.116A,GROUND FLOOR\nNO.3,JALAN PJS 11/15", "PINE OAKWOOD", None),
        (
            "PINE OAKWOOD\nSELAMAT DATANG\nNO.3,JALAN PJS 11/15\nGST ID: 000123",
            "PINE OAKWOOD",
            None,
        ),
        # A word for a kind of shop that lost a letter.
        ("KEDA PAPAN PINE\n(0005583085-K)", *["KEDAI PAPAN PINE"] * 2),
        ("estoran Pine\n(0005583085-K)", *["Restoran Pine"] * 2),
        # Names over several lines.
        (
            "LEE PINE HENG RECYCLE\nINDUSTRY SDN BHD\n(223344-H)",
            *["LEE PINE HENG RECYCLE INDUSTRY SDN BHD"] * 2,
        ),
        (
            "SIN PINE HUP\nHARDWARE & MACHINERY\nSDN BHD",
            *["SIN PINE HUP HARDWARE & MACHINERY SDN BHD"] * 2,
        ),
        (
            "PINEWIDE RESTAURANT\nMALAYSIA SDN BHD\n(1145678-K)",
            *["PINEWIDE RESTAURANT MALAYSIA SDN BHD"] * 2,
        ),
        (
            "RESTORAN\nNASI KANDAR\nAL-PINE MAJU SDN BHD\n1023456-X",
            *["RESTORAN NASI KANDAR AL-PINE MAJU SDN BHD"] * 2,
        ),
        (
            "PINE KINGDOM\nASIA RETAIL GROUP SDN BHD\nOAK MALL",
            "PINE KINGDOM",
            "ASIA RETAIL GROUP SDN BHD",
        ),
        (
            "PINE GARDENING ENTERPRISE\n(Nursery & Landscape)\nJalan Oak",
            *["PINE GARDENING ENTERPRISE"] * 2,
        ),
        (
            "AIK PINE HARDWARE\nENTERPRISE (SETIA\nALAM) SDN BHD",
            *["AIK PINE HARDWARE ENTERPRISE (SETIA ALAM) SDN BHD"] * 2,
        ),
        # What stands on a line with the name.
        ("GREENPINE OPTOMETRY          TAX INVOICE\n12 JALAN 3", "GREENPINE OPTOMETRY", None),
        ("COMPANY : WANG PINE TRADING\nADDRESS : 12 JALAN 3", *["WANG PINE TRADING"] * 2),
        ("PINESON CORPORATION SDN BHD\nSUBANG PARADE", *["PINESON CORPORATION SDN BHD"] * 2),
        # Which is the firm, and which the brand.
        (
            "PINE WEDDINGS (366310-U)\nOAK STATION SDN BHD\nLOT G18",
            "PINE WEDDINGS",
            "OAK STATION SDN BHD",
        ),
        (
            "SHELL TAMAN PINE\nOAK HARIAN ENTERPRISE\nCO NO:001776655-P",
            "SHELL TAMAN PINE",
            "OAK HARIAN ENTERPRISE",
        ),
        ("KOPERASI PINE BERHAD\nW-4-0123", *["KOPERASI PINE BERHAD"] * 2),
        ("PINE VENTURES PLT\nLLP0012345-LGN", *["PINE VENTURES PLT"] * 2),
        ("MR. PINE\n(a brand of Oak DIY (M) Sdn Bhd)", "MR. PINE", "Oak DIY (M) Sdn Bhd"),
        ("PINE NEWS(306295-X) FKA OAK STORES\nJALAN OAK 3", *["PINE NEWS"] * 2),
        # A branch behind the name is where it is.
        (
            "PINE OAKS\nGST REF NO : 001694261248\nPINE OAKS PERMAS JAYA\nNo.12, Jalan Kiara 10",
            "PINE OAKS",
            None,
        ),
        (
            "PINE OAKS\nGST REF NO : 001694261248\nPINE OAKS TAMAN KIARA\nNo.12, Jalan Kiara 10",
            "PINE OAKS",
            None,
        ),
        # A name that stands in a greeting alone.
        ("TQ FOR SHOPPING WITH PINE.com\nUNIT 105, JALAN OAK", "PINE.com", None),
    ],
)
def test_a_malaysian_head(head: str, merchant: str, registered: str | None) -> None:
    assert names(head, MALAYSIA) == (merchant, registered)


@pytest.mark.parametrize(
    ("head", "merchant"),
    [
        ("PINE STATES POSTAL OFFICE\nOAK MAIN\n301 UNION ST", "PINE STATES POSTAL OFFICE"),
        ("STORE #1123\nPINEWAY MARKET\n889 5th Ave", "PINEWAY MARKET"),
        ("PINE/pharmacy\nStore 4412 100 Broadway", "PINE/pharmacy"),
        (
            "HARBOR PINE DEPOT\nQUALITY TOOLS LOWEST PRICES\n500 INDUSTRIAL PKWY",
            "HARBOR PINE DEPOT",
        ),
        ("PINE BOOKS\n4 Market Square", "PINE BOOKS"),
    ],
)
def test_an_american_head(head: str, merchant: str) -> None:
    assert names(head, AMERICA) == (merchant, None)


@pytest.mark.parametrize(
    ("head", "rest", "merchant", "registered"),
    [
        ("Baeckerei Kiefer\nHauptstr. 12\n70173 Stuttgart", GERMANY, "Baeckerei Kiefer", None),
        (
            "Kiefer\nKiefer Handels GmbH & Co. KG\nSüdring 7",
            GERMANY,
            "Kiefer",
            "Kiefer Handels GmbH & Co. KG",
        ),
        (
            "Le Petit Pin\nSARL PIN ET CIE\n24 bd Saint-Michel\n75006 Paris",
            FRANCE,
            "Le Petit Pin",
            "SARL PIN ET CIE",
        ),
        ("CARREPIN\nSAS DISTRI LYON\n3 place Bellecour", FRANCE, "CARREPIN", "SAS DISTRI LYON"),
    ],
)
def test_a_european_head(head: str, rest: str, merchant: str, registered: str | None) -> None:
    assert names(head, rest) == (merchant, registered)


def test_a_short_receipt_with_its_tax_number_below_is_whole() -> None:
    text = (
        "PINi\nWarburger Straße 130\n33100 Paderborn\nTee  7,16 A\nzu zahlen  7,16\nBar  10,00\n"
        "Rückgeld  -2,84\n"
    )
    reading = read(
        Transcript.from_text(text + "Summe  7,16\n02.03.20 15:59\nUST-ID-NR:DE814689550")
    )
    assert reading.extraction.merchant.value == "PINi"
