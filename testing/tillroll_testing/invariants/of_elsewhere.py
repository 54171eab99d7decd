"""What the author's code did elsewhere, and what the record says of it: told apart by what the
other side has done.
"""

import contextlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, TypeAlias
from urllib.parse import unquote

from tillroll_durable.platform.bindings import guards
from tillroll_durable.platform.bindings.database import Row, text
from tillroll_durable.platform.json import Json, load
from tillroll_durable.step import ROLLBACK, rollback_name, step_name
from tillroll_durable.step_records import ASK, SEND_AGAIN
from tillroll_durable.tables import TABLES
from tillroll_testing.simulation.faults import Attempt
from tillroll_testing.simulation.other_side import OtherSide, Request, Trouble
from tillroll_testing.simulation.world import World

_WRITTEN: Final = re.compile(
    r"\s*(?:INSERT(?: OR \w+)? INTO|UPDATE(?: OR \w+)?|DELETE FROM)\s+(\w+)", re.IGNORECASE
)
_INSERTED: Final = re.compile(r"INSERT INTO \w+ (\([^()]*\) )?VALUES", re.IGNORECASE)
# A guard that holds writes nothing, and one that does not takes its batch back.
_NO_AUTHORS: Final = {each.name for each in (*TABLES, *guards.TABLES)}
_OF_AN_ATTEMPT: Final = "run_steps"
# The last form compares with what was written last, as a report that is heard again is.
_MAY_COME_AGAIN: Final = re.compile(
    r"INSERT OR |ON CONFLICT|NOT EXISTS|IS NOT \( ?SELECT", re.IGNORECASE
)
_UNHEARD: Final = (401, 403, 429)
_OF_THE_SERVER: Final = 500

# A run's id, and the name of a step.
_Which: TypeAlias = tuple[str, str]


async def check_elsewhere(world: World) -> None:
    """Assert that what each step did, and undid, is what its record says."""
    if world.was_astray:
        return  # a broken body did some of it
    completed = await _completed(world)
    intents = await world.rows("SELECT * FROM effect_intents ORDER BY created_at")
    elsewhere = {
        (text(row, "run_id"), text(row, "step")): text(row, "idempotency_key") for row in intents
    }
    written = _written(world)
    _writes_once(written)
    here = {which: rows for which, rows in written.items() if which not in elsewhere}
    _writes_are_undone(here, completed, _read(world))
    side = world.elsewhere
    if side is None:
        return
    side.catch_up()
    _keys_are_of_one_thing(side)
    _requests_are_right(side)
    came = _came(side)
    for row in intents:
        which = (text(row, "run_id"), text(row, "step"))
        call = _Call(which, row, came.get(which, []), world)
        call.check_keys()
        call.check_done_once()
        call.check_asks()
        call.check_told()
    _undoes_what_it_did(came, completed, elsewhere)
    _undoes_nothing_else(world, came, completed)
    if not world.faults.has_stalled:
        _hears_of_failures(
            world, {which: came[which] for which in came if which not in elsewhere}, completed
        )


async def _completed(world: World) -> Mapping[_Which, str]:
    """The completed steps, and their outputs."""
    query = "SELECT run_id, step, output FROM run_steps WHERE outcome = 'completed'"
    return {
        (text(row, "run_id"), text(row, "step")): text(row, "output")
        for row in await world.rows(query)
    }


def _came(side: OtherSide) -> Mapping[_Which, list[Request]]:
    """What came from each step, in order."""
    came = defaultdict[_Which, list[Request]](list)
    for request in side.requests:
        if request.attempt is not None:
            came[request.attempt.run, request.attempt.step].append(request)
    return came


def _keys_are_of_one_thing(side: OtherSide) -> None:
    """Two effects have two keys: else the other side takes the second for the first."""
    first = dict[tuple[str, str], tuple[Attempt, str]]()
    for each in side.requests:
        if each.method != "POST" or each.key is None or each.attempt is None:
            continue
        attempt, body = first.setdefault((each.url, each.key), (each.attempt, each.body))
        is_another = attempt.step != each.attempt.step and body != each.body
        assert not is_another, (
            f"{_title(attempt.step)} and {_title(each.attempt.step)} send the same key to "
            f"{each.url}, so the second was not done: send `context.idempotency_key`, which each "
            "step has of its own"
        )


def _requests_are_right(side: OtherSide) -> None:
    """The other side can take each request as it is."""
    for each in side.requests:
        if each.fault is not None and each.attempt is not None:
            raise AssertionError(f"{_title(each.attempt.step)} {each.fault}")


def _title(step: str) -> str:
    """A step, or the rollback of one, in a sentence."""
    return (
        f"the rollback of {step.removeprefix(ROLLBACK)!r}"
        if step.startswith(ROLLBACK)
        else repr(step)
    )


@dataclass
class _Call:
    """An effect elsewhere: its intent, and what came of it to the other side."""

    which: _Which
    intent: Row
    came: Sequence[Request]
    world: World

    @property
    def _of(self) -> str:
        return _title(self.which[1])

    @property
    def _sent(self) -> list[Request]:
        """What was sent to be done; `reconcile` may ask by a POST, too."""
        first: dict[int, Attempt | None] = {}
        return [
            each
            for each in self.came
            if each.is_write and first.setdefault(each.sends, each.attempt) is each.attempt
        ]

    def check_keys(self) -> None:
        """The same call has the same idempotency key in each attempt."""
        keys: dict[str, tuple[Attempt | None, str]] = {}
        for each in self._sent:
            if each.key is None:
                continue
            attempt, key = keys.setdefault(each.what, (each.attempt, each.key))
            assert key == each.key or attempt is each.attempt, (
                f"{self._of} sends another key in each attempt, {key!r} and {each.key!r}: send "
                "`context.idempotency_key`, which stays the same"
            )

    def check_done_once(self) -> None:
        """What is done elsewhere is done once, unless the story lets it come twice."""
        side = self.world.other_side
        by_address = defaultdict[str, list[Request]](list)
        for each in self._sent:
            if each.did and each.method == "POST":
                by_address[each.what].append(each)
        for what, did in by_address.items():
            # One attempt may send several things to one address.
            are_parts = len({id(each.attempt) for each in did}) == 1 and len(
                {each.body for each in did}
            ) == len(did)
            is_accepted = did[-1].url in side.may_come_twice and not self._could_wait(did)
            if len(did) < 2 or are_parts or is_accepted:
                continue
            times = f"{self._of} was done {len(did)} times by {what}"
            if did[-1].url in side.knows_no_key:
                raise AssertionError(f"{times}{self._why_without_key(did)}")
            remedy = "send `context.idempotency_key` along"
            if self.intent["when_unknown"] == SEND_AGAIN:
                remedy += ", and give its call `reconcile`"
            raise AssertionError(f"{times}, for its requests have no key: {remedy}")

    def _could_wait(self, did: Sequence[Request]) -> bool:
        """Whether it was sent again by a call that has a look-up: nobody doubled it, and no attempt
        went on beside another. Had it waited until the first request was late, it had found it.
        """
        return (
            self.intent["when_unknown"] != SEND_AGAIN
            and not self.world.faults.has_stalled
            and sum(not each.is_repeat for each in did) > 1
        )

    def _why_without_key(self, did: Sequence[Request]) -> str:
        """Why the other side did it twice where it knows no key, and what helps against that."""
        has_look_up = self.intent["when_unknown"] != SEND_AGAIN
        came_late = Trouble.LATE in self.world.other_side.troubles
        if sum(not each.is_repeat for each in did) <= 1:
            cause = "the network doubled the request"
        elif self.world.faults.has_stalled:
            cause = "an attempt hung, and went on beside the next one"
        elif came_late and self.intent["when_unknown"] == ASK:
            return (
                ": a request came late, and it was sent again before. The other side knows no key "
                "there, and the call says that it does: give it `honours_key=False`, and it waits"
            )
        elif came_late and has_look_up:
            return (
                ": a request came late, and it was sent again before. The call waits for the "
                "step's `timeout_seconds`: let them be more than the other side ever takes"
            )
        elif has_look_up:
            return (
                ", for the other side knows no key there, and its look-up did not find what was "
                "done: let that ask by what the request has"
            )
        else:
            return (
                ", for the other side knows no key there: give its call `look_up`, or `reconcile`"
            )
        said = (
            f": {cause}. This cannot be prevented without a key, and the other side knows none "
            f"there. `world.other_side.may_come_twice.add({did[-1].url!r})` accepts it"
        )
        if not has_look_up:
            said += ". What a lost answer has done can be found: give its call `look_up`"
        return said

    @property
    def _was_repeated(self) -> bool:
        return any(each.is_late for each in self.world.other_side.troubles)

    def check_asks(self) -> None:
        """`reconcile` does not say NotDone of what is done: nothing that is done is sent again."""
        if (
            self.intent["when_unknown"] == SEND_AGAIN
            or self.world.faults.has_stalled
            or self._was_repeated
        ):
            return  # who hangs, or comes late, is nobody whom `reconcile` could know of
        sent = self._sent
        for number, again in enumerate(sent):
            before = [each for each in sent[:number] if each.attempt is not again.attempt]
            if not before or not all(
                each.is_done for each in before if each.attempt is before[-1].attempt
            ):
                continue
            asked = [
                each for each in self.came if each.attempt is again.attempt and each not in sent
            ]
            unanswered = bool(asked) and asked[-1].status is None
            remedy = (
                "no answer came, so nobody knows: let HttpFailed pass, or return `Unknown`"
                if unanswered
                else "ask by `context.idempotency_key`, and return `Done` where it is known"
            )
            raise AssertionError(
                f"`reconcile` of {self._of} said NotDone of what {again.what} had done: {remedy}"
            )

    def check_told(self) -> None:
        """What is recorded as done was done, and what is recorded as refused was not."""
        sent, outcome = self._sent, self.intent["outcome"]
        # Runs may share an effect by its key, and then another may have done it.
        keys = {each.key for each in sent} - {None}
        is_done = any(
            each.is_done and (each in sent or each.key in keys)
            for each in self.world.other_side.requests
        )
        if not sent:
            return
        last = next((each for each in sent if each.did), sent[-1])
        heard = "no answer came" if last.status is None else f"{last.what} answered {last.status}"
        if outcome == "refused" and (
            last.did or last.status is None or last.status >= _OF_THE_SERVER
        ):
            raise AssertionError(
                f"{self._of} is recorded as refused, and {heard}, so it "
                f"{'is' if last.did else 'may be'} done: raise "
                "HttpFailed, and it is looked up"
            )
        if outcome != "done" or is_done:
            return
        if last.attempt is self.world.faults.attempts.get(self.which):
            raise AssertionError(
                f"`send` of {self._of} returned Done, and {heard}: raise Refused where it says no, "
                "else HttpFailed"
            )
        raise AssertionError(
            f"`reconcile` of {self._of} returned Done of what nobody has done, for {heard}: return "
            "NotDone where the other side does not know the key"
        )


def _is_skipped(output: str) -> bool:
    """Whether a rollback had nothing to undo."""
    kept = load(output)
    return isinstance(kept, dict) and "skipped" in kept


def _undone(
    did: Mapping[_Which, Sequence[object]], completed: Mapping[_Which, str]
) -> Iterator[tuple[_Which, _Which]]:
    """Each step that did something and is recorded as undone, and its rollback."""
    for run, step in did:
        undo = (run, rollback_name(step))
        if did[run, step] and undo in completed and not _is_skipped(completed[undo]):
            yield (run, step), undo


def _undoes_what_it_did(
    came: Mapping[_Which, Sequence[Request]],
    completed: Mapping[_Which, str],
    keys: Mapping[_Which, str],
) -> None:
    """What is recorded as undone elsewhere was undone there: each effect by a request of its own,
    which names it.
    """
    did = {which: [each for each in requests if each.did] for which, requests in came.items()}
    asked = dict[_Which, list[Request]]()
    for which, undo in _undone(did, completed):
        sent = asked[which] = [each for each in came.get(undo, ()) if each.is_write]
        of, effect = repr(which[1]), did[which][-1]
        assert sent, (
            f"the rollback of {of} is recorded as done, and has sent nothing: {effect.what} stands"
        )
        assert any(_names(each, did[which], keys[which], keys[undo]) for each in sent), (
            f"the rollback of {of} names nothing of what it undoes, in {sent[-1].what}: give it "
            "`context.step_key`, or what the step returned, `context.output`"
        )
    _each_of_its_own(
        {which: _texts(did[which]) for which in asked},
        {which: _texts(sent) for which, sent in asked.items()},
    )


def _undoes_nothing_else(
    world: World,
    came: Mapping[_Which, Sequence[Request]],
    completed: Mapping[_Which, str],
) -> None:
    """What was never done is not undone, and what is recorded as never done was not."""
    finds_out = {
        step.name
        for workflow in (world.deployed.workflow, *world.deployed.beside)
        for step in workflow.contract.steps
        if step.rollback_config is not None and step.rollback_config.finds_out
    }
    for (run, step), requests in came.items():
        if step.startswith(ROLLBACK) or step_name(step) in finds_out:
            continue
        undo = (run, rollback_name(step))
        did = any(each.did for each in requests)
        sent = any(each.is_write and each.did for each in came.get(undo, ()))
        assert did or not sent, f"{step!r} was never done, and was undone all the same"
        is_skipped = undo in completed and _is_skipped(completed[undo])
        assert not (did and is_skipped), f"{step!r} was done, and its undoing says that it was not"


def _texts(requests: Sequence[Request]) -> list[str]:
    return sorted({f"{each.what} {each.body}" for each in requests})


def _names(undo: Request, did: Sequence[Request], key: str, own_key: str) -> bool:
    """Whether a request names something of what is to be undone: its key, its id, or a value of its
    request.
    """
    says = unquote(f"{undo.url} {undo.body}").replace(own_key, "")
    named = {key}
    for each in did:
        named |= {str(each.key), each.url.rpartition("/")[2], *_values(each.gave or {})}
        with contextlib.suppress(ValueError):
            named |= {*_values(load(each.body))}
    return any(name in says for name in named if name)


def _values(value: Json) -> Iterator[str]:
    match value:
        case dict():
            for each in value.values():
                yield from _values(each)
        case list():
            for each in value:
                yield from _values(each)
        case None | bool():
            return
        case _:
            yield str(value)


def _each_of_its_own(
    did: Mapping[_Which, Sequence[str]], undid: Mapping[_Which, Sequence[str]]
) -> None:
    """What undoes an item undoes that one: two that did something else are not undone by the
    same.
    """
    for one, other in combinations(sorted(undid), 2):
        are_of_one = one[0] == other[0] and step_name(one[1]) == step_name(other[1])
        assert not are_of_one or did[one] == did[other] or undid[one] != undid[other], (
            f"the rollbacks of {one[1]!r} and {other[1]!r} do the same, {undid[one][-1]}: each "
            "undoes its own item; bind the loop's variable by `functools.partial`"
        )


def _hears_of_failures(
    world: World, came: Mapping[_Which, Sequence[Request]], completed: Mapping[_Which, str]
) -> None:
    """A step whose last request nobody answered is not completed."""
    for which, requests in came.items():
        last = requests[-1]
        is_unheard = last.status is None or last.status in _UNHEARD or last.status >= _OF_THE_SERVER
        if which in completed and is_unheard and last.attempt is world.faults.attempts.get(which):
            heard = (
                "no answer came" if last.status is None else f"{last.what} answered {last.status}"
            )
            raise AssertionError(
                f"{_title(which[1])} is completed, though {heard}: raise HttpFailed, so that it is "
                "tried again, and let `Then.CONTINUE` say that the run can do without"
            )


@dataclass(frozen=True)
class _Write:
    """What a step's attempt wrote; `is_beside`: not in the batch that completes it."""

    sql: str
    shown: str
    is_beside: bool
    attempt: Attempt


def _written(world: World) -> Mapping[_Which, list[_Write]]:
    """What each step wrote into tables of its author's, in order."""
    written = defaultdict[_Which, list[_Write]](list)
    for attempt, statements in world.database.written:
        tables = [_table(each.sql) for each in statements]
        for each, table in zip(statements, tables, strict=True):
            if table and table not in _NO_AUTHORS:
                sql = " ".join(each.sql.split())
                write = _Write(
                    sql, f"{sql} with {[*each.parameters]}", _OF_AN_ATTEMPT not in tables, attempt
                )
                written[attempt.run, attempt.step].append(write)
    return written


def _read(world: World) -> Mapping[_Which, set[str]]:
    """The words of what each step read, the names of tables among them."""
    read = defaultdict[_Which, set[str]](set)
    for attempt, statements in world.database.read:
        read[attempt.run, attempt.step].update(
            *(re.findall(r"\w+", each.sql) for each in statements)
        )
    return read


def _table(sql: str) -> str:
    found = _WRITTEN.match(sql)
    return found[1] if found else ""


def _writes_once(written: Mapping[_Which, Sequence[_Write]]) -> None:
    """What a step writes beside its batch is written again by its next attempt."""
    for (_, step), writes in written.items():
        first = dict[str, Attempt]()
        for each in writes:
            if (
                each.is_beside
                and each.sql.upper().startswith("INSERT")
                and not _MAY_COME_AGAIN.search(each.sql)
            ):
                assert first.setdefault(each.shown, each.attempt) is each.attempt, (
                    f"{_title(step)} wrote twice, {each.sql}: it writes beside the batch that "
                    "completes it, so return `Outcome(statements=…)`"
                )


def _writes_are_undone(
    written: Mapping[_Which, Sequence[_Write]],
    completed: Mapping[_Which, str],
    looked: Mapping[_Which, set[str]],
) -> None:
    """What a step wrote here, its rollback changes: each its own rows. One that has looked at them
    may leave them: a claim that is settled stays so.
    """
    did, undid = dict[_Which, list[str]](), dict[_Which, list[str]]()
    for which, undo in _undone(written, completed):
        if not any(_INSERTED.match(each.sql) for each in written[which]):
            continue  # whether anything else has changed a row, its text does not say
        wrote = written.get(undo, ())
        if not wrote and any(_table(each.sql) in looked[undo] for each in written[which]):
            continue
        assert wrote, (
            f"the rollback of {which[1]!r} is recorded as done, and has written nothing: "
            f"{written[which][-1].sql} stands; return `Outcome(statements=…)`"
        )
        did[which], undid[which] = (
            [each.shown for each in found] for found in (written[which], wrote)
        )
    _each_of_its_own(did, undid)
