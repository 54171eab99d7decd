"""Every kind of act there is."""

from typing import Final

from tillroll.expenses.bulk import moving, sorting
from tillroll.expenses.sorting.acts.plan import Plans
from tillroll.expenses.sorting.categories import renaming as categories
from tillroll.expenses.sorting.merchants import renaming as merchants
from tillroll.expenses.sorting.rules import applying, proposals

PLANS: Final[Plans] = {
    **categories.PLANS,
    **merchants.PLANS,
    **applying.PLANS,
    **proposals.PLANS,
    **sorting.PLANS,
    **moving.PLANS,
}
