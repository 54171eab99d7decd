"""Invented invoices: the same by a seed, with sums that close, and of every layout; no browser
prints them here.
"""

from collections import defaultdict
from decimal import Decimal
from functools import cache
from io import BytesIO
from random import Random
from unicodedata import normalize

import pytest
from pypdf import PdfReader

from bench.invoices.blocks import Document, texts
from bench.invoices.compose import draw
from bench.invoices.contents import cents
from bench.invoices.corpora import key
from bench.invoices.facts import Facts
from bench.invoices.generate import features
from bench.invoices.html import as_html
from bench.invoices.identifiers import iban, luhn, vat_id
from bench.invoices.layout import Layout
from bench.invoices.pdf import write_pdf
from bench.invoices.printed import interval
from bench.invoices.words import COUNTRIES, LANGUAGES
from tests.support.campaigns import of_campaign


@cache
def drawn() -> list[tuple[Facts, Layout, Document]]:
    return [draw(7, number) for number in range(400)]


def test_a_seed_gives_the_same_pages() -> None:
    assert [as_html(draw(7, number)[2]) for number in range(20)] == [
        as_html(document) for _, _, document in drawn()[:20]
    ]
    assert as_html(draw(8, 0)[2]) != as_html(drawn()[0][2])


def test_another_seed_has_other_names_and_layouts() -> None:
    others = [draw(8, number) for number in range(400)]
    assert (
        len(
            {facts.seller.name for facts, _, _ in others}
            & {facts.seller.name for facts, _, _ in drawn()}
        )
        < 4
    )
    assert len({layout for _, layout, _ in others} & {layout for _, layout, _ in drawn()}) < 4


def test_sums_close() -> None:
    for facts, _, _ in drawn():
        charged = sum((line.amount for line in facts.lines), Decimal(0)) + sum(
            amount for _, amount in facts.charges
        )
        assert facts.net + facts.tax + facts.rounding == facts.total
        assert abs(facts.rounding) <= Decimal("0.5")
        assert charged == (facts.total - facts.rounding if facts.is_gross else facts.net)
        for part in facts.taxes:
            assert abs(part.tax - cents(part.base * part.rate / 100)) <= Decimal("0.01")


def test_a_page_says_its_seller_number_and_total() -> None:
    for number, (facts, layout, document) in enumerate(drawn()):
        printed = key(texts(document))
        if layout.logo != "pictured":
            assert key(facts.seller.name) in printed, number
        else:
            assert facts.seller.name not in texts(document), number
            assert key(facts.seller.vat_id[2:]) in printed, number
            assert key(facts.seller.web) in printed, number
        assert key(facts.buyer.name) in printed, number
        assert key(facts.number) in printed, number
        assert key(f"{facts.total:.2f}") in printed, number


@pytest.mark.campaign
def test_a_written_pdf_has_every_text() -> None:
    written = [(number, *one) for number, one in enumerate(drawn()) if one[2].writer]
    assert {writer.grain for _, _, _, document in written if (writer := document.writer)} == {
        "line",
        "words",
        "runs",
        "glyphs",
        "rows",
    }
    for number, facts, _, document in written[: of_campaign(80)]:
        assert document.writer
        pages = PdfReader(BytesIO(write_pdf(document, document.writer))).pages
        read = key(normalize("NFKC", "".join(page.extract_text() for page in pages)))
        assert len(pages) == len(document.sheets)
        assert key(facts.number) in read, number
        assert key(f"{facts.total:.2f}") in read, number
        assert {*read} == {*key(normalize("NFKC", texts(document)))}, number


def test_every_country_language_and_layout_occurs_in_both_halves() -> None:
    values: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
    for number, one in enumerate(drawn()):
        for kind, value in features(*one).items():
            values[number % 2, kind].add(value)
    for half in (0, 1):
        assert values[half, "country"] == {*COUNTRIES}
        assert values[half, "language"] == {*LANGUAGES}
        assert values[half, "frame"] == {
            "letter",
            "modern",
            "centred",
            "sidebar",
            "form",
            "minimal",
        }
        assert values[half, "seller"] == {"head", "block", "sender", "foot"}
        assert values[half, "meta"] == {"beside", "above", "across", "line", "box", "sentence"}
        assert values[half, "totals"] == {"right", "rows", "box", "left", "wide"}
        assert values[half, "tax"] == {
            "one",
            "several rates",
            "in prices",
            "small_business",
            "reverse_charge",
        }
        assert {kind for at, kind in values if at == half and kind.startswith("with ")} >= {
            "with credit note",
            "with prepaid",
            "with partial",
            "with withholding",
            "with retention",
            "with rounding",
            "with earlier invoice",
            "with branch",
            "with bold struck twice",
            "with ligatures",
            "with pictured name",
            "with side at the right",
            "with labels in two languages",
            "with buyer acted for",
            "with buyer a bank",
            "with letterhead of an agency",
            "with brand",
            "with sole trader",
            "with delivery address",
            "with sold by another",
            "with buyer abroad",
            "with discounts",
        }


def test_a_credit_note_is_below_zero() -> None:
    credit = next(facts for facts, _, _ in drawn() if facts.is_credit)
    assert Decimal(credit.truth()["total"]) == -credit.total < 0


@pytest.mark.parametrize("country", sorted({*COUNTRIES} - {"US"}))
def test_the_check_digits_of_an_iban_are_right(country: str) -> None:
    made = iban(Random(country), country, "TEST")
    assert int("".join(str(int(sign, 36)) for sign in made[4:] + made[:4])) % 97 == 1


def test_check_digits_of_tax_ids() -> None:
    french = vat_id(Random("1"), "FR")
    assert int(french[2:4]) == (12 + 3 * (int(french[4:]) % 97)) % 97
    assert luhn([int(sign) for sign in french[4:-1]]) == int(french[-1])
    belgian = vat_id(Random("1"), "BE")
    assert int(belgian[2:10]) % 97 + int(belgian[10:]) == 97
    danish = [int(sign) for sign in vat_id(Random("1"), "DK")[2:]]
    assert (
        sum(digit * weight for digit, weight in zip(danish, (2, 7, 6, 5, 4, 3, 2, 1), strict=True))
        % 11
        == 0
    )
    dutch = vat_id(Random("1"), "NL", is_sole=True)
    assert int("".join(str(int(sign, 36)) for sign in dutch)) % 97 == 1
    assert luhn([5, 5, 6, 0, 1, 6, 0, 6, 8]) == 0
    assert luhn([7, 9, 9, 2, 7, 3, 9, 8, 7, 1]) == 3


def test_wilson_interval() -> None:
    low, high = interval(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    assert interval(0, 0) == (0.0, 1.0)
