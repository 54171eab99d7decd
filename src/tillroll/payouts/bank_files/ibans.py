"""Numbers of bank accounts (IBAN, ISO 13616) and banks (BIC, ISO 9362), SEPA's characters, and IBANs at rest.

IBANs are encrypted, as are the files that have them. Whether two are one is known by a fingerprint under a key of
the account, which is encrypted itself: the fingerprint stays when the encrypting key is replaced."""

import hashlib
import hmac
import re
import secrets
import unicodedata
from typing import Final

from tillroll.platform.bindings.database import statement, text
from tillroll.platform.encryption import decrypt, encrypt
from tillroll.platform.services import Platform

# How long an IBAN is, by country: those of SEPA (EPC409-09), with the IBAN registry's lengths.
_LENGTHS: Final = {
    length: frozenset(countries.split())
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI NL",
        19: "MK SI",
        20: "AT EE LT LU",
        21: "CH HR LI LV",
        22: "BG DE GB IE ME RS VA",
        23: "GI",
        24: "AD CZ ES MD RO SE SK",
        25: "PT",
        26: "IS",
        27: "FR GR IT MC SM",
        28: "AL CY HU PL",
        31: "MT",
    }.items()
}
_LENGTH_OF: Final = {country: length for length, countries in _LENGTHS.items() for country in countries}
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC: Final = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


class NoBankAccount(ValueError):
    """A text is no number of a bank account, or of a bank; the message says why, and never repeats the number."""


def read_iban(text: str) -> str:
    """The IBAN without spaces, in capitals.

    Raises:
        NoBankAccount: it is none of SEPA, or its check digits do not fit (ISO 7064, MOD 97-10).
    """
    iban = "".join(text.split()).upper()
    if not _IBAN.fullmatch(iban):
        raise NoBankAccount("an IBAN is two letters, two digits, and the account: DE89 3704 0044 0532 0130 00")
    expected = _LENGTH_OF.get(iban[:2])
    if expected is None:
        raise NoBankAccount(f"{iban[:2]} is no country of SEPA, which a file can pay to")
    if len(iban) != expected:
        raise NoBankAccount(f"an IBAN of {iban[:2]} has {expected} characters; this one has {len(iban)}")
    if int("".join(str(int(mark, 36)) for mark in iban[4:] + iban[:4])) % 97 != 1:
        raise NoBankAccount("the check digits of this IBAN do not fit: look for a mistyped one")
    return iban


def read_bic(text: str) -> str:
    """The BIC in capitals.

    Raises:
        NoBankAccount: it is none.
    """
    bic = text.strip().upper()
    if not _BIC.fullmatch(bic):
        raise NoBankAccount("a BIC is eight or eleven letters and digits, such as COBADEFFXXX")
    return bic


def masked(iban: str) -> str:
    """The IBAN as it is shown: its country and check digits, and its last four."""
    return f"{iban[:4]}…{iban[-4:]}"


_TAKEN: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ")
# What has no parts that Unicode knows, and is read as these; each is one sign, so that a text keeps its length.
_ALIKE: Final = str.maketrans(
    {
        **dict(zip("ßẞÆæŒœØøŁłĐđÐðÞþĦħŊŋŦŧı", "sSAaOoOoLlDdDdTtHhNnTti", strict=True)),
        **dict.fromkeys("_–—‐‑−~=", "-"),  # noqa: RUF001 - these are what is replaced
        **dict.fromkeys('‘’‚`´"“”„«»', "'"),  # noqa: RUF001 - these are what is replaced
        **dict.fromkeys("&*", "+"),
        **dict.fromkeys("[{<", "("),
        **dict.fromkeys("]}>", ")"),
        **dict.fromkeys(";!|\\", "."),
        **dict.fromkeys("#%$@^", "."),
        "€": "E",
        "…": ".",
        "⁄": "/",  # noqa: RUF001 - this sign is meant
    }
)


class Unwritable(ValueError):
    """A text has characters that no bank of SEPA takes; the message names them."""


def in_sepa(text: str) -> str:
    """The text in SEPA's characters: accents are taken off, and signs stand for those that are like them.

    Raises:
        Unwritable: letters of another script are left, or nothing is.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_ALIKE)).translate(_ALIKE)
    written = "".join(" " if mark.isspace() else mark for mark in plain if not unicodedata.combining(mark))
    wrong = sorted(set(written) - _TAKEN)
    if wrong:
        raise Unwritable(f"write it in Latin letters: a bank's file cannot have {' '.join(wrong[:10])}")
    written = " ".join(written.split())
    if not any(map(str.isalnum, written)):
        raise Unwritable("it has no letter and no digit")
    return written


def as_reference(id_: str) -> str:
    """An id of ours as a file has it, at most 35 characters: run_01JD… is run-01JD…, since SEPA has no underscore."""
    return id_.replace("_", "-")


def from_reference(reference: str) -> str:
    """The id that `as_reference` was given."""
    return reference.replace("-", "_", 1)


_KEY: Final = "SELECT kept FROM payee_keys WHERE id = ?"


def payee_row(id_: str) -> str:
    """What a payee's IBAN is bound to."""
    return f"payees/{id_}"


def file_row(id_: str) -> str:
    """What the content of a file for the bank is bound to."""
    return f"payment_files/{id_}"


def key_row(account_id: str) -> str:
    """What the key of an account's fingerprints is bound to."""
    return f"payee_keys/{account_id}"


async def fingerprint(platform: Platform, account_id: str, iban: str) -> str:
    """The same for the same IBAN (as `read_iban` returns it) of an account, and for no other.

    Raises:
        NoKey, NotDecrypted: the account's key cannot be kept, or read.
    """
    key = await _key_of(platform, account_id)
    return f"iban:{hmac.new(key, iban.encode(), hashlib.sha256).hexdigest()}"


async def _key_of(platform: Platform, account_id: str) -> bytes:
    row = await platform.database.first(statement(_KEY, account_id))
    if row is None:
        kept = await encrypt(platform, secrets.token_hex(32), key_row(account_id))
        # Somebody else may have made one meanwhile: that one holds.
        insert = "INSERT INTO payee_keys (id, kept) VALUES (?, ?) ON CONFLICT (id) DO NOTHING"
        await platform.database.batch([statement(insert, account_id, kept)])
        row = await platform.database.first(statement(_KEY, account_id))
        assert row is not None  # noqa: S101 - it was written
    return bytes.fromhex(await decrypt(platform, text(row, "kept"), key_row(account_id)))
