"""Somebody else's system: it keys by idempotency key, loses answers, refuses, and is sometimes not
there.
"""

from collections import Counter

from tillroll_durable import Done, NotDone, Refused, Unknown
from tillroll_durable.platform.bindings.http import HttpFailed
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.simulation.faults import Faults

WELL, LOST_BEFORE, LOST_AFTER, REFUSED = "well", "lost before", "lost after", "refused"
DOWN, CLUELESS = "down", "clueless"


class Bank:
    """Acts once for each idempotency key, and remembers.

    `moods` are used up one a call, by operation ("pay", "file", "reverse", "ask pay", "ask file",
    "ask reverse"); `always` stays. A mood is one of: all is well, the request never arrives, the
    answer never arrives, the bank says no, nobody is there, nobody there can say.
    `effects` counts what was done under a key, `repeats` what was asked for again although it was
    done: the bank is kind enough not to do it, but who repeats without asking relies on that
    kindness. `reversals` counts what was taken back, by the key of the taking back, `reversed` has
    the keys of what was.
    """

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.moods: dict[str, list[str]] = {}
        self.always: dict[str, str] = {}
        self.effects: Counter[str] = Counter()
        self.repeats: Counter[str] = Counter()
        self.reversals: Counter[str] = Counter()
        self.reversed: set[str] = set()
        self.has_kept_silent = False

    async def act(self, operation: str, key: str) -> Done:
        """Do something under a key, at most once; the same key gives the same answer."""
        mood = self._mood(operation)
        self._may_err(operation)
        await self.faults.point(f"bank: before {operation}")
        if mood in {LOST_BEFORE, DOWN}:
            raise HttpFailed("the bank does not answer")
        if mood == REFUSED:
            raise Refused("the account is closed")
        if key in self.reversed:
            raise Refused("this payment was called back")
        (self.repeats if key in self.effects else self.effects)[key] += 1
        await self.faults.point(f"bank: after {operation}")
        if mood == LOST_AFTER:
            raise HttpFailed("the bank's answer was lost")
        self._may_err(f"answer to {operation}")
        return Done(f"bank-{key}", {"reference": f"bank-{key}"})

    async def ask(self, operation: str, key: str) -> Done | NotDone | Unknown:
        """Whether something was done under a key."""
        mood = self._mood(f"ask {operation}")
        self._may_err("ask")
        await self.faults.point("bank: before ask")
        if mood == DOWN:
            raise HttpFailed("the bank does not answer")
        if mood == CLUELESS:
            return Unknown("the bank cannot say yet")
        is_done = key in self.effects or key in self.reversals
        if not is_done:
            return NotDone()
        return _done(key, {"reference": f"bank-{key}"})

    async def reverse(self, key: str, target: str) -> Done:
        """Take back, under a key, what was done under `target`; one that never came is refused from
        now on.
        """
        mood = self._mood("reverse")
        self._may_err("reverse")
        await self.faults.point("bank: before reverse")
        if mood in {LOST_BEFORE, DOWN}:
            raise HttpFailed("the bank does not answer")
        if mood == REFUSED:
            raise Refused("it was paid out already")
        (self.repeats if key in self.reversals else self.reversals)[key] += 1
        self.reversed.add(target)
        await self.faults.point("bank: after reverse")
        if mood == LOST_AFTER:
            raise HttpFailed("the bank's answer was lost")
        self._may_err("answer to reverse")
        return Done(f"bank-{key}", {"calledBack": target})

    async def ask_reverse(self, key: str, target: str) -> Done | NotDone | Unknown:
        """Whether something was taken back under a key."""
        answer = await self.ask("reverse", key)
        if not isinstance(answer, Done):
            return answer
        return _done(key, {"calledBack": target})

    def stands(self, key: str) -> bool:
        """Whether the effect of this key happened and was not taken back."""
        return key in self.effects and key not in self.reversed

    def _may_err(self, what: str) -> None:
        is_silent = self.has_kept_silent
        self.has_kept_silent = True
        self.faults.may_err(f"bank: {what}", HttpFailed("the bank does not answer"))
        self.has_kept_silent = is_silent

    def _mood(self, operation: str) -> str | None:
        waiting = self.moods.get(operation)
        mood = waiting.pop(0) if waiting else self.always.get(operation)
        self.has_kept_silent = self.has_kept_silent or mood in {
            LOST_BEFORE,
            LOST_AFTER,
            DOWN,
            CLUELESS,
        }
        return mood


def _done(key: str, output: JsonObject) -> Done:
    return Done(f"bank-{key}", output)
