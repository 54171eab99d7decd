"""What the audit can say was done."""

from enum import StrEnum
from typing import Self


class Action(StrEnum):
    """What an event can say was done. Each module declares its own: `ISSUED = "claim.issued", "a
    claim was issued"`."""

    says: str

    def __new__(cls, value: str, sentence: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.says = sentence
        return member
