"""What `:86:` of MT940 says, in the layouts of banks: German and Polish subfields, SWIFT's and
Dutch codes, words.

- `166?00GUTSCHRIFT?20EREF+INV-7?21SVWZ+…?30BIC?31IBAN?32NAME`: Germany, Austria; `<20`, `~20` or
  `^20` in Poland.
- `/EREF/INV-7//CNTP/NL…/INGBNL2A/NAME/CITY//REMI/USTD//…/`: ING, Rabobank, ABN AMRO, and SWIFT's
  own codes.
- `SEPA OVERBOEKING IBAN: NL… BIC: … NAAM: … OMSCHRIJVING: …`: ABN AMRO.
- Anything else is text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tillroll_documents.bank_files.printed import Foreign
from tillroll_documents.bank_files.values import (
    account_of,
    currency_of,
    minor_of,
    one_line,
    rate_of,
    reference_of,
)

_SUBFIELDS: Final = re.compile(r"([0-9]{3}) ?([?<~^])(?=[0-9]{2})")
_KEYWORD: Final = re.compile(
    r"(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP|COAM|OAMT|RREF|SQTP|ORCR|ORMR"
    r"|DDAT|MDAT|ANAM)\+ ?"
)
_CODE: Final = re.compile(
    r"/(TRTP|EREF|PREF|IREF|KREF|MARF|CSID|CNTP|REMI|NAME|IBAN|BIC|ORDP|BENM|ISDT|TRCD|RTRN|PURP"
    r"|ULTD|ULTC|ULTB|ULTP"
    r"|OCMT|EXCH|CHGS|SVCL|INIT|CTYN|ADDR|ID)/"
)
_WORD: Final = re.compile(
    r"(IBAN|BIC|NAAM|OMSCHRIJVING|KENMERK|MACHTIGING|INCASSANT|BETALINGSKENM)\.?: ?"
)
_MONEY: Final = re.compile(r"([A-Z]{3})([0-9]{1,15}(?:,[0-9]{0,5})?)")
_ACCOUNT: Final = re.compile(r"(?=[A-Z]*[0-9])[A-Z0-9]{6,34}")


@dataclass(frozen=True, slots=True)
class Said:
    """What an entry's text says. `original` and `charges` are a currency and a decimal with a
    comma.
    """

    text: str = ""
    name: str | None = None
    account: str | None = None
    bank: str | None = None
    ultimate: str | None = None
    end_to_end: str | None = None
    mandate: str | None = None
    creditor_reference: str | None = None
    code: str | None = None
    return_reason: str | None = None
    original: tuple[str, str] | None = None
    rate: str | None = None
    charges: tuple[str, str] | None = None

    def foreign(self, currency: str, sign: int) -> Foreign | None:
        """The original amount, if it is in another currency than the account.
        Raises UnreadableFile.
        """
        if self.original is None or self.original[0] == currency:
            return None
        other = currency_of(self.original[0])
        return Foreign(minor_of(self.original[1], other) * sign, other, self.rate)


def read_text(lines: Sequence[str], supplement: str) -> Said:
    """Read what the lines of `:86:` say; `supplement` is the second line of `:61:`, which may have
    amounts.
    """
    joined = "".join(lines)
    amounts = _codes(supplement) if supplement.startswith("/") else {}
    subfields = _SUBFIELDS.match(joined)
    if subfields is not None:
        return _of_subfields(
            subfields[1], subfields[2], joined=joined[subfields.end() :], amounts=amounts
        )
    if joined.startswith("/") and _CODE.match(joined):
        return _of_codes({**amounts, **_codes(joined)})
    if _WORD.search(joined) and joined.count(": ") > 1:
        return _of_words(" ".join(lines), amounts)
    text = one_line(" ".join(lines)) or ("" if amounts else one_line(supplement))
    return Said(
        text=text, original=_money(amounts.get("OCMT")), charges=_money(amounts.get("CHGS"))
    )


def _of_subfields(code: str, mark: str, joined: str, amounts: Mapping[str, str]) -> Said:
    """Parts that begin with two digits; a mark without them belongs to the text."""
    parts: dict[str, str] = {}
    number = ""
    for part in joined.split(mark):
        if part[:2].isascii() and part[:2].isdigit():
            number, part = part[:2], part[2:]  # noqa: PLW2901 - the number is cut off
        elif number:
            part = mark + part  # noqa: PLW2901 - the mark was of the text
        parts[number] = parts.get(number, "") + part
    purpose = "".join(
        text
        for number, text in sorted(parts.items())
        if number.startswith("2") or "60" <= number <= "65"
    )
    keywords = _keywords(purpose)
    account = account_of(parts.get("38") or parts.get("31") or keywords.get("IBAN"))
    booking_text = one_line(parts.get("00"))
    return Said(
        text=one_line(keywords.get("SVWZ") or keywords.get("")) or booking_text,
        name=one_line(parts.get("32", "") + parts.get("33", ""))
        or one_line(keywords.get("ANAM"))
        or None,
        account=account,
        bank=account_of(parts.get("30") or keywords.get("BIC")),
        ultimate=one_line(keywords.get("ABWA") or keywords.get("ABWE")) or None,
        end_to_end=reference_of(keywords.get("EREF")),
        mandate=reference_of(keywords.get("MREF")),
        code=code,
        return_reason=one_line(parts.get("34")) or None,
        original=_money(amounts.get("OCMT")),
        rate=rate_of(amounts.get("EXCH")),
        charges=_money(amounts.get("CHGS")),
    )


def _parts(pattern: re.Pattern[str], text: str) -> Iterator[tuple[str, str]]:
    """Each word that the pattern finds, with the text up to the next one; first what comes before,
    under no name.
    """
    name = ""
    begin = 0
    for match in pattern.finditer(text):
        yield name, text[begin : match.start()]
        name = match[1]
        begin = match.end()
    yield name, text[begin:]


def _keywords(purpose: str) -> dict[str, str]:
    """The parts after EREF+ and the like, and what comes before them under the empty name."""
    return dict(_parts(_KEYWORD, purpose))


def _codes(joined: str) -> dict[str, str]:
    """The parts after /EREF/ and the like, without the slashes at their end. The first of a name
    counts.
    """
    codes: dict[str, str] = {}
    for name, part in _parts(_CODE, joined):
        codes.setdefault(name, part.rstrip("/ ").lstrip())
    return codes


def _of_codes(codes: Mapping[str, str]) -> Said:
    account = codes.get("IBAN")
    bank = codes.get("BIC")
    name = codes.get("NAME")
    party = (codes.get("CNTP") or codes.get("ORDP") or codes.get("BENM") or "").split("/")
    if _ACCOUNT.fullmatch(account_of(party[0]) or ""):
        account = account or party[0]
        bank = bank or (party[1] if len(party) > 1 else None)
        name = name or (party[2] if len(party) > 2 else None)
    elif any(party):
        name = name or next(filter(None, party))
    remittance = codes.get("REMI", "")
    structured: str | None = None
    if remittance.startswith("STRD/"):
        structured = "".join(remittance.rpartition("/")[2].split())
    text = remittance.removeprefix("USTD/").strip("/ ")
    return Said(
        text=one_line("" if structured else text) or one_line(codes.get("TRTP")),
        name=one_line(name) or None,
        account=account_of(account),
        bank=account_of(bank),
        ultimate=one_line(
            codes.get("ULTD") or codes.get("ULTC") or codes.get("ULTB") or codes.get("ULTP")
        )
        or None,
        end_to_end=reference_of(codes.get("EREF")),
        mandate=reference_of(codes.get("MARF")),
        creditor_reference=structured,
        return_reason=one_line(codes.get("RTRN")) or None,
        original=_money(codes.get("OCMT")),
        rate=rate_of(codes.get("EXCH")),
        charges=_money(codes.get("CHGS")),
    )


def _of_words(joined: str, amounts: Mapping[str, str]) -> Said:
    words = {name: part.strip() for name, part in _parts(_WORD, joined)}
    return Said(
        text=one_line(words.get("OMSCHRIJVING") or words.get("BETALINGSKENM"))
        or one_line(words.get("")),
        name=one_line(words.get("NAAM")) or None,
        account=account_of(words.get("IBAN")),
        bank=account_of(words.get("BIC")),
        end_to_end=reference_of(words.get("KENMERK")),
        mandate=reference_of(words.get("MACHTIGING")),
        original=_money(amounts.get("OCMT")),
        charges=_money(amounts.get("CHGS")),
    )


def _money(printed: str | None) -> tuple[str, str] | None:
    match = _MONEY.match(printed) if printed else None
    if match:
        return (match[1], match[2])
    return None
