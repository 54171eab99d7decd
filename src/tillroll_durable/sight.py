"""Whose documents somebody sees: everybody's in the account, or their own alone. Pure.

Code that reads or changes documents for a person gets this in place of the account's id, and puts
it into the WHERE: what is not seen is not there. It has no default, so nobody sees more by what
somebody forgot.
"""

from dataclasses import dataclass
from typing import Final, LiteralString

from tillroll_durable.platform.bindings.database import Value

# For SQL that tells by a placeholder: `IS_SEEN.format(person="expenses.person", only="?3")`.
IS_SEEN: Final = "({only} IS NULL OR {person} = {only})"


@dataclass(frozen=True)
class Sight:
    """What of an account is seen. `only`: what is of this person, by their id; None: all of it."""

    account_id: str
    only: str | None

    def sees(self, account_id: str, person: str | None) -> bool:
        """Whether what is a person's (None: nobody's) of an account is seen."""
        return account_id == self.account_id and self.only in (None, person)

    def narrowing(
        self, person: LiteralString, placeholder: LiteralString = "?"
    ) -> tuple[LiteralString, list[Value]]:
        """SQL that stands behind other conditions, with its values: nothing where all is seen, so
        that the query's index stays. `person` is the column that says whose a row is.
        """
        if self.only is None:
            return ("", [])
        return (f" AND {person} = {placeholder}", [self.only])


def all_of(account_id: str) -> Sight:
    """See everything of the account: for what Tillroll does by itself, and for routes of people who
    see all.
    """
    return Sight(account_id, None)
