"""What pypdf needs to open encrypted PDFs (ISO 32000-2, 7.6), lent to it while it reads.

Banks and shops lock a PDF against changes only: everybody may read it, but its strings and streams are encrypted all
the same, with an empty password. pypdf has RC4, whose loop costs more than anything else in it, and asks libraries for
AES that a Worker has not.
"""

import hashlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from tillroll.workflows.receipt.reading.pdf import aes
from tillroll.workflows.receipt.reading.pdf.work import Work

_RC4_CHUNK: Final = 65_536
# Units of work: one is a function call or a turn of a loop, some microseconds in the Worker.
_AES_BYTES_A_UNIT: Final = 16
_RC4_BYTES_A_UNIT: Final = 8
_UNITS_A_CHAINED_BLOCK: Final = 10
# Of the seventy to a hundred rounds of a hash: a tenth of a second.
_ROUNDS_A_PIECE: Final = 8
_REVISION_6: Final = 6


@dataclass(frozen=True)
class Hash:
    """What a hash of revision 6 is made of."""

    password: bytes
    salt: bytes
    udata: bytes


class HashWanted(BaseException):
    """The file opens by a hash that takes too long for one piece of work: make it with `hash_of`, and open it again. No
    Exception, since the reader takes those for a broken file and goes on."""

    def __init__(self, wanted: Hash) -> None:
        super().__init__()
        self.wanted = wanted


@contextmanager
def ciphers(work: Work) -> Generator[None]:
    """Lend pypdf the ciphers for a piece of work, which pays for what they do.

    Raises:
        HashWanted: see there.
    """
    module: Any = import_module("pypdf._encryption")  # it has no public name

    lent = _lent(work)
    kept = {name: getattr(module, name) for name in lent}
    algorithm = module.AlgV5
    # An owner's password that is empty opens no more than the user's; to try it doubles the time of the key's rounds.
    owner, simple_hash = algorithm.verify_owner_password, algorithm.calculate_hash

    def hashed(revision: int, password: bytes, salt: bytes, udata: bytes) -> bytes:
        if revision < _REVISION_6:
            return simple_hash(revision, password, salt, udata)
        wanted = Hash(password, salt, udata)
        if wanted not in work.hashes:
            raise HashWanted(wanted)
        return work.hashes[wanted]

    try:
        for name, cipher in lent.items():
            setattr(module, name, cipher)
        algorithm.verify_owner_password, algorithm.calculate_hash = staticmethod(_no_key), staticmethod(hashed)
        yield
    finally:
        for name, cipher in kept.items():
            setattr(module, name, cipher)
        algorithm.verify_owner_password, algorithm.calculate_hash = staticmethod(owner), staticmethod(simple_hash)


async def make_hash(wanted: Hash, work: Work) -> None:
    """Make a hash of revision 6 (ISO 32000-2, 7.6.4.3.4), with pauses, and keep it with the file's work.

    Raises:
        TooMuchWork: the file has cost too much.
    """
    made, rounds = hashlib.sha256(wanted.password + wanted.salt + wanted.udata).digest(), 0
    while True:
        if rounds % _ROUNDS_A_PIECE == 0:
            await work.rest()
        rounds += 1
        data = (wanted.password + made + wanted.udata) * 64
        work.spend(_UNITS_A_CHAINED_BLOCK * len(data) // aes.BLOCK)
        encrypted = aes.encrypt_cbc(made[:16], made[16:32], data)
        made = hashlib.new(("sha256", "sha384", "sha512")[sum(encrypted[:16]) % 3], encrypted).digest()
        if rounds >= 64 and encrypted[-1] <= rounds - 32:
            work.hashes[wanted] = made[:32]
            return


def _lent(work: Work) -> dict[str, Any]:
    """By the names under which pypdf's module knows them."""

    class CryptAES:
        """A string or a stream: the initialization vector, then whole blocks, the last one padded (PKCS #7)."""

        def __init__(self, key: bytes) -> None:
            self._key = key

        def decrypt(self, data: bytes, *, strict: bool = True) -> bytes:  # noqa: ARG002 - pypdf's signature
            return _decrypted(self._key, data, work)

    class CryptRC4:
        """A stream or a string by RC4."""

        def __init__(self, key: bytes) -> None:
            self._key = key

        def decrypt(self, data: bytes, *, strict: bool = True) -> bytes:  # noqa: ARG002 - pypdf's signature
            return _rc4(self._key, data, work)

    def aes_cbc_decrypt(key: bytes, first: bytes, data: bytes) -> bytes:
        work.decrypt(len(data), _AES_BYTES_A_UNIT)
        return b"".join(aes.decrypt_cbc(key, first, data))

    def aes_ecb_decrypt(key: bytes, data: bytes) -> bytes:
        work.decrypt(len(data), _AES_BYTES_A_UNIT)
        return aes.decrypt_ecb(key, data)

    def rc4(key: bytes, data: bytes) -> bytes:
        return _rc4(key, data, work)

    return {
        "CryptAES": CryptAES,
        "CryptRC4": CryptRC4,
        "aes_cbc_decrypt": aes_cbc_decrypt,
        "aes_ecb_decrypt": aes_ecb_decrypt,
        "rc4_encrypt": rc4,
        "rc4_decrypt": rc4,
    }


def _no_key(*_: object) -> bytes:
    return b""


def _decrypted(key: bytes, data: bytes, work: Work) -> bytes:
    """What is cut off within a block loses that block; what has no padding stays whole, as other readers have it."""
    whole = len(data) - len(data) % aes.BLOCK
    found: list[bytes] = []
    for piece in aes.decrypt_cbc(key, data[: aes.BLOCK], data[aes.BLOCK : whole]):
        work.decrypt(len(piece), _AES_BYTES_A_UNIT)
        found.append(piece)
    text = b"".join(found)
    padding = text[-1] if text else 0
    return text[:-padding] if 0 < padding <= aes.BLOCK else text


def _rc4(key: bytes, data: bytes, work: Work) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 255
        state[i], state[j] = state[j], state[i]
    found: list[bytes] = []
    i = j = 0
    for start in range(0, len(data), _RC4_CHUNK):
        piece = data[start : start + _RC4_CHUNK]
        work.decrypt(len(piece), _RC4_BYTES_A_UNIT)
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
