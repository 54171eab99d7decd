"""What the expenses of a new account begin with: categories, and a policy. Made with the account,
so that its first receipt finds them; onboarding gives them to an account that has none.
"""

from tillroll.expenses.approval.policies import first_policy
from tillroll.expenses.sorting.categories import taking_over
from tillroll.expenses.sorting.starters import Chart, Language, StarterSet
from tillroll_durable import Statement

__all__ = ["first_categories", "first_policy"]


def first_categories(account_id: str, actor: str, now: str) -> list[Statement]:
    """What makes them: the basic set, in English, without account numbers."""
    return taking_over(
        account_id, StarterSet.BASIC, language=Language.EN, chart=Chart.NONE, by=(actor, now)
    )
