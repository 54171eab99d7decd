"""CBOR is read in the one form that authenticators write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillroll.identity.cose import CeremonyRefused, read_cbor, read_first_cbor


# RFC 8949, appendix A, as far as this form has it.
@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("00", 0),
        ("17", 23),
        ("1818", 24),
        ("1903e8", 1000),
        ("1b000000e8d4a51000", 1_000_000_000_000),
        ("1bffffffffffffffff", 2**64 - 1),
        ("20", -1),
        ("3903e7", -1000),
        ("f4", False),
        ("f5", True),
        ("f6", None),
        ("4401020304", b"\1\2\3\4"),
        ("62c3bc", "ü"),
        ("80", []),
        ("8301820203820405", [1, [2, 3], [4, 5]]),
        ("a201020304", {1: 2, 3: 4}),
        ("a26161016162820203", {"a": 1, "b": [2, 3]}),
    ],
)
def test_values(content: str, value: object) -> None:
    assert read_cbor(bytes.fromhex(content)) == value


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "cut off"),
        ("1817", "longer than it has to be"),
        ("1900ff", "longer than it has to be"),
        ("5801", "longer than it has to be"),
        ("f90000", "float"),
        ("f818", "float"),
        ("f7", "tag, or a simple value"),
        ("c074323031332d30332d32315432303a30343a30305a", "tag, or a simple value"),
        ("5f42010243030405ff", "not definite"),
        ("9fff", "not definite"),
        ("1c", "reserved"),
        ("8181818180", "too deeply"),
        ("9b7fffffffffffffff", "cut off"),
        ("5affffffff", "cut off"),
        ("a10102030405", "behind"),
        ("a201020103", "stands twice"),
        ("a1f501", "neither a number nor a text"),
        ("a1410101", "neither a number nor a text"),
        ("61ff", "no UTF-8"),
        ("0000", "behind"),
    ],
)
def test_what_is_refused(content: str, says: str) -> None:
    with pytest.raises(CeremonyRefused, match=says):
        read_cbor(bytes.fromhex(content))


def test_what_comes_behind_the_first_is_told() -> None:
    assert read_first_cbor(bytes.fromhex("a10102ffff")) == ({1: 2}, 3)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        _, end = read_first_cbor(content)
    except CeremonyRefused:
        return
    assert 0 < end <= len(content)
