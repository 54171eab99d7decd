"""What pypdf needs to open encrypted PDFs (ISO 32000-2, 7.6), lent to it while it reads.

Banks and shops lock a PDF against changes only: everybody may read it, but its strings and streams are encrypted all
the same, with an empty password. pypdf has RC4, whose loop costs more than anything else in it, and asks libraries for
AES that a Worker has not.
"""

from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final

from tillroll.workflows.receipt.reading.pdf import aes
from tillroll.workflows.receipt.reading.pdf.work import Work

MOST_BYTES: Final = 16_000_000
"""Encrypted bytes of a file; a scan of twenty pages has some 10 MB, which take the Worker 1 s by AES, 1.5 s by RC4."""
_RC4_CHUNK: Final = 65_536
# Units of work: one is a function call or a turn of a loop, some microseconds in the Worker.
_AES_BYTES_A_UNIT: Final = 64
_RC4_BYTES_A_UNIT: Final = 16
_UNITS_A_CHAINED_BLOCK: Final = 10


@contextmanager
def ciphers(work: Work) -> Generator[None]:
    """Lend pypdf the ciphers for one file, which pays for what they do."""
    module: Any = import_module("pypdf._encryption")  # it has no public name

    lent = _lent(_Bill(work))
    kept = {name: getattr(module, name) for name in lent}
    # An owner's password that is empty opens no more than the user's; to try it doubles the time of the key's rounds.
    owner = module.AlgV5.verify_owner_password
    try:
        for name, cipher in lent.items():
            setattr(module, name, cipher)
        module.AlgV5.verify_owner_password = staticmethod(_no_key)
        yield
    finally:
        for name, cipher in kept.items():
            setattr(module, name, cipher)
        module.AlgV5.verify_owner_password = staticmethod(owner)


class _Bill:
    """What a file's ciphers have cost."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._bytes = MOST_BYTES

    def decrypted(self, size: int, bytes_a_unit: int) -> None:
        self._bytes -= size
        self._work.spend(size // bytes_a_unit + 1, is_too_much=self._bytes < 0)

    def chained(self, size: int) -> None:
        self._work.spend(_UNITS_A_CHAINED_BLOCK * size // aes.BLOCK, is_too_much=False)


def _lent(bill: _Bill) -> dict[str, Any]:
    """By the names under which pypdf's module knows them."""

    class CryptAES:
        """A string or a stream: the initialization vector, then whole blocks, the last one padded (PKCS #7)."""

        def __init__(self, key: bytes) -> None:
            self._key = key

        def decrypt(self, data: bytes, *, strict: bool = True) -> bytes:  # noqa: ARG002 - pypdf's signature
            return _decrypted(self._key, data, bill)

    class CryptRC4:
        """A stream or a string by RC4."""

        def __init__(self, key: bytes) -> None:
            self._key = key

        def decrypt(self, data: bytes, *, strict: bool = True) -> bytes:  # noqa: ARG002 - pypdf's signature
            return _rc4(self._key, data, bill)

    def aes_cbc_encrypt(key: bytes, first: bytes, data: bytes) -> bytes:
        bill.chained(len(data))
        return aes.encrypt_cbc(key, first, data)

    def aes_cbc_decrypt(key: bytes, first: bytes, data: bytes) -> bytes:
        bill.decrypted(len(data), _AES_BYTES_A_UNIT)
        return b"".join(aes.decrypt_cbc(key, first, data))

    def aes_ecb_decrypt(key: bytes, data: bytes) -> bytes:
        bill.decrypted(len(data), _AES_BYTES_A_UNIT)
        return aes.decrypt_ecb(key, data)

    def rc4(key: bytes, data: bytes) -> bytes:
        return _rc4(key, data, bill)

    return {
        "CryptAES": CryptAES,
        "CryptRC4": CryptRC4,
        "aes_cbc_encrypt": aes_cbc_encrypt,
        "aes_cbc_decrypt": aes_cbc_decrypt,
        "aes_ecb_decrypt": aes_ecb_decrypt,
        "rc4_encrypt": rc4,
        "rc4_decrypt": rc4,
    }


def _no_key(*_: object) -> bytes:
    return b""


def _decrypted(key: bytes, data: bytes, bill: _Bill) -> bytes:
    """What is cut off within a block loses that block; what has no padding stays whole, as other readers have it."""
    whole = len(data) - len(data) % aes.BLOCK
    found: list[bytes] = []
    for piece in aes.decrypt_cbc(key, data[: aes.BLOCK], data[aes.BLOCK : whole]):
        bill.decrypted(len(piece), _AES_BYTES_A_UNIT)
        found.append(piece)
    text = b"".join(found)
    padding = text[-1] if text else 0
    return text[:-padding] if 0 < padding <= aes.BLOCK else text


def _rc4(key: bytes, data: bytes, bill: _Bill) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 255
        state[i], state[j] = state[j], state[i]
    found: list[bytes] = []
    i = j = 0
    for start in range(0, len(data), _RC4_CHUNK):
        piece = data[start : start + _RC4_CHUNK]
        bill.decrypted(len(piece), _RC4_BYTES_A_UNIT)
        stream = bytearray(len(piece))
        for at in range(len(piece)):
            i = (i + 1) & 255
            one = state[i]
            j = (j + one) & 255
            other = state[j]
            state[i], state[j] = other, one
            stream[at] = state[(one + other) & 255]
        found.append((int.from_bytes(piece, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(piece), "big"))
    return b"".join(found)
