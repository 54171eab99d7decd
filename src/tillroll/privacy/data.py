"""What is done with the rows of a table when a receipt, a person or an account is erased."""

from dataclasses import dataclass
from enum import StrEnum


class What(StrEnum):
    """What can be erased: one receipt with all that became of it; one person; an account with everything in it."""

    RECEIPT = "receipt"
    PERSON = "person"
    ACCOUNT = "account"


@dataclass(frozen=True)
class Gone:
    """The rows that `where` finds are deleted. In it ?1 is the account, ?2 the receipt or person (the account again
    where that is erased), ?3 the run that erases, which stays until the end of time."""

    where: str


@dataclass(frozen=True)
class Emptied:
    """The rows stay, since others refer to them; `to` (assignments) takes out of them what is personal."""

    to: str
    where: str


@dataclass(frozen=True)
class Stays:
    """They are left as they are, and `why`."""

    why: str


Treatment = Gone | Emptied | Stays


@dataclass(frozen=True)
class Table:
    """A table with what becomes of its rows, by what is erased. `key` are the columns that tell its rows apart."""

    name: str
    account: Treatment
    receipt: Treatment
    person: Treatment
    key: str = "rowid"

    def treatment(self, what: What) -> Treatment:
        return {What.ACCOUNT: self.account, What.RECEIPT: self.receipt, What.PERSON: self.person}[what]


NOT_OF_A_RECEIPT = Stays("it says nothing of one receipt")
NOT_OF_A_PERSON = Stays("it is the account's: what somebody did for it stays, under an id without a name")


def of_account(name: str, account: Treatment, *, person: Treatment = NOT_OF_A_PERSON) -> Table:
    """A table that knows no receipt."""
    return Table(name, account, NOT_OF_A_RECEIPT, person)


def of_books(name: str, account: str, receipt: str) -> Table:
    """A table whose rows go with the account, or with the receipt: each as a condition."""
    return Table(name, Gone(account), Gone(receipt), NOT_OF_A_PERSON)


def of_nobody(name: str, why: str) -> Table:
    """A table without anything of a person."""
    return Table(name, Stays(why), Stays(why), Stays(why))


def data_export_folder(account_id: str, export_id: str) -> str:
    """What the keys of a data export's files begin with."""
    return f"{account_id}/data-exports/{export_id}/"
