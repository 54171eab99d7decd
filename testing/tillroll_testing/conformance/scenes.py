"""What is played with an engine: each scene is a run with what comes between it and its end."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from tillroll_testing.conformance.other_side import Fault
from tillroll_testing.conformance.playing_out import failing, going_on, undoing, waiting
from tillroll_testing.conformance.stage import Stage
from tillroll_testing.conformance.workflows import CHARGES, PARTS, REFUNDS, RELEASES, SHIPMENTS

_KILLS: Final = (Fault.KILL_BEFORE, Fault.KILL_DONE, Fault.KILL_ANSWERED)


@dataclass(frozen=True)
class Scene:
    """
    Attributes:
        title: as a report names it.
        asks: the numbers of the rules that it can find broken.
        play: plays it, and notes what it finds.
    """

    title: str
    asks: frozenset[int]
    play: Callable[[Stage], None]


def _scene(title: str, *asks: int, play: Callable[[Stage], None]) -> Scene:
    return Scene(title, frozenset(asks), play)


def _of_calls() -> list[Scene]:
    faults = (*_KILLS, Fault.LOSE_ANSWER)
    return [
        _scene(
            f"{effect}: {fault.value}",
            1,
            6,
            7,
            play=partial(going_on.two_calls, effect=effect, fault=fault),
        )
        for effect in (CHARGES, SHIPMENTS)
        for fault in faults
    ]


def _of_undoing() -> list[Scene]:
    faults = [
        *[(effect, fault) for effect in (REFUNDS, RELEASES) for fault in _KILLS],
        (CHARGES, Fault.KILL_DONE),
        (REFUNDS, Fault.LOSE_ANSWER),
    ]
    return [
        _scene(
            f"undone, and {effect}: {fault.value}",
            1,
            7,
            25,
            27,
            play=partial(undoing.undone, effect=effect, fault=fault),
        )
        for effect, fault in faults
    ]


SCENES: Final = (
    *_of_calls(),
    _scene("killed as soon as it is acknowledged", 1, 7, play=going_on.killed_at_once),
    _scene("begun three times at once, and once more", 1, 3, play=going_on.begun_often),
    *[
        _scene(
            f"a quote, and its charge: {fault.value}",
            1,
            6,
            7,
            8,
            play=partial(going_on.quoted, fault=fault),
        )
        for fault in (Fault.KILL_BEFORE, Fault.KILL_DONE)
    ],
    *[
        _scene(f"a message: {fault.value}", 1, 9, play=partial(going_on.message, fault=fault))
        for fault in (Fault.KILL_BEFORE, Fault.KILL_DONE, Fault.LOSE_ANSWER)
    ],
    _scene("a call is down twice", 1, 7, 24, play=going_on.down_twice),
    *[
        _scene(
            f"side by side, and {PARTS[1]}: {fault.value}",
            1,
            7,
            37,
            play=partial(going_on.side_by_side, fault=fault),
        )
        for fault in (Fault.KILL_BEFORE, Fault.KILL_DONE)
    ],
    _scene("side by side, and one is refused", 7, 37, play=going_on.one_part_is_refused),
    _scene("a backup is restored", 1, 7, 32, play=going_on.restored),
    _scene("a signal before its wait", 1, 7, 13, play=waiting.signal_before),
    _scene("killed as soon as a signal is acknowledged", 1, 7, 13, play=waiting.killed_at_signal),
    _scene("two signals for one wait", 1, 7, 13, play=waiting.two_signals),
    _scene("killed while it waits", 1, 7, 13, play=waiting.killed_in_wait),
    _scene("nobody signals", 1, 7, 13, play=waiting.nobody_signals),
    _scene("nobody signals, and killed in the wait", 1, 7, 13, play=waiting.nobody_but_a_kill),
    _scene("a call is refused", 6, 7, 16, play=failing.refused),
    _scene("refused, put right, and retried", 6, 7, 17, play=failing.put_right),
    _scene("done, and nobody can say so", 7, 18, play=failing.unknown),
    _scene("each try of it kills the process", 1, 7, 21, play=failing.deadly),
    _scene("others wait for a slow other side", 1, 7, 22, play=failing.slow_others),
    _scene("undone", 1, 7, 25, 27, play=undoing.undone),
    *_of_undoing(),
    _scene("a charge may have been done, and fails", 7, 26, play=undoing.may_have_been_done),
    _scene("a charge was never done, and fails", 7, 26, play=undoing.never_done),
    _scene("an undoing fails, and is tried again", 7, 28, play=undoing.undoing_fails),
)
"""In the order in which they are played."""
