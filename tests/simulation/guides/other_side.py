"""Somebody else's system, as the guide's samples call it: it knows what it was asked for before, by
the key.
"""

from dataclasses import dataclass, field

from tillroll_durable import Done, NotDone, Refused, StepContext
from tillroll_testing.simulation.faults import Faults


@dataclass
class OtherSide:
    """`done` has the key of each effect, in order, as often as it happened. `refuses`: it says
    no.
    """

    faults: Faults = field(default_factory=Faults)
    refuses: bool = False
    done: list[str] = field(default_factory=list[str])

    async def send(self, context: StepContext) -> Done[str]:
        """Raises Refused: it says no."""
        await self.faults.point("other side: before")
        if self.refuses:
            raise Refused("no funds")
        if context.idempotency_key not in self.done:
            self.done.append(context.idempotency_key)
        await self.faults.point("other side: after")
        return _done(context)

    async def look_up(self, context: StepContext) -> Done[str] | NotDone:
        return _done(context) if context.idempotency_key in self.done else NotDone()

    async def send_mail(self, context: StepContext) -> Done:
        """Of a mail it cannot be asked: what is sent again arrives again."""
        self.done.append(context.idempotency_key)
        return Done(f"mail-{len(self.done)}")


def _done(context: StepContext) -> Done[str]:
    """Its id for an effect is also what the step gives."""
    external_id = f"id-{context.idempotency_key}"
    return Done(external_id, external_id)
