"""How a run is handed to its next generation."""

from dataclasses import dataclass

from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.json import JsonObject


@dataclass(frozen=True)
class Handover:
    """How the next generation begins: `state` is where it stands, `cancel_kind` how it is to end,
    where it is; `is_by_itself` says that no person asked for it; `ends_as_it_stands`, that it ends
    whatever cannot be undone.
    """

    action: Action
    state: str
    detail: JsonObject
    corrected_input: JsonObject | None = None
    cancel_kind: str | None = None
    is_by_itself: bool = False
    ends_as_it_stands: bool = False
