"""Deliberately broken variants of the product, each of which a month must find."""

# What is broken here is broken from inside.
# pyright: reportPrivateUsage=false

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tillroll.expenses.approval import moves
from tillroll.notifications import channels
from tillroll.payouts.bank_files import creation
from tillroll_durable import Statement, statement

_MAILED_BUT_NOT_MARKED: Final = channels._TAKE.replace(
    "message_id = ?1", "message_id = NULLIF(?1, ?1)"
)


@dataclass(frozen=True)
class Planted:
    """`found_by` is part of what the invariant says."""

    name: str
    plant: Callable[[pytest.MonkeyPatch], None]
    found_by: str


def _closes_without_taking(patch: pytest.MonkeyPatch) -> None:
    """A file is made, and what is in it still waits for one."""
    original: Callable[..., list[Statement]] = creation._close

    def broken(*arguments: Any, **options: Any) -> list[Statement]:
        return original(*arguments, **options)[:-1]

    patch.setattr(creation, "_close", broken)


def _mails_without_a_mark(patch: pytest.MonkeyPatch) -> None:
    """Notices are mailed, and nobody notes that they were."""
    patch.setattr(channels, "_TAKE", _MAILED_BUT_NOT_MARKED)


def _approves_in_silence(patch: pytest.MonkeyPatch) -> None:
    """Moves of expenses have no event."""

    def nothing(_event: object) -> Statement:
        return statement("SELECT 1")

    patch.setattr(moves, "append_if_changed", nothing)


PLANTED: Final = (
    Planted("a payment is in two files", _closes_without_taking, "the bank was asked twice"),
    Planted("a notice is mailed again", _mails_without_a_mark, "a mail was written that tells no"),
    Planted("approvals are not audited", _approves_in_silence, "an approval has no event"),
)
