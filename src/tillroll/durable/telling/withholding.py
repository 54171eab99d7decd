"""What a contract calls secret or personal, taken out of what is shown of a step."""

from collections.abc import Collection
from typing import Final

from tillroll.platform.json import Json

WITHHELD: Final[Json] = {"$withheld": True}
"""What stands in the place of a value that is not shown."""

ALL: Final = "*"


def withhold(value: Json, names: Collection[str]) -> Json:
    """The value without the members of these names, at whatever depth; ALL stands for the whole of it."""
    if not names or value is None:
        return value
    if ALL in names:
        return WITHHELD
    match value:
        case dict():
            return {name: WITHHELD if name in names else withhold(each, names) for name, each in value.items()}
        case list():
            return [withhold(each, names) for each in value]
        case _:
            return value
