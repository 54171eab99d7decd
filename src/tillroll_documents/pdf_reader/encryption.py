"""What pypdf needs to open encrypted PDFs (ISO 32000-2, 7.6), lent to it while it reads. AES (FIPS
197) is in pure Python.
"""

import hashlib
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tillroll_documents.pdf_reader.reader import Work

BLOCK: Final = 16
_CHUNK: Final = 4096 * BLOCK
_ROUNDS: Final = {16: 10, 24: 12, 32: 14}


class NoAesData(ValueError):
    """The data is not made of whole blocks."""


def encrypt_cbc(key: bytes, first: bytes, data: bytes) -> bytes:
    """In cipher block chaining (NIST SP 800-38A, 6.2), without padding; `first` is the
    initialization vector.
    """
    _check(data)
    words = _key_words(key)
    tables = _encryption_tables()
    chained = int.from_bytes(first, "big")
    blocks: list[bytes] = []
    for start in range(0, len(data), BLOCK):
        chained = _encrypt(
            chained ^ int.from_bytes(data[start : start + BLOCK], "big"), words, tables
        )
        blocks.append(chained.to_bytes(BLOCK, "big"))
    return b"".join(blocks)


def decrypt_cbc(key: bytes, first: bytes, data: bytes) -> Iterator[bytes]:
    """Undo `encrypt_cbc`, at most 64 KB at a time, so that somebody can count them."""
    _check(data)
    keys = _round_keys(key)
    before = first
    for start in range(0, len(data), _CHUNK):
        piece = data[start : start + _CHUNK]
        yield _xor(_decrypt_all(piece, keys), before + piece[:-BLOCK])
        before = piece[-BLOCK:]


def decrypt_ecb(key: bytes, data: bytes) -> bytes:
    """Each block by itself (NIST SP 800-38A, 6.1)."""
    _check(data)
    return _decrypt_all(data, _round_keys(key))


def _check(data: bytes) -> None:
    if len(data) % BLOCK:
        raise NoAesData(f"{len(data)} bytes are no whole blocks of {BLOCK}")


def _xor(some: bytes, other: bytes | bytearray) -> bytes:
    return (int.from_bytes(some, "big") ^ int.from_bytes(other, "big")).to_bytes(len(some), "big")


def _times(value: int, factor: int) -> int:
    """The product in the field of 256 elements (FIPS 197, 4.2)."""
    product = 0
    while factor:
        if factor & 1:
            product ^= value
        value = value << 1 ^ (0x11B if value & 0x80 else 0)
        factor >>= 1
    return product


@cache
def _product(factor: int) -> bytes:
    return bytes(_times(value, factor) for value in range(256))


@cache
def _substitution() -> bytes:
    """The S-box (FIPS 197, 5.1.1): an inverse, then an affine transformation."""
    table = bytearray(256)
    power = 1
    inverse = 1
    for _ in range(255):
        power, inverse = _times(power, 3), _times(inverse, 0xF6)  # the inverse of 3
        doubled = inverse << 8 | inverse
        table[power] = (
            0x63 ^ inverse ^ (doubled >> 7 ^ doubled >> 6 ^ doubled >> 5 ^ doubled >> 4) & 0xFF
        )
    table[0] = 0x63
    return bytes(table)


@cache
def _inverse_substitution() -> bytes:
    table = bytearray(256)
    for value, substituted in enumerate(_substitution()):
        table[substituted] = value
    return bytes(table)


def _key_words(key: bytes) -> tuple[int, ...]:
    """The expanded key, four bytes each (FIPS 197, 5.2)."""
    box = _substitution()
    size = len(key) // 4
    words = [int.from_bytes(key[at : at + 4], "big") for at in range(0, len(key), 4)]
    factor = 1
    for place in range(size, 4 * (_ROUNDS[len(key)] + 1)):
        word = words[-1]
        if place % size == 0:
            word = (word << 8 | word >> 24) & 0xFFFFFFFF
        if place % size == 0 or (size > 6 and place % size == 4):
            word = int.from_bytes(word.to_bytes(4, "big").translate(box), "big")
        if place % size == 0:
            word ^= factor << 24
            factor = _times(factor, 2)
        words.append(words[place - size] ^ word)
    return tuple(words)


_Tables = tuple[Sequence[int], Sequence[int], Sequence[int], Sequence[int], bytes]


@cache
def _encryption_tables() -> _Tables:
    """SubBytes, ShiftRows and MixColumns of a byte in one look-up, by its row; and the S-box for
    the last round.
    """
    box = _substitution()
    first = [_times(value, 2) << 24 | value << 16 | value << 8 | _times(value, 3) for value in box]
    turned = [
        [(word >> shift | word << 32 - shift) & 0xFFFFFFFF for word in first]
        for shift in (0, 8, 16, 24)
    ]
    return turned[0], turned[1], turned[2], turned[3], box


def _encrypt(block: int, words: tuple[int, ...], tables: _Tables) -> int:
    t0, t1, t2, t3, box = tables
    a = (block >> 96) ^ words[0]
    b = (block >> 64 & 0xFFFFFFFF) ^ words[1]
    c = (block >> 32 & 0xFFFFFFFF) ^ words[2]
    d = (block & 0xFFFFFFFF) ^ words[3]
    last = len(words) - 4
    for at in range(4, last, 4):
        a, b, c, d = (
            t0[a >> 24] ^ t1[b >> 16 & 255] ^ t2[c >> 8 & 255] ^ t3[d & 255] ^ words[at],
            t0[b >> 24] ^ t1[c >> 16 & 255] ^ t2[d >> 8 & 255] ^ t3[a & 255] ^ words[at + 1],
            t0[c >> 24] ^ t1[d >> 16 & 255] ^ t2[a >> 8 & 255] ^ t3[b & 255] ^ words[at + 2],
            t0[d >> 24] ^ t1[a >> 16 & 255] ^ t2[b >> 8 & 255] ^ t3[c & 255] ^ words[at + 3],
        )
    total = 0
    for place, (p, q, r, s) in enumerate(((a, b, c, d), (b, c, d, a), (c, d, a, b), (d, a, b, c))):
        word = box[p >> 24] << 24 | box[q >> 16 & 255] << 16 | box[r >> 8 & 255] << 8 | box[s & 255]
        total = total << 32 | word ^ words[last + place]
    return total


def _round_keys(key: bytes) -> list[bytes]:
    words = b"".join(word.to_bytes(4, "big") for word in _key_words(key))
    return [words[at : at + BLOCK] for at in range(0, len(words), BLOCK)]


@cache
def _xor_table(value: int) -> bytes:
    return bytes(other ^ value for other in range(256))


@cache
def _inverse_table(value: int) -> bytes:
    """InvSubBytes, then AddRoundKey of a byte of the key."""
    return _inverse_substitution().translate(_xor_table(value))


@cache
def _inverse_products(value: int) -> tuple[bytes, ...]:
    """The inverse box, then the products for InvMixColumns: for its own row and the three below it
    (FIPS 197, 5.3.3).
    """
    return tuple(_inverse_table(value).translate(_product(factor)) for factor in (14, 9, 13, 11))


# Where the byte at a place comes from when InvShiftRows is done (FIPS 197, 5.3.1).
_SHIFTED: Final = tuple((place % 4) + 4 * ((place // 4 - place % 4) % 4) for place in range(BLOCK))


def _decrypt_all(data: bytes, keys: Sequence[bytes]) -> bytes:
    """The inverse cipher (FIPS 197, 5.3) over all blocks at once."""
    blocks = len(data) // BLOCK
    planes = [data[place::BLOCK].translate(_xor_table(keys[-1][place])) for place in range(BLOCK)]
    for key in keys[-2:0:-1]:
        columns = [0] * BLOCK
        for place in range(BLOCK):
            plane = planes[_SHIFTED[place]]
            row = place % 4
            for step, product in enumerate(_inverse_products(key[place])):
                columns[place - row + (row + step) % 4] ^= int.from_bytes(
                    plane.translate(product), "big"
                )
        planes = [column.to_bytes(blocks, "big") for column in columns]
    plain = bytearray(len(data))
    for place in range(BLOCK):
        plain[place::BLOCK] = planes[_SHIFTED[place]].translate(_inverse_table(keys[0][place]))
    return bytes(plain)


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
    """The file opens by a hash that is made piece by piece: make it, and open it again. No
    Exception, since the reader takes those for a broken file.
    """

    def __init__(self, request: Hash) -> None:
        super().__init__()
        self.wanted = request


@contextmanager
def ciphers(work: "Work") -> Generator[None]:
    """Lend pypdf the ciphers for a piece of work, which pays for what they do."""
    module: Any = import_module("pypdf._encryption")  # it has no public name

    lent = _lent(work)
    originals = {name: getattr(module, name) for name in lent}
    algorithm = module.AlgV5
    # An owner's password that is empty opens no more than the user's; to try it doubles the time of
    # the key's rounds.
    owner = algorithm.verify_owner_password
    simple_hash = algorithm.calculate_hash

    def hashed(revision: int, password: bytes, salt: bytes, udata: bytes) -> bytes:
        if revision < _REVISION_6:
            return simple_hash(revision, password, salt, udata)
        request = Hash(password, salt, udata)
        if request not in work.hashes:
            raise HashWanted(request)
        return work.hashes[request]

    try:
        for name, cipher in lent.items():
            setattr(module, name, cipher)
        algorithm.verify_owner_password = staticmethod(lambda *_: b"")
        algorithm.calculate_hash = staticmethod(hashed)
        yield
    finally:
        for name, cipher in originals.items():
            setattr(module, name, cipher)
        algorithm.verify_owner_password, algorithm.calculate_hash = (
            staticmethod(owner),
            staticmethod(simple_hash),
        )


async def make_hash(request: Hash, work: "Work") -> None:
    """Make a hash of revision 6 (ISO 32000-2, 7.6.4.3.4), with pauses, and keep it with the file's
    work.
    """
    digest = hashlib.sha256(request.password + request.salt + request.udata).digest()
    rounds = 0
    while True:
        if rounds % _ROUNDS_A_PIECE == 0:
            await work.rest()
        rounds += 1
        data = (request.password + digest + request.udata) * 64
        work.spend(_UNITS_A_CHAINED_BLOCK * len(data) // BLOCK)
        encrypted = encrypt_cbc(digest[:16], digest[16:32], data)
        digest = hashlib.new(
            ("sha256", "sha384", "sha512")[sum(encrypted[:16]) % 3], encrypted
        ).digest()
        if rounds >= 64 and encrypted[-1] <= rounds - 32:
            work.hashes[request] = digest[:32]
            return


def _lent(work: "Work") -> dict[str, Any]:
    """Give our ciphers the names under which pypdf's module knows its own."""

    def cipher(decrypted: Callable[[bytes, bytes, "Work"], bytes]) -> type:
        class Cipher:
            def __init__(self, key: bytes) -> None:
                self._key = key

            # Pypdf's signature.
            def decrypt(self, data: bytes, *, strict: bool = True) -> bytes:  # noqa: ARG002
                return decrypted(self._key, data, work)

        return Cipher

    def aes_cbc_decrypt(key: bytes, first: bytes, data: bytes) -> bytes:
        work.decrypt(len(data), _AES_BYTES_A_UNIT)
        return b"".join(decrypt_cbc(key, first, data))

    def aes_ecb_decrypt(key: bytes, data: bytes) -> bytes:
        work.decrypt(len(data), _AES_BYTES_A_UNIT)
        return decrypt_ecb(key, data)

    rc4 = partial(_rc4, work=work)
    return {
        "CryptAES": cipher(_decrypted),
        "CryptRC4": cipher(_rc4),
        "aes_cbc_decrypt": aes_cbc_decrypt,
        "aes_ecb_decrypt": aes_ecb_decrypt,
        "rc4_encrypt": rc4,
        "rc4_decrypt": rc4,
    }


def _decrypted(key: bytes, data: bytes, work: "Work") -> bytes:
    """Decrypt by AES: the initialization vector, then whole blocks, the last one padded (PKCS #7).
    Data cut off within a block loses that block. Data without padding stays whole, as in other
    readers.
    """
    whole = len(data) - len(data) % BLOCK
    blocks: list[bytes] = []
    for piece in decrypt_cbc(key, data[:BLOCK], data[BLOCK:whole]):
        work.decrypt(len(piece), _AES_BYTES_A_UNIT)
        blocks.append(piece)
    text = b"".join(blocks)
    padding = text[-1] if text else 0
    if 0 < padding <= BLOCK:
        return text[:-padding]
    return text


def _rc4(key: bytes, data: bytes, work: "Work") -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 255
        state[i], state[j] = state[j], state[i]
    output: list[bytes] = []
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
            state[i] = other
            state[j] = one
            stream[at] = state[(one + other) & 255]
        output.append(_xor(piece, stream))
    return b"".join(output)
