"""What becomes of a table's rows when something is erased, what a data export has of them, and how
long data is kept.

Each module declares its own tables, those that refer to others first. Conditions are constants of
the code.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, LiteralString


@dataclass(frozen=True)
class Gone:
    """The rows that `where` finds are deleted. In it ?1 is the account, ?2 the subject or person
    (the account again where that is erased), ?3 the run that erases, which stays until the end of
    time."""

    where: LiteralString


@dataclass(frozen=True)
class Emptied:
    """The rows stay, since others refer to them; `to` (assignments) takes out of them what is
    personal."""

    to: LiteralString
    where: LiteralString


@dataclass(frozen=True)
class Stays:
    """They are left as they are, and `why`."""

    why: str


@dataclass(frozen=True)
class Shut:
    """`to` (assignments) ends what the rows allow that `where` finds. ?1 is the time, ?2 the
    account."""

    to: LiteralString
    where: LiteralString = "account_id = ?2"


Treatment = Gone | Emptied | Stays

NOT_OF_A_SUBJECT: Final = Stays("it says nothing of one subject")
NOT_OF_A_PERSON: Final = Stays(
    "it is the account's: what somebody did for it stays, under an id without a name"
)


@dataclass(frozen=True)
class Table:
    """A table with what becomes of its rows where an account, the subject of runs with all that
    became of it, or a person is erased.

    Attributes:
        key: the columns that tell its rows apart.
        behind: a table of a lower module that refers to this one, so its rows go before. loosened,
            subject_loosened: references within the table, which would hold its rows in the order in
            which they are deleted with an account, or a subject.
        shut: how what its rows allow ends, where their account is about to go.
        withheld: why nobody gets any of its rows. account_gets, person_gets: which rows a data
            export has; those that are erased where it is None.
        without: columns that let somebody in or sign something, or are digests of what does: a data
            export lacks them.
        encrypted: a column of what is encrypted, bound to `table/id`, and handed out as it is.
    """

    name: LiteralString
    account: Treatment
    subject: Treatment = NOT_OF_A_SUBJECT
    person: Treatment = NOT_OF_A_PERSON
    key: LiteralString = "rowid"
    behind: str | None = None
    loosened: tuple[Emptied, ...] = ()
    subject_loosened: tuple[Emptied, ...] = ()
    shut: Shut | None = None
    withheld: str | None = None
    account_gets: LiteralString | None = None
    person_gets: LiteralString | None = None
    without: frozenset[str] = frozenset()
    encrypted: str | None = None


ACCOUNT: Final = "account_id = ?1"
RUNS: Final = "SELECT id FROM runs WHERE account_id = ?1 AND id <> ?3"
RUN: Final = "SELECT id FROM runs WHERE account_id = ?1 AND subject = ?2 AND id <> ?3"
RUNS_OF_PERSON: Final = "SELECT id FROM runs WHERE account_id = ?1 AND subject = 'user:' || ?2"
ACTORS_OF_PERSON: Final = "SELECT name FROM actors_of_person"
"""How the audit, and what was done, name a person. A caller with `person_gets` hands in
`actors_of_person (name)` as a common table expression.
"""
SECRETS: Final = "secrets, or their hashes"
"""Why a data export has none of a table's rows."""


def of_run(
    name: LiteralString, key: LiteralString = "rowid", *, without: frozenset[str] = frozenset()
) -> Table:
    """A table of what runs left."""
    return Table(
        name, Gone(f"run_id IN ({RUNS})"), Gone(f"run_id IN ({RUN})"), key=key, without=without
    )


def of_nobody(name: LiteralString, why: str) -> Table:
    """A table without anything of a person."""
    return Table(name, Stays(why), subject=Stays(why), person=Stays(why))


def in_order(modules: Iterable[Sequence[Table]]) -> Sequence[Table]:
    """The tables of modules, from the lowest to the highest, in the order in which their rows are
    erased: a module's before those of lower ones, which it refers to, but for `behind`."""
    tables_in_order = [table for tables in reversed([*modules]) for table in tables]
    for table in [each for each in tables_in_order if each.behind is not None]:
        names = [each.name for each in tables_in_order]
        if table.behind in names:
            tables_in_order.insert(names.index(table.behind) + 1, table)
            tables_in_order.remove(table)
    return tables_in_order


@dataclass(frozen=True)
class Kept:
    """A kind of data: how long it is kept, and who deletes it.

    Attributes:
        what: the kind of data.
        how_long: in words; `{}` stands for the period.
        who: who deletes it.
        period: None where no time ends it.
        sweep: what the cron does about it."""

    what: str
    how_long: str
    who: str = "the cron"
    period: timedelta | None = None
    sweep: Callable[..., Any] | None = None

    @property
    def says(self) -> str:
        """Say in words how long rows are kept."""
        if self.period is None:
            return self.how_long
        return self.how_long.format(words(self.period))


def words(period: timedelta) -> str:
    """A period of whole days as people say it."""
    if period.days == 1:
        return "a day"
    return f"{period.days} days"
