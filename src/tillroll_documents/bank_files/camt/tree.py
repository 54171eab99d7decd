"""Elements of a camt message as they are read: by their names, in the order of the file."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from tillroll_documents.bank_files.printed import Counterparty, EntryStatus, UnreadableFile
from tillroll_documents.bank_files.values import account_of, iso_day, one_line, shown

_STATUSES: Final = {
    "BOOK": EntryStatus.BOOKED,
    "PDNG": EntryStatus.PENDING,
    "FUTR": EntryStatus.PENDING,
    "INFO": EntryStatus.INFORMATION,
}


@dataclass(frozen=True, slots=True)
class Money:
    """An element with a currency: its text, and that."""

    text: str
    currency: str


Tree = dict[str, list["str | Money | Tree"]]
"""The elements in an element, by their names."""


def tree_in(value: "str | Money | Tree") -> Tree:
    if isinstance(value, dict):
        return value
    return {}


def at(tree: Tree, path: tuple[str, ...]) -> "str | Money | Tree | None":
    """What is at a path, the first of each name."""
    value: str | Money | Tree = tree
    for name in path:
        child = value.get(name) if isinstance(value, dict) else None
        if not child:
            return None
        value = child[0]
    return value


def first(tree: Tree, *path: str) -> Tree | None:
    """The element at a path; None if there is none, or it has no elements."""
    child = at(tree, path)
    if isinstance(child, dict):
        return child
    return None


def string(tree: Tree, *path: str) -> str | None:
    """The text at a path; None if it is not there or empty."""
    child = at(tree, path)
    if isinstance(child, str):
        return child or None
    return None


def money_in(tree: Tree, *path: str) -> Money | None:
    child = at(tree, path)
    if isinstance(child, Money):
        return child
    return None


def sign_of(tree: Tree) -> int:
    mark = string(tree, "CdtDbtInd")
    if mark not in {"CRDT", "DBIT"}:
        raise UnreadableFile(
            f"CdtDbtInd is “{shown(mark or '')}”, and not CRDT or DBIT", field="CdtDbtInd"
        )
    if mark == "CRDT":
        return 1
    return -1


def status_of(tree: Tree, *, is_of_statement: bool) -> EntryStatus:
    """Versions up to 07 have the code as text, later ones in an element. A statement (camt.053) has
    booked entries only, so it need not say so.
    """
    code = string(tree, "Sts") or string(tree, "Sts", "Cd")
    if code is None and is_of_statement and "Sts" not in tree:
        return EntryStatus.BOOKED
    if code not in _STATUSES:
        raise UnreadableFile(
            f"The status (Sts) is “{shown(code or '')}”, and not BOOK, PDNG or INFO", field="Sts"
        )
    return _STATUSES[code]


def day_in(tree: Tree, name: str) -> date | None:
    printed = string(tree, name, "Dt") or string(tree, name, "DtTm")
    if printed:
        return iso_day(printed)
    return None


def moment(tree: Tree, *path: str) -> date | None:
    printed = string(tree, *path)
    if printed:
        return iso_day(printed)
    return None


def number(text: str | None) -> int | None:
    if text and len(text) <= 18 and text.isascii() and text.isdigit():
        return int(text)
    return None


def account_in(tree: Tree | None) -> str | None:
    if tree is None:
        return None
    return account_of(string(tree, "Id", "IBAN") or string(tree, "Id", "Othr", "Id"))


def bank_in(tree: Tree | None) -> str | None:
    institution = first(tree, "FinInstnId") if tree else None
    if institution is None:
        return None
    return (
        string(institution, "BICFI")
        or string(institution, "BIC")
        or string(institution, "Nm")
        or string(institution, "ClrSysMmbId", "MmbId")
        or string(institution, "Othr", "Id")
    )


def party_in(parties: Tree, agents: Tree, side: str) -> Counterparty:
    return Counterparty(
        name=name_in(first(parties, side)),
        account=account_in(first(parties, f"{side}Acct")),
        bank=bank_in(first(agents, f"{side}Agt")),
        ultimate=name_in(first(parties, f"Ultmt{side}")),
    )


def name_in(party: Tree | None) -> str | None:
    """Versions from 08 have a party or an agent inside."""
    if party is None:
        return None
    return (
        one_line(
            string(party, "Nm")
            or string(party, "Pty", "Nm")
            or string(party, "Agt", "FinInstnId", "Nm")
        )
        or None
    )
