"""Invoices to clients in DATEV's batch, by the published rules of `Buchungsstapel`."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.unit.exports.datev_rules import faults_of, fields_of
from tillroll.exports.writers.datev_debtors import Debtor
from tillroll.exports.writers.formats import About, Coding, Datev, ProfileOptions
from tillroll.tax.datev import Lack, lacks_of, write_sales, write_unbooked
from tillroll.tax.sales import Sale, SaleKey, SaleTreatment

TAXED_19 = SaleKey(SaleTreatment.TAXED, Decimal(19))
# Places of the published table, counted from 1.
AMOUNT, SIDE, ACCOUNT, CONTRA, KEY, DAY, NUMBER, TEXT = (1, 2, 7, 8, 9, 10, 11, 14)
VAT_ID = 40


def sale(
    key: SaleKey = TAXED_19, net: int = 10_000, tax: int = 1_900, number: str = "2026-0001"
) -> Sale:
    return Sale(
        "run_1",
        number,
        "Müller & Łoś",
        date(2026, 3, 5),
        key,
        "EUR",
        net,
        tax,
        debtor=Debtor(10_042, "Müller & Łoś"),
    )


def about_with(contra_account: str | None = "1610", account_length: int = 4) -> About:
    profile = ProfileOptions(
        datev=Datev(consultant=1001, client=1, account_length=account_length),
        contra_account=contra_account,
        other=Coding(account="4980"),
    )
    return About(
        "Books GmbH",
        "2026-01-01",
        "2026-12-31",
        asked_at="2026-12-31T00:00:00.000Z",
        base_currency="EUR",
        profile=profile,
    )


def bookings(
    *sales: Sale, contra_account: str = "1610", account_length: int = 4
) -> list[list[str]]:
    """The fields of each booking, which break no rule."""
    about = about_with(contra_account, account_length)
    content = write_sales(about, sales).decode("cp1252")
    lines = content.removesuffix("\r\n").split("\r\n")[2:]
    assert [fault for line in lines for fault in faults_of(line, currency="EUR")] == []
    return [fields_of(line) for line in lines]


def at(booking: list[str], place: int) -> str:
    return booking[place - 1].strip('"')


def test_an_invoice_debits_its_debtor_gross_under_its_number() -> None:
    [booking] = bookings(sale())
    assert at(booking, AMOUNT) == "119,00"
    assert at(booking, SIDE) == "S"
    assert at(booking, ACCOUNT) == "10042"
    assert at(booking, CONTRA) == "8400"
    # The account is automatic: it takes no key.
    assert at(booking, KEY) == ""
    assert at(booking, DAY) == "0503"
    assert at(booking, NUMBER) == "2026-0001"
    assert at(booking, TEXT) == "Müller & Los"


def test_each_client_has_its_own_debtor() -> None:
    mine = sale(number="1")
    theirs = replace(sale(number="2"), debtor=Debtor(69_999, "Other"))
    accounts = [at(booking, ACCOUNT) for booking in bookings(mine, theirs)]
    assert accounts == ["10042", "69999"]


@pytest.mark.parametrize(
    ("length", "contra_account", "debtor", "revenue"),
    [
        (4, "1610", "10042", "8400"),
        (5, "16100", "100420", "84000"),
        (6, "331000", "1004200", "440000"),
        (8, "33100000", "100420000", "44000000"),
        (8, "1610", "100420000", "84000000"),
    ],
)
def test_longer_accounts_end_in_zeros(
    length: int, contra_account: str, debtor: str, revenue: str
) -> None:
    """A personal account has one digit more than the others: 8400 becomes 84000000, and 10001
    becomes 100010000, where DATEV's accounts are lengthened by four digits."""
    [booking] = bookings(sale(), contra_account=contra_account, account_length=length)
    assert [at(booking, ACCOUNT), at(booking, CONTRA)] == [debtor, revenue]


def test_a_credit_note_credits_the_debtor() -> None:
    [booking] = bookings(sale(net=-10_000, tax=-1_900, number="CN-2026-0001"))
    assert at(booking, AMOUNT) == "119,00"
    assert at(booking, SIDE) == "H"
    assert at(booking, NUMBER) == "CN-2026-0001"


@pytest.mark.parametrize(
    ("key", "skr03", "skr04"),
    [
        (TAXED_19, "8400", "4400"),
        (SaleKey(SaleTreatment.TAXED, Decimal(7)), "8300", "4300"),
        (SaleKey(SaleTreatment.EU_SERVICES), "8336", "4336"),
        (SaleKey(SaleTreatment.DOMESTIC_REVERSE), "8337", "4337"),
        (SaleKey(SaleTreatment.ABROAD), "8338", "4338"),
        (SaleKey(SaleTreatment.SMALL_BUSINESS), "8195", "4185"),
        (SaleKey(SaleTreatment.DISBURSED), "1590", "1370"),
    ],
)
def test_revenue_is_booked_by_how_it_is_taxed(key: SaleKey, skr03: str, skr04: str) -> None:
    accounts = [
        at(booking, CONTRA)
        for chart in ("1610", "3310")
        for booking in bookings(sale(key), contra_account=chart)
    ]
    assert accounts == [skr03, skr04]


def test_each_rate_of_an_invoice_is_a_booking_under_the_same_number() -> None:
    disbursed = SaleKey(SaleTreatment.DISBURSED)
    both = bookings(sale(), sale(disbursed, net=500, tax=0))
    assert {at(booking, NUMBER) for booking in both} == {"2026-0001"}
    assert sorted(at(booking, AMOUNT) for booking in both) == ["119,00", "5,00"]


def test_services_to_a_firm_in_the_eu_name_its_vat_id() -> None:
    """Section 18a UStG asks for the recapitulative statement by the VAT ids of buyers."""
    abroad = replace(sale(SaleKey(SaleTreatment.EU_SERVICES)), client_vat_id="ATU12345678")
    at_home = replace(sale(), client_vat_id="DE123456789")
    [first, second] = bookings(replace(abroad, number="1"), replace(at_home, number="2"))
    assert at(first, VAT_ID) == "ATU12345678"
    assert at(second, VAT_ID) == ""


@pytest.mark.parametrize(
    ("unsure", "contra_account", "lack"),
    [
        # 16 percent of the second half of 2020, and the 0 percent of section 12 (3) UStG.
        (sale(SaleKey(SaleTreatment.TAXED, Decimal(16))), "1610", Lack.RATE),
        (sale(SaleKey(SaleTreatment.TAXED, Decimal(0))), "3310", Lack.RATE),
        (sale(SaleKey(SaleTreatment.TAXED)), "1610", Lack.RATE),
        (sale(SaleKey(SaleTreatment.EU_SERVICES)), "1610", Lack.VAT_ID),
        (replace(sale(), currency="USD"), "1610", Lack.CURRENCY),
        (sale(), "1600", Lack.CHART),
        (sale(), None, Lack.CHART),
        (replace(sale(), debtor=None), "1610", Lack.DEBTOR),
    ],
)
def test_what_has_no_sure_account_is_not_booked(
    unsure: Sale, contra_account: str | None, lack: Lack
) -> None:
    assert lacks_of([unsure], about_with(contra_account)) == {"2026-0001": lack}
    listed = write_unbooked([(unsure, lack)]).decode("utf-8-sig")
    assert lack.value.rstrip(".") in listed.splitlines()[1]


def test_a_document_is_booked_whole_or_not_at_all() -> None:
    sure = sale()
    unsure = sale(SaleKey(SaleTreatment.TAXED, Decimal(16)))
    other = sale(number="2026-0002")
    assert lacks_of([sure, unsure, other], about_with()) == {"2026-0001": Lack.RATE}
