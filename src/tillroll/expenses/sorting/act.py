"""An act over many expenses, and what it comes to for one of them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from tillroll_durable.platform.json import Json, JsonObject
from tillroll_durable.sight import Sight

SORTS_BACK: Final = "sortsBack"
"""This value of an act says that who takes it back may sort approved expenses anew."""
UNDONE_BY_OWN: Final = "undoneByOwn"
"""This value of an act says that the person takes it back who began it."""


@dataclass(frozen=True)
class Act:
    """A row of `bulk_acts`. `asked` is what was asked for, in the values of that moment; `only` the
    person whose expenses alone it reaches, since who began it sees no others. `rule_categories`
    are those that policies and chains name, as a batch finds them.
    """

    id: str
    account_id: str
    kind: str
    asked: dict[str, Json]
    state: str
    step: int
    cursor: str
    created_by: str
    only: str | None = None
    rule_categories: Sequence[str] = ()

    @property
    def sight(self) -> Sight:
        return Sight(self.account_id, self.only)

    @property
    def is_undone_by_own(self) -> bool:
        """Whether the person takes it back who began it."""
        return self.asked.get(UNDONE_BY_OWN) is True

    @property
    def sorts_back(self) -> bool:
        """Whether the person who takes it back may sort approved expenses anew."""
        return self.asked.get(SORTS_BACK) is True


APPROVED: Final = "It is approved."


@dataclass(frozen=True)
class LeftOut:
    """An expense that the act would change and may not: `reason` is a sentence for people."""

    reason: str


@dataclass(frozen=True)
class Change:
    """Values by the names of `plan.FIELDS`, `tags`, `untag`, `parts` and `sighting`; or names of a
    plan's own. `found` is what a plan's judging found, for its writing. `ends_approval`: the
    expense is approved, and has to be approved anew.
    """

    before: JsonObject
    after: JsonObject
    found: object = None
    ends_approval: bool = False

    @property
    def category_after(self) -> str | None:
        """The category that the expense gets; None: none."""
        category = self.after["category"]
        if category is None:
            return None
        return str(category)


Judged: TypeAlias = "Change | LeftOut | None"
