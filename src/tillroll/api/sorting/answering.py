"""What the use cases of sorting refuse, as problems."""

from collections.abc import Generator
from contextlib import contextmanager

from tillroll.api.door.access import Principal
from tillroll.api.problems import (
    ACTS_UNFINISHED,
    EXPENSES_DISTURBED,
    NAME_TAKEN,
    Problem,
    not_found,
)
from tillroll.expenses.sorting.acts.advancing import Disturbed, TooMany, Who
from tillroll.expenses.sorting.acts.rows import NoSuchAct
from tillroll.expenses.sorting.categories.rows import NameTaken, NoSuchCategory
from tillroll.expenses.sorting.rules.rows import NoSuchRule


def who(principal: Principal) -> Who:
    """Whoever is asking, as acts know them."""
    return Who(principal.account_id, principal.actor)


@contextmanager
def as_problems() -> Generator[None]:
    """Raises Problem: 404 for an id that the account has not, 409 and 422 for what is refused."""
    try:
        yield
    except NoSuchCategory as error:
        raise not_found("category") from error
    except NoSuchRule as error:
        raise not_found("rule") from error
    except NoSuchAct as error:
        raise not_found("act") from error
    except NameTaken as error:
        detail = f"There is a category of this name, or one had it: {error}. Choose another name, or merge the two."
        raise Problem(NAME_TAKEN, detail) from error
    except TooMany as error:
        detail = (
            f"{len(error.acts)} acts of this account are not finished: wait a minute, or go on with one of `acts` by"
            " POST /api/acts/{id}/continue; then ask again."
        )
        raise Problem(ACTS_UNFINISHED, detail, acts=[*error.acts]) from error
    except Disturbed as error:
        detail = "Others change the same expenses. Nothing is lost: go on with POST /api/acts/{id}/continue."
        raise Problem(EXPENSES_DISTURBED, detail, act=str(error)) from error
