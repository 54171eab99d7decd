"""An engine that gives a life only to instances for which something has happened.

The engine of the short stories replays every waiting instance in every turn. Over a year that
would be most of the work, and would find nothing: a body that waits for an event comes back to the
same wait.
"""

from datetime import datetime

from tillroll_testing.host.memory import ManualClock
from tillroll_testing.simulation.engine import Instance, SimulatedInstances
from tillroll_testing.simulation.faults import Faults


class PatientInstances(SimulatedInstances):
    """Wakes an instance that waits when an event has come, or a deadline has passed."""

    def __init__(self, clock: ManualClock, faults: Faults) -> None:
        super().__init__(clock, faults)
        self._time = clock
        self._left: dict[int, tuple[int, datetime]] = {}

    def is_due(self, instance: Instance) -> bool:
        now = self._time.now()
        if instance.status != "waiting":
            self._left.pop(id(instance), None)
            return True
        events, since = self._left.get(id(instance), (-1, now))
        has_news = events != len(instance.events)
        is_late = any(since < until <= now for until in instance.deadlines.values())
        if not has_news and not is_late:
            return False
        self._left[id(instance)] = (len(instance.events), now)
        return True
