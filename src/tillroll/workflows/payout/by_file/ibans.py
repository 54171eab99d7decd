"""IBANs at rest: encrypted, as are the files for the bank that have them. Whether two are one is known by a fingerprint
under a key of the account, which is encrypted itself: the fingerprint stays when the encrypting key is replaced."""

import hashlib
import hmac
import secrets
from typing import Final

from tillroll.platform.bindings.database import statement, text
from tillroll.platform.encryption import decrypt, encrypt
from tillroll.platform.services import Platform

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
