"""What a decision says of the expenses that it is about: how the person saw them."""

from collections.abc import Sequence
from typing import Final

from tillroll.expenses.approval.meanwhile import View
from tillroll_durable import ValuesRefused
from tillroll_durable.platform.refusals import Kind, Refusal

VERSION_NEEDED: Final = Kind(
    "version-needed", 428, "The change must say which version it was made from"
)


class VersionsNeeded(Refusal):
    """A decision does not say which versions of the expenses were looked at."""

    kind = VERSION_NEEDED
    explanation = (
        "Send `versions` beside `ids`: the `version` of each expense that you looked at, in the "
        "order of `ids`."
    )


def versions_of(ids: Sequence[str], versions: Sequence[int] | None) -> dict[str, int]:
    """The version that was looked at of each expense. Raises VersionsNeeded, or ValuesRefused where
    they do not belong to the ids."""
    if versions is None:
        raise VersionsNeeded
    if len(versions) != len(ids):
        message = "Give one version for each of `ids`, in their order."
        raise ValuesRefused([("versions", message)])
    by_id: dict[str, int] = {}
    for expense_id, version in zip(ids, versions, strict=True):
        if by_id.setdefault(expense_id, version) != version:
            message = f"{expense_id} has two versions here: give the one that you looked at."
            raise ValuesRefused([("versions", message)])
    return by_id


def views_of(
    ids: Sequence[str], versions: Sequence[int] | None, steps: Sequence[int | None] | None
) -> dict[str, View]:
    """How each expense was seen, by its id. `steps` are of their chains, None where one has none.
    Raises VersionsNeeded, or ValuesRefused where they do not belong to the ids."""
    version_of = versions_of(ids, versions)
    if steps is None:
        return {expense_id: View(version) for expense_id, version in version_of.items()}
    if len(steps) != len(ids):
        message = "Give one step for each of `ids`, in their order; null where it has no chain."
        raise ValuesRefused([("steps", message)])
    step_of = dict(zip(ids, steps, strict=True))
    return {
        expense_id: View(version, step_of[expense_id]) for expense_id, version in version_of.items()
    }
