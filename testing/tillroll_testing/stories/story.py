"""What a story is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tillroll_durable.platform.json import GivenObject
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World


async def _nothing() -> None:
    """What is not broken is not mended, and what is over does not go on."""


@dataclass
class Scene:
    """A story about to begin. `afterwards` is what comes by and by, when nothing more happens by
    itself: hours pass, money arrives, somebody acts. `mend` repairs what was broken, before an
    operator acts.

    Attributes:
        world: what the story happens in.
        begin: what a client does to begin it; done again after a death.
        check: what must hold after every play.
    """

    world: World
    begin: Callable[[], Awaitable[object]]
    check: Callable[[], Awaitable[None]]
    mend: Callable[[], Awaitable[None]] = _nothing
    afterwards: Callable[[], Awaitable[None]] = _nothing


@dataclass(frozen=True)
class Story:
    """`ending` is the state when all is quiet; then the operator does `operator`, which leads to
    `final`. A touchy story may end in another state where it is disturbed; one that is short of
    attempts, where an adapter errs once more.

    Attributes:
        name: shown in reports, and given to --story.
        open: makes the scene, once for each play.
        decision: what a person decides in each review; None where nobody is asked.
        is_touchy: whether a play in which something came between may end in another state.
        is_short_of_attempts: whether one error more ends it otherwise.
    """

    name: str
    open: Callable[[Faults], Awaitable[Scene]]
    ending: str
    decision: GivenObject | None = None
    operator: str | None = None
    final: str | None = None
    is_touchy: bool = False
    is_short_of_attempts: bool = False

    @property
    def has_review(self) -> bool:
        """Whether a person decides something in it."""
        return self.decision is not None or self.ending.startswith("awaiting")
