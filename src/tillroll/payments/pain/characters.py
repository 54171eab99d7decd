"""The Latin characters of SEPA (EPC217-08, chapter 6): what every bank takes in a name, a purpose or an id."""

import unicodedata
from typing import Final

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
