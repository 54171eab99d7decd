"""What an act on a list's choice would do, before it is begun: how many, why not, and some of them."""

from dataclasses import replace
from typing import Final

from tillroll.expenses.record.rows import expense_shape
from tillroll.expenses.record.shapes import ExpenseShape
from tillroll.expenses.sorting.acts.plan import Act, LeftOut, Plan
from tillroll.platform.bindings.database import Database, text
from tillroll.platform.shape import Shape

PREVIEWED: Final = 2_000
_PAGE: Final = 500
_SAMPLE: Final = 5


class RefusedShape(Shape):
    """`count` expenses would be left as they are, for one reason."""

    reason: str
    count: int


class ActPreviewShape(Shape):
    """`changes` expenses would be changed; `refused` says of how many others why not; `as_asked` are so already.
    `sample` shows some that would be changed. `is_whole` is false where only the first 2,000 were looked at."""

    changes: int
    as_asked: int
    refused: list[RefusedShape]
    sample: list[ExpenseShape]
    is_whole: bool


async def preview(database: Database, plan: Plan, act: Act) -> ActPreviewShape:
    """What an act would do that is not begun yet; nothing is written."""
    found = ActPreviewShape(changes=0, as_asked=0, refused=[], sample=[], is_whole=False)
    reasons: dict[str, int] = {}
    for _ in range(PREVIEWED // _PAGE):
        rows = await database.all(plan.page(act, _PAGE))
        for row, judged in zip(rows, await plan.judged(database, act, rows), strict=True):
            if isinstance(judged, LeftOut):
                reasons[judged.reason] = reasons.get(judged.reason, 0) + 1
            elif judged is None:
                found.as_asked += 1
            else:
                found.changes += 1
                if len(found.sample) < _SAMPLE:
                    found.sample.append(expense_shape(row))
        if len(rows) < _PAGE:
            found.is_whole = True
            break
        act = replace(act, cursor=text(rows[-1], "id"))
    ordered = sorted(reasons.items(), key=lambda each: -each[1])
    found.refused = [RefusedShape(reason=reason, count=count) for reason, count in ordered]
    return found
