"""Files for banks: the bytes fit ISO 20022's schema, the sums are those of the payments, and no
letter is lost.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st

from tillroll.payouts.sepa import (
    LARGEST_CENTS,
    CreditTransfer,
    Initiation,
    NoBankAccount,
    Party,
    Unfit,
    Unwritable,
    as_reference,
    from_reference,
    in_sepa,
    masked,
    read_bic,
    read_iban,
    write_initiation,
)

DEBTOR = Party("Example GmbH", "DE89370400440532013000", "COBADEFFXXX")
ANN = Party("Ann Lee", "FR1420041010050500013M02606")
AT, ON = datetime(2026, 11, 21, 9, 5, tzinfo=UTC), date(2026, 11, 23)


def transfer(number: int = 1, cents: int = 1290, **other: Any) -> CreditTransfer:
    made = CreditTransfer(f"run-{number:026d}", ANN, cents, "Trip to Berlin")
    return replace(made, **other)


def initiation(*transfers: CreditTransfer) -> Initiation:
    return Initiation("pmf-01JD0C3YF8W70000000000000A", AT, ON, DEBTOR, transfers or (transfer(),))


@cache
def schema() -> xmlschema.XMLSchema:
    """ISO 20022's own, as the package sepaxml brings it."""
    return xmlschema.XMLSchema(str(files("sepaxml") / "schemas" / "pain.001.001.09.xsd"))


def read_back(content: bytes) -> dict[str, Any]:
    """The file as the schema's reader has it; it raises where the file does not fit the schema."""
    read: Any = schema().to_dict(content.decode())
    return read["CstmrCdtTrfInitn"]


def test_a_file_fits_the_schema_and_says_what_it_was_given() -> None:
    read = read_back(
        write_initiation(
            initiation(transfer(1), transfer(2, 5, creditor=replace(ANN, bic="BNPAFRPPXXX")))
        )
    )
    head, [part] = read["GrpHdr"], read["PmtInf"]
    assert (head["MsgId"], head["CreDtTm"]) == (
        "pmf-01JD0C3YF8W70000000000000A",
        "2026-11-21T09:05:00Z",
    )
    for level in (head, part):
        assert (level["NbOfTxs"], str(level["CtrlSum"])) == ("2", "12.95")
    assert part["ReqdExctnDt"] == {"Dt": "2026-11-23"}
    assert part["DbtrAgt"] == {"FinInstnId": {"BICFI": "COBADEFFXXX"}}
    first, second = part["CdtTrfTxInf"]
    name = f"run-{1:026d}"
    assert first["PmtId"] == {"InstrId": name, "EndToEndId": name}
    assert (first["Amt"]["InstdAmt"]["@Ccy"], str(first["Amt"]["InstdAmt"]["$"])) == (
        "EUR",
        "12.90",
    )
    assert first["CdtrAcct"] == {"Id": {"IBAN": "FR1420041010050500013M02606"}}
    assert "CdtrAgt" not in first
    assert second["CdtrAgt"] == {"FinInstnId": {"BICFI": "BNPAFRPPXXX"}}
    assert b'<InstdAmt Ccy="EUR">0.05</InstdAmt>' in write_initiation(initiation(transfer(2, 5)))


def test_the_same_file_is_the_same_bytes() -> None:
    assert write_initiation(initiation()) == write_initiation(initiation())


def test_without_a_bic_the_debtors_bank_is_not_named() -> None:
    read = read_back(write_initiation(replace(initiation(), debtor=replace(DEBTOR, bic=None))))
    assert read["PmtInf"][0]["DbtrAgt"] == {"FinInstnId": {"Othr": {"Id": "NOTPROVIDED"}}}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, LARGEST_CENTS), min_size=1, max_size=5), st.text(max_size=90))
def test_any_amounts_and_any_texts_fit_or_are_refused(cents: list[int], purpose: str) -> None:
    transfers = [transfer(number, each, purpose=purpose) for number, each in enumerate(cents)]
    try:
        content = write_initiation(initiation(*transfers))
    except Unwritable:
        return
    read = read_back(content)
    total = f"{sum(cents) // 100}.{sum(cents) % 100:02d}"
    assert f"<CtrlSum>{total}</CtrlSum>".encode() in content
    assert read["GrpHdr"]["NbOfTxs"] == str(len(cents))


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [transfer(1), transfer(1)],
        [transfer(cents=0)],
        [transfer(cents=-1)],
        [transfer(cents=LARGEST_CENTS + 1)],
        [transfer(end_to_end="run_1")],
        [transfer(end_to_end="run-" + "1" * 32)],
        [transfer(end_to_end="a//b")],
        [transfer(end_to_end="")],
        [transfer(purpose="a" * 141)],
        [transfer(creditor=replace(ANN, name="a" * 71))],
    ],
)
def test_what_does_not_fit_is_refused(wrong: list[CreditTransfer]) -> None:
    with pytest.raises((Unfit, Unwritable)):
        write_initiation(replace(initiation(), transfers=wrong))


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Jürgen Groß", "Jurgen Gros"),
        ("Łukasz Żółć", "Lukasz Zolc"),
        ("Søren Ærø", "Soren Aro"),
        ("Meyer & Söhne", "Meyer + Sohne"),
        ("İstanbul ılık", "Istanbul ilik"),
        ("invoice_17 <a>", "invoice-17 (a)"),
        ("a\tb\u00a0 c", "a b c"),
        ("½ “quoted”", "1/2 'quoted'"),
        ("ﬁnal", "final"),
    ],
)
def test_what_is_like_sepas_letters_is_written_with_them(said: str, written: str) -> None:
    assert in_sepa(said) == written


@pytest.mark.parametrize("said", ["Αθήνα", "Иван", "王", "", "  ", "...", "😀"])
def test_what_has_no_latin_letters_is_refused(said: str) -> None:
    with pytest.raises(Unwritable):
        in_sepa(said)


def test_an_id_is_found_again_from_its_reference() -> None:
    assert from_reference(as_reference("run_01JD0C3YF8W7")) == "run_01JD0C3YF8W7"


@pytest.mark.parametrize(
    "said",
    ["DE89 3704 0044 0532 0130 00", "gb29nwbk60161331926819", "MT84MALT011000012345MTLCAST001S"],
)
def test_an_iban_is_taken_with_spaces_and_small_letters(said: str) -> None:
    assert read_iban(said) == said.replace(" ", "").upper()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("DE88370400440532013000", "check digits"),
        ("DE8937040044053201300", "22 characters"),
        ("US89370400440532013000", "no country of SEPA"),
        ("hello", "two letters"),
        ("", "two letters"),
        ("DE٨٩370400440532013000", "two letters"),
    ],
)
def test_an_iban_that_is_none_is_refused_and_not_repeated(said: str, why: str) -> None:
    with pytest.raises(NoBankAccount, match=why) as refused:
        read_iban(said)
    assert not said or said not in str(refused.value)


@settings(max_examples=60)
@given(st.integers(4, 21), st.sampled_from("0123456789"))
def test_each_mistyped_digit_is_seen(place: int, digit: str) -> None:
    iban = "DE89370400440532013000"
    typed = iban[:place] + digit + iban[place + 1 :]
    if typed == iban:
        assert read_iban(typed) == iban
        return
    with pytest.raises(NoBankAccount):
        read_iban(typed)


def test_a_bic_is_eight_or_eleven_signs_and_an_iban_is_shown_by_its_ends() -> None:
    assert read_bic(" cobadeff ") == "COBADEFF"
    for wrong in ("COBADEF", "COBADEFFXX", "12345678", "COBADEFFXXXX"):
        with pytest.raises(NoBankAccount):
            read_bic(wrong)
    assert masked("DE89370400440532013000") == "DE89…3000"
