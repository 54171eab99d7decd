"""Whose an expense is: the customer that it names, however that is spelled."""

import unicodedata


def fold_name(name: str) -> str:
    """A name as it is compared with another: case and spaces make no difference, any other letter does."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def is_same_customer(one: str, other: str) -> bool:
    return fold_name(one) == fold_name(other)
