"""The AES of the PDF reader gives what NIST's vectors say, and what another implementation
gives.
"""

import os

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tillroll_documents.pdf_reader.encryption import (
    NoAesData,
    decrypt_cbc,
    decrypt_ecb,
    encrypt_cbc,
)

# NIST SP 800-38A, F.2: the plain text of all, and by key what CBC makes of it.
PLAIN = bytes.fromhex(
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
)
FIRST = bytes(range(16))
VECTORS = [
    (
        "2b7e151628aed2a6abf7158809cf4f3c",
        (
            "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"
            "73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7"
        ),
    ),
    (
        "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
        (
            "4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a"
            "571b242012fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd"
        ),
    ),
    (
        "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
        (
            "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
            "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b"
        ),
    ),
]
# FIPS 197, appendix C: one block by a key of each length.
BLOCK = bytes.fromhex("00112233445566778899aabbccddeeff")
BLOCKS = [
    (16, "69c4e0d86a7b0430d8cdb78070b4c55a"),
    (24, "dda97ca4864cdfe06eaf70a0ec0d7191"),
    (32, "8ea2b7ca516745bfeafc49904b496089"),
]


@pytest.mark.parametrize(("key", "encrypted"), VECTORS)
def test_the_vectors_of_nist(key: str, encrypted: str) -> None:
    assert encrypt_cbc(bytes.fromhex(key), FIRST, PLAIN).hex() == encrypted
    assert b"".join(decrypt_cbc(bytes.fromhex(key), FIRST, bytes.fromhex(encrypted))) == PLAIN


@pytest.mark.parametrize(("length", "encrypted"), BLOCKS)
def test_the_blocks_of_the_standard(length: int, encrypted: str) -> None:
    key = bytes(range(length))
    assert encrypt_cbc(key, bytes(16), BLOCK).hex() == encrypted
    assert decrypt_ecb(key, bytes.fromhex(encrypted)) == BLOCK


@pytest.mark.parametrize("length", [16, 24, 32])
@pytest.mark.parametrize("size", [0, 16, 4096 * 16, 4096 * 16 + 48])
def test_long_data_is_decrypted_piece_by_piece(length: int, size: int) -> None:
    key, first, plain = os.urandom(length), os.urandom(16), os.urandom(size)
    other = Cipher(algorithms.AES(key), modes.CBC(first)).encryptor()
    pieces = list(decrypt_cbc(key, first, other.update(plain) + other.finalize()))
    assert b"".join(pieces) == plain
    assert max(map(len, pieces), default=0) <= 65_536


def test_half_a_block_is_refused() -> None:
    with pytest.raises(NoAesData, match="17 bytes"):
        decrypt_ecb(bytes(16), bytes(17))
