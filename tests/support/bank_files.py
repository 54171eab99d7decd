"""Writes a month as camt, MT940 and OFX. A writer keeps of a line what its format has, in the form
it has there.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final
from xml.sax.saxutils import escape

from tests.support.bank_month import Line, Month, decimal, signed
from tillroll_documents.money import minor_digits

# --- camt


def camt(of: Month, message: str = "053", version: str = "08") -> bytes:
    """camt.052, 053 or 054 of a version, in UTF-8."""
    return "".join(camt_pieces(of, message, version)).encode()


def camt_pieces(of: Month, message: str = "053", version: str = "08") -> Iterator[str]:
    """The file in pieces, an entry each."""
    root, element = {
        "052": ("BkToCstmrAcctRpt", "Rpt"),
        "053": ("BkToCstmrStmt", "Stmt"),
        "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
    }[message]
    is_new = int(version) >= 4
    bic = "BICFI" if is_new else "BIC"
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{message}.001.'
        f'{version}"><{root}><GrpHdr><MsgId>M-{of.number}</MsgId>'
        "<CreDtTm>2026-04-01T06:00:00+02:00</CreDtTm></GrpHdr>"
        f"<{element}><Id>S-{of.number}</Id><ElctrncSeqNb>{of.number}</ElctrncSeqNb>"
        f"<CreDtTm>2026-04-01T06:00:00+02:00</CreDtTm><FrToDt><FrDtTm>{of.from_day}T00:00:00"
        "</FrDtTm>"
        f"<ToDtTm>{of.to_day}T23:59:59</ToDtTm></FrToDt><Acct><Id><IBAN>{of.account}</IBAN></Id>"
        f"<Ccy>{of.currency}</Ccy>"
        f"<Svcr><FinInstnId><{bic}>{of.bank}</{bic}></FinInstnId></Svcr></Acct>"
    )
    if message != "054":
        codes = ("OPBD", "CLBD") if message == "053" else ("ITBD", "ITBD")
        for code, minor, day in (
            (codes[0], of.opening, of.from_day),
            (codes[1], of.closing, of.to_day),
        ):
            yield (
                f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry>"
                f"</Tp>{_camt_amount(minor, of.currency)}"
                f"<Dt><Dt>{day}</Dt></Dt></Bal>"
            )
    for line in of.lines:
        yield _camt_entry(line, of.currency, version)
    yield f"</{element}></{root}></Document>\n"


def _camt_amount(minor: int, currency: str) -> str:
    mark = "CRDT" if minor >= 0 else "DBIT"
    return f'<Amt Ccy="{currency}">{decimal(minor, currency)}</Amt><CdtDbtInd>{mark}</CdtDbtInd>'


def _camt_entry(line: Line, currency: str, version: str) -> str:
    status = "PDNG" if line.is_pending else "BOOK"
    status = f"<Sts><Cd>{status}</Cd></Sts>" if int(version) >= 8 else f"<Sts>{status}</Sts>"
    days = "" if line.is_pending else f"<BookgDt><Dt>{line.booked_on}</Dt></BookgDt>"
    days += f"<ValDt><Dt>{line.valued_on or line.booked_on}</Dt></ValDt>"
    reversal = "<RvslInd>true</RvslInd>" if line.is_reversal else ""
    reference = f"<AcctSvcrRef>{line.reference}</AcctSvcrRef>" if line.reference else ""
    if line.parts:
        details = "".join(
            f"<TxDtls><Refs><EndToEndId>{escape(line.end_to_end)}-{number}</EndToEndId></Refs>"
            f"{_camt_amount(part, currency)}{_camt_parties(line, version)}</TxDtls>"
            for number, part in enumerate(line.parts, start=1)
        )
        details = f"<Btch><NbOfTxs>{len(line.parts)}</NbOfTxs></Btch>{details}"
    else:
        details = f"<TxDtls>{_camt_details(line, currency, version)}</TxDtls>"
    return (
        f"<Ntry>{_camt_amount(line.amount, currency)}{reversal}{status}{days}{reference}"
        f"{_camt_code(line.code)}<NtryDtls>{details}</NtryDtls></Ntry>"
    )


def _camt_code(code: str) -> str:
    if not code:
        return ""
    domain, _, families = code.partition("-")
    if not families:
        return f"<BkTxCd><Prtry><Cd>{escape(code)}</Cd></Prtry></BkTxCd>"
    family, _, sub_family = families.partition("-")
    return (
        f"<BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd>"
        f"<SubFmlyCd>{sub_family}</SubFmlyCd></Fmly></Domn></BkTxCd>"
    )


def _camt_details(line: Line, currency: str, version: str) -> str:
    ids = f"<EndToEndId>{escape(line.end_to_end or 'NOTPROVIDED')}</EndToEndId>"
    ids += f"<MndtId>{escape(line.mandate)}</MndtId>" if line.mandate else ""
    amounts = ""
    if line.foreign is not None:
        minor, other, rate = line.foreign
        amounts = (
            f'<AmtDtls><InstdAmt><Amt Ccy="{other}">{decimal(minor, other)}</Amt></InstdAmt><TxAmt>'
            f'<Amt Ccy="{currency}">{decimal(line.amount, currency)}</Amt><CcyXchg><SrcCcy>{other}'
            "</SrcCcy>"
            f"<TrgtCcy>{currency}</TrgtCcy><XchgRate>{rate}</XchgRate></CcyXchg></TxAmt></AmtDtls>"
        )
    charges = ""
    if line.charges:
        record = (
            f'<Amt Ccy="{currency}">{decimal(line.charges, currency)}</Amt><CdtDbtInd>DBIT'
            "</CdtDbtInd>"
        )
        charges = (
            f"<Chrgs><Rcrd>{record}</Rcrd></Chrgs>"
            if int(version) >= 4
            else f"<Chrgs>{record}</Chrgs>"
        )
    return (
        f"<Refs>{ids}</Refs>{amounts}{charges}{_camt_parties(line, version)}"
        f"{_camt_remittance(line)}"
    )


def _camt_remittance(line: Line) -> str:
    written = f"<Ustrd>{escape(line.text)}</Ustrd>" if line.text else ""
    for number in line.numbers:
        written += f"<Strd><CdtrRefInf><Ref>{escape(number)}</Ref></CdtrRefInf></Strd>"
    return f"<RmtInf>{written}</RmtInf>" if written else ""


def _camt_parties(line: Line, version: str) -> str:
    side = "Dbtr" if (line.amount >= 0) is not line.is_reversal else "Cdtr"
    name = f"<Nm>{escape(line.name)}</Nm>"
    name = f"<Pty>{name}</Pty>" if int(version) >= 8 else name
    account = (
        f"<{side}Acct><Id><IBAN>{line.account}</IBAN></Id></{side}Acct>" if line.account else ""
    )
    return (
        f"<RltdPties><{side}>{name}</{side}>{account}</RltdPties>" if line.name or account else ""
    )


# --- MT940

_UMLAUTS: Final = str.maketrans(
    dict(zip("äöüßÄÖÜé", ("ae", "oe", "ue", "ss", "AE", "OE", "UE", "e"), strict=True))
)


def _swift(text: str) -> str:
    """In the characters that SWIFT has."""
    return "".join(mark if mark.isascii() else "." for mark in text.translate(_UMLAUTS)).replace(
        "&", "+"
    )


def mt940(of: Month, dialect: str = "german") -> bytes:
    """MT940 as `german`, `polish`, `dutch` (ING and Rabobank), `words` (ABN AMRO) or `plain` banks
    write it.
    """
    return "".join(mt940_pieces(of, dialect)).encode("ascii")


def mt940_pieces(of: Month, dialect: str = "german") -> Iterator[str]:
    """The file in pieces, an entry each. Pending entries are left out, since MT940 has none."""
    end = "\r\n"
    account = {"german": f"37040044/0532013000{of.currency}", "polish": f"/{of.account}"}.get(
        dialect, of.account
    )
    yield end.join(
        (
            ":20:STARTUMSE",
            f":25:{account}",
            f":28C:{of.number:05d}/001",
            f":60F:{_mt940_balance(of.opening, of.from_day, of.currency)}",
            "",
        )
    )
    for line in of.lines:
        if not line.is_pending:
            yield _mt940_entry(line, of.currency, dialect).replace("\n", end)
    yield f":62F:{_mt940_balance(of.closing, of.to_day, of.currency)}{end}-{end}"


def _mt940_balance(minor: int, day: date, currency: str) -> str:
    return f"{'D' if minor < 0 else 'C'}{day:%y%m%d}{currency}{_mt940_amount(minor, currency)}"


def _mt940_amount(minor: int, currency: str) -> str:
    return (
        decimal(minor, currency, ",") if minor_digits(currency) else f"{decimal(minor, currency)},"
    )


def _mt940_entry(line: Line, currency: str, dialect: str) -> str:
    # A reversal of a credit takes money away (RC), and one of a debit brings it back (RD).
    mark = (
        ("RD" if line.amount >= 0 else "RC")
        if line.is_reversal
        else ("C" if line.amount >= 0 else "D")
    )
    valued_on = line.valued_on or line.booked_on
    written = (
        f":61:{valued_on:%y%m%d}{line.booked_on:%m%d}{mark}{_mt940_amount(line.amount, currency)}"
        "NMSCNONREF"
    )
    written += f"//{line.reference[:16]}" if line.reference else ""
    if line.foreign is not None or line.charges:
        parts = (
            f"/OCMT/{line.foreign[1]}{_mt940_amount(line.foreign[0], line.foreign[1])}/"
            if line.foreign
            else ""
        )
        parts += f"/CHGS/{currency}{_mt940_amount(line.charges, currency)}/" if line.charges else ""
        written += f"\n{parts.replace('//', '/')}"
    return f"{written}\n:86:{_DIALECTS[dialect](line)}\n"


def _german(line: Line) -> str:
    purpose = (f"EREF+{line.end_to_end} " if line.end_to_end else "") + (
        f"MREF+{line.mandate} " if line.mandate else ""
    )
    purpose = _swift(purpose + (f"SVWZ+{line.text}" if line.text else ""))
    written = "105?00KARTENZAHLUNG"
    for at, number in zip(range(0, len(purpose), 27), range(20, 30), strict=False):
        written += f"?{number}{purpose[at : at + 27]}"
    written += f"?31{line.account}" if line.account else ""
    name = _swift(line.name)
    written += f"?32{name[:27]}" + (f"?33{name[27:54]}" if len(name) > 27 else "")
    return _folded(written)


def _polish(line: Line) -> str:
    written = f"020~00PRZELEW~20{_swift(line.text)[:27]}~21{_swift(line.text)[27:54]}"
    written += f"~38{line.account}" if line.account else ""
    return _folded(f"{written}~32{_swift(line.name)[:27]}~33{_swift(line.name)[27:54]}")


def _dutch(line: Line) -> str:
    written = f"/EREF/{line.end_to_end}/" if line.end_to_end else ""
    written += f"/MARF/{line.mandate}/" if line.mandate else ""
    written += f"/CNTP/{line.account}//{_swift(line.name).replace('/', ' ')}///"
    return _folded(f"{written}/REMI/USTD//{_swift(line.text).replace('/', ' ')}/")


def _words(line: Line) -> str:
    """Each part in a column of its own."""
    parts = [f"IBAN: {line.account}"] if line.account else []
    parts += ["BIC: INGBNL2A", f"NAAM: {_swift(line.name)}", f"OMSCHRIJVING: {_swift(line.text)}"]
    parts += [f"KENMERK: {line.end_to_end}"] if line.end_to_end else []
    return "\n".join(("SEPA OVERBOEKING", *parts))


def _plain(line: Line) -> str:
    return _folded(f"{_swift(line.name)} {_swift(line.text)}".upper())


def _folded(text: str) -> str:
    """In lines of 65 characters, which never begin like a field."""
    return "\n".join(text[at : at + 65] for at in range(0, len(text), 65))


_DIALECTS: Final[Mapping[str, Callable[[Line], str]]] = {
    "german": _german,
    "polish": _polish,
    "dutch": _dutch,
    "words": _words,
    "plain": _plain,
}
DIALECTS: Final = tuple(_DIALECTS)


# --- OFX


def ofx(of: Month, version: int = 2) -> bytes:
    """OFX 1 in SGML and Windows-1252, or OFX 2 in XML and UTF-8."""
    return "".join(ofx_pieces(of, version)).encode("cp1252" if version == 1 else "utf-8")


def ofx_pieces(of: Month, version: int = 2) -> Iterator[str]:
    """The file in pieces, an entry each."""
    if version == 1:
        yield (
            "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nSECURITY:NONE\r\nENCODING:USASCII\r\n"
            "CHARSET:1252\r\n"
            "COMPRESSION:NONE\r\nOLDFILEUID:NONE\r\nNEWFILEUID:NONE\r\n\r\n"
        )
    else:
        yield (
            '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
            '<?OFX OFXHEADER="200" VERSION="220" '
            'SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>\n'
        )
    leaf = _ofx_leaf(version)
    yield (
        f"<OFX><SIGNONMSGSRSV1><SONRS><STATUS>{leaf('CODE', '0')}{leaf('SEVERITY', 'INFO')}"
        "</STATUS>"
        f"{leaf('DTSERVER', '20260401060000')}{leaf('LANGUAGE', 'ENG')}</SONRS></SIGNONMSGSRSV1>"
        "<BANKMSGSRSV1><STMTTRNRS>"
        f"{leaf('TRNUID', '0')}<STMTRS>{leaf('CURDEF', of.currency)}"
        f"<BANKACCTFROM>{leaf('BANKID', of.bank)}"
        f"{leaf('ACCTID', of.account)}{leaf('ACCTTYPE', 'CHECKING')}</BANKACCTFROM><BANKTRANLIST>"
        f"{leaf('DTSTART', f'{of.from_day:%Y%m%d}')}{leaf('DTEND', f'{of.to_day:%Y%m%d}')}\r\n"
    )
    for line in of.lines:
        if not line.is_pending:
            yield _ofx_entry(line, of.currency, version)
    yield f"</BANKTRANLIST><LEDGERBAL>{leaf('BALAMT', signed(of.closing, of.currency))}"
    yield (
        f"{leaf('DTASOF', f'{of.to_day:%Y%m%d}')}</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1>"
        "</OFX>\r\n"
    )


def _ofx_leaf(version: int) -> Callable[[str, str], str]:
    def leaf(name: str, value: str) -> str:
        return f"<{name}>{escape(value)}" + (f"</{name}>" if version == 2 else "\r\n")

    return leaf


def _ofx_entry(line: Line, currency: str, version: int) -> str:
    leaf = _ofx_leaf(version)
    written = leaf("TRNTYPE", "CREDIT" if line.amount >= 0 else "DEBIT")
    written += leaf("DTPOSTED", f"{line.booked_on:%Y%m%d}120000.000[+1:CET]")
    written += leaf("TRNAMT", signed(line.amount, currency))
    written += leaf("FITID", f"OFX{line.reference}") if line.reference else ""
    written += leaf("NAME", line.name[:32]) if line.name else ""
    written += leaf("MEMO", line.text) if line.text else ""
    return f"<STMTTRN>{written}</STMTTRN>\r\n"
