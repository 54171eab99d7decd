"""The audit's keys, and the verification of an export with nothing but public keys."""

import asyncio
import base64
import binascii
import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tillroll_durable.sealing.checks import SealChecker, first_event
from tillroll_durable.sealing.verifier import Verified, against_head, verify_export
from tillroll_testing.host.signing import HostSigner, new_signing_key, public_key_of

_KEY_BYTES = 32
# A forged export can have a finding a line; the first ones tell the story.
_MOST_LINES = 100


class NoKey(Exception):
    """What was given is no key of Ed25519; the message says what would be one."""


class NotWhole(Exception):
    """The export is not what was sealed; the message has a line a finding."""


@dataclass(frozen=True)
class Expected:
    """What an export is held against: the seal it begins with, and the head that was noted
    elsewhere.
    """

    first: int = 1
    number: int | None = None
    hash: str | None = None


def new_key() -> tuple[str, str]:
    """A new key, private and public half."""
    secret = new_signing_key()
    return secret, public_key_of(secret)


def key_text(secret: str, public: str) -> str:
    """A new key's halves, with what to do with them."""
    return f"""\
The key that seals the audit, for `npx wrangler secret put AUDIT_SIGNING_KEY`; it is stored nowhere:
{secret}
Its public key, for those who verify, and for AUDIT_EARLIER_KEYS once the key is replaced. \
Keep it elsewhere:
{public}"""


def public_key_text(path: Path) -> str:
    """The public half of the key in a file, base64.

    Raises:
        OSError: the file cannot be read.
        NoKey: it holds none.
    """
    try:
        return public_key_of(path.read_text(encoding="utf-8").strip())
    except (TypeError, ValueError) as error:
        raise NoKey(f"{path} holds no Ed25519 private key in PKCS #8, base64") from error


def public_key(text: str) -> bytes:
    """A public key, given as base64 or as the name of a file that holds it.

    Raises:
        NoKey: it is neither.
    """
    path = Path(text)
    with contextlib.suppress(OSError):  # a name that no file can have
        if path.is_file():
            text = path.read_text(encoding="utf-8").strip()
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise NoKey("a public key is 32 bytes in base64, or a file that holds them so")
    return key


def verify_files(files: Sequence[Path], keys: Sequence[bytes], expected: Expected) -> Verified:
    """Verify exports, one behind the other. What is returned has a head and no findings.

    Raises:
        NotWhole: something was edited, deleted, inserted, moved, cut off or written anew.
        OSError, UnicodeDecodeError: a file cannot be read.
    """
    checker = SealChecker(keys, HostSigner().is_signed)
    verified = asyncio.run(verify_export(checker, _lines(files), expected.first))
    findings = verified.findings + against_head(verified, expected.number, expected.hash)
    if findings:
        named = first_event(findings)
        lines = [f"First bad event: {named.event}" if named else "No single event can be named."]
        lines += [f"{finding.flaw}: {finding.says}" for finding in findings[:_MOST_LINES]]
        more = len(findings) - _MOST_LINES
        raise NotWhole("\n".join(lines + ([f"and {more} more"] if more > 0 else [])))
    return verified


def _lines(files: Sequence[Path]) -> Iterator[str]:
    for path in files:
        with path.open(encoding="utf-8", newline="\n") as file:
            yield from file


def summary(verified: Verified) -> str:
    """What was verified, for a person."""
    head = verified.head
    assert head is not None  # noqa: S101 - an export without a seal is a finding
    return f"""\
Verified seals {verified.first} to {head.number} with {verified.events} events: \
nothing was changed since.
The export ends with seal {head.number} of {head.seal.sealed_at}, event {head.seal.to_id}. \
What is later is not in it.
Its hash, to note down elsewhere: {head.seal.hash()}"""
