"""What other rooms keep of any run that stands in its timeline."""

from collections.abc import Callable
from dataclasses import dataclass

from tillroll.durable.telling.timeline.items import Item
from tillroll.platform.bindings.database import Row


@dataclass(frozen=True)
class KeptBeside:
    """`query` reads the rows of the run that is its one parameter; `item_of` makes an item of one."""

    query: str
    item_of: Callable[[Row], Item]
