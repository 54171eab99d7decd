"""What happened in a play, in order: what was passed, what came between, and what the audit says of
it.
"""

from collections.abc import Sequence

from tillroll_durable.platform.bindings.database import integer, statement, text
from tillroll_durable.platform.json import JsonObject, load_object
from tillroll_testing.play.plays import Play
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

# A batch shows in the journal as its audit event.
_UNTOLD = ("database: before the batch", "database: after the commit")
_SHOWN = ("step", "from", "to", "attempt", "errorClass", "reason", "run")


class Journal:
    """Listens to a play. It gives nobody a turn, so the play goes on as it would without."""

    def __init__(self, play: Play) -> None:
        self.lines: list[str] = []
        self.world: World | None = None
        self._between = {at: f"<- {each.name}" for at, each in play.disturbances.items()}
        self._passed = 0
        self._read = 0

    def listen_to(self, faults: Faults) -> None:
        faults.hear = lambda what: self._hear(what, len(faults.passed))

    def _hear(self, what: str, passed: int) -> None:
        self.catch_up()
        is_point, self._passed = passed > self._passed, passed
        comes = self._between.get(passed, "") if is_point else "<- error"
        if comes or what not in _UNTOLD:
            self.lines.append(
                f"{passed:>4}  {what}  {comes}".rstrip() if is_point else f"      {what}  {comes}"
            )

    def catch_up(self) -> None:
        """Note what the audit says since."""
        if self.world is None:
            return
        query = (
            "SELECT id, at, actor, action, detail FROM audit_events WHERE id > CAST(? AS INTEGER) "
            "ORDER BY id"
        )
        for row in self.world.host.database.at_once(statement(query, [self._read])):
            self._read = integer(row, "id")
            at = text(row, "at").removesuffix("Z")[11:]
            told = _told(load_object(text(row, "detail")))
            self.lines.append(f"      {at}  {text(row, 'action')}{told}, by {text(row, 'actor')}")


def _told(detail: JsonObject) -> str:
    said: Sequence[str] = [
        f"{name} {detail[name]}" for name in _SHOWN if detail.get(name) is not None
    ]
    return f" ({', '.join(said)})" if said else ""
