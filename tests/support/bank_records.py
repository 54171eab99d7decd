"""Writes a month as files of records: BAI2, CODA, CFONB 120, Norma 43 and QIF.

Written from the published descriptions before the readers were: BAI's "Cash Management Balance
Reporting Specifications, Version 2" (2005), Febelfin's CODA 2.3 (2011), CFONB's "Relevé de compte
sur support informatique" (2004), AEB's "Cuaderno 43", and Intuit's QIF of Quicken.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from tests.support.bank_month import Line, Month

BELGIAN: Final = "BE68539007547034"
SPANISH: Final = "00490001560123456789"
FRENCH: Final = "30002012340001234567A"


def bai2(of: Month) -> bytes:
    """One account of one day, whose records are continued by 88."""
    day = of.lines[-1].booked_on if of.lines else of.to_day
    records = [
        f"01,122099999,123456789,{of.to_day:%y%m%d},0200,1,,,2/",
        f"02,031001234,122099999,1,{day:%y%m%d},,{of.currency},2/",
        f"03,{of.account},,010,{of.opening},,/",
        f"88,015,{of.closing},,/",
    ]
    total = of.opening + of.closing
    for line in of.lines:
        code = 195 if line.amount > 0 else 495
        total += abs(line.amount)
        records.append(
            f"16,{code},{abs(line.amount)},V,{line.booked_on:%y%m%d},,{line.reference},"
            f"{line.end_to_end},/"
        )
        records.append(f"88,{line.name} {line.text}".rstrip())
    records += [
        f"49,{total:+d},{len(records) - 2 + 1}/",
        f"98,{total:+d},1,{len(records)}/",
        f"99,{total:+d},1,{len(records) + 2}/",
    ]
    return ("\r\n".join(records) + "\r\n").encode("cp1252")


def coda(of: Month) -> bytes:
    """One statement of an IBAN account; a batch has its parts as details."""
    account = f"{BELGIAN:<34}{of.currency}"
    head = f"00000{of.to_day:%d%m%y}72505        {of.number:<10}{'EXAMPLE BV':<26}"
    records = [
        f"{head + 'BBRUBEBB   00413868117 00000':<127}2",
        (
            f"12{of.number:03d}{account:<37}{_coda_balance(of.opening, of.from_day)}"
            f"{'EXAMPLE BV':<26}{'CURRENT ACCOUNT':<35}{of.number:03d}"
        ),
    ]
    debit = credit = 0
    for number, line in enumerate(of.lines, start=1):
        records += _coda_movement(line, of.number, number)
        debit += -line.amount if line.amount < 0 else 0
        credit += max(0, line.amount)
    records.append(
        f"{f'8{of.number:03d}{account:<37}{_coda_balance(of.closing, of.to_day)}':<127}0"
    )
    counted = len(records) - 1
    records.append(f"{f'9     {counted:06d}{debit * 10:015d}{credit * 10:015d}':<127}2")
    return ("\r\n".join(records) + "\r\n").encode("cp1252")


def _coda_balance(minor: int, day: date) -> str:
    return f"{int(minor < 0)}{abs(minor) * 10:015d}{day:%d%m%y}"


def _coda_movement(line: Line, statement: int, number: int) -> Iterator[str]:
    kind = 1 if line.parts else 0
    yield from _coda_parts(line, line.amount, f"{number:04d}0000", kind, statement)
    for detail, part in enumerate(line.parts, start=1):
        yield from _coda_parts(line, part, f"{number:04d}{detail:04d}", 5, statement)


def _coda_parts(line: Line, amount: int, number: str, kind: int, statement: int) -> Iterator[str]:
    text = f"{line.text:<53.53}"
    first = (
        f"21{number}{line.reference:<21.21}{int(amount < 0)}{abs(amount) * 10:015d}"
        f"{line.valued_on or line.booked_on:%d%m%y}{kind}01500000{text}"
        f"{line.booked_on:%d%m%y}{statement:03d}0"
    )
    yield f"{first}1 0"
    yield f"{f'22{number}{chr(32) * 53}{line.end_to_end:<35.35}':<125}1 0"
    account = f"{line.account:<34}EUR" if line.account else " " * 37
    yield f"{f'23{number}{account}{line.name:<35.35}':<125}0 0"


def cfonb(of: Month) -> bytes:
    """One statement; each movement has its payee and its references in complements."""
    bank, branch, account = FRENCH[:5], FRENCH[5:10], FRENCH[10:]
    begin = f"{bank}    {branch}{of.currency}2 {account}  "
    records = [f"{f'01{begin}{of.from_day:%d%m%y}':<90}{_overpunched(of.opening)}{'':<16}"]
    for number, line in enumerate(of.lines, start=1):
        head = f"{bank}    {branch}{of.currency}2 {account}B1{line.booked_on:%d%m%y}"
        value = line.valued_on or line.booked_on
        records.append(
            f"{f'04{head}  {value:%d%m%y}{line.text:<31.31}  {number:07d}':<90}"
            f"{_overpunched(line.amount)}{line.reference:<16.16}"
        )
        name = "NPY" if line.amount > 0 else "NBE"
        records.append(f"{f'05{head}     {name}{line.name:<70.70}':<120}")
        if line.end_to_end:
            records.append(f"{f'05{head}     RCN{line.end_to_end:<35.35}':<120}")
        records.append(f"{f'05{head}     LCC{line.text:<70.70}':<120}")
    records.append(f"{f'07{begin}{of.to_day:%d%m%y}':<90}{_overpunched(of.closing)}{'':<16}")
    return ("\r\n".join(records) + "\r\n").encode("iso8859-15")


def _overpunched(minor: int) -> str:
    """Fourteen characters; the last digit also has the sign, as COBOL punches it."""
    digits = f"{abs(minor):014d}"
    signs = "}JKLMNOPQR" if minor < 0 else "{ABCDEFGHI"
    return digits[:-1] + signs[int(digits[-1])]


def norma43(of: Month) -> bytes:
    """One account in euros; what was paid is in the complements."""
    account = SPANISH[:8] + SPANISH[10:]
    days = f"{of.from_day:%y%m%d}{of.to_day:%y%m%d}"
    head = f"11{account}{days}{_spanish(of.opening)}9783EXAMPLE SL"
    records = [f"{head:<80}"]
    for line in of.lines:
        value = line.valued_on or line.booked_on
        records.append(
            f"{f'22    0001{line.booked_on:%y%m%d}{value:%y%m%d}02017{_spanish(line.amount)}':<52}"
            f"{line.reference:<12.12}{line.end_to_end:<16.16}"
        )
        records.append(f"{f'2301{line.name:<38.38}{line.text:<38.38}':<80}")
    out = [line.amount for line in of.lines if line.amount < 0]
    paid = [line.amount for line in of.lines if line.amount >= 0]
    records.append(
        f"{f'33{account}{len(out):05d}{-sum(out):014d}{len(paid):05d}{sum(paid):014d}{_spanish(of.closing)}978':<80}"
    )
    records.append(f"{f'88{chr(57) * 18}{len(records):06d}':<80}")
    return ("\r\n".join(records) + "\r\n").encode("cp850")


def _spanish(minor: int) -> str:
    return f"{1 if minor < 0 else 2}{abs(minor):014d}"


def qif(of: Month, day: str = "%m/%d/%Y") -> bytes:
    """A list of the account's movements, as Quicken writes it; QIF has no balances."""
    lines = ["!Account", "NGiro", "TBank", "^", "!Type:Bank"]
    for line in of.lines:
        whole, cents = divmod(abs(line.amount), 100)
        sign = "-" if line.amount < 0 else ""
        lines += [f"D{line.booked_on:{day}}", f"T{sign}{whole:,}.{cents:02d}"]
        lines += [f"N{line.reference}"] if line.reference else []
        lines += [f"P{line.name}", f"M{line.text}", "LEveryday", "^"]
    return ("\n".join(lines) + "\n").encode()
