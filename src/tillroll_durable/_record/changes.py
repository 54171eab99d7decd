"""The one writer of where runs stand, and the start of an instance. `runs` has the UPDATEs beside.

Each change is guarded by where the run stood when it was read. One that comes too late hits no row,
so that the event behind it fails the batch (`guarded_batch`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, LiteralString

from tillroll_durable import runs
from tillroll_durable._record.handover import Handover
from tillroll_durable.contract import Contract
from tillroll_durable.errors import ESCALATED, UNKNOWN, FailureClass
from tillroll_durable.platform.bindings.database import (
    EVERYBODY,
    Row,
    Statement,
    Value,
    columns_of,
    digits,
    integer,
    place,
    statement,
)
from tillroll_durable.platform.json import dump
from tillroll_durable.runs import ItemCounts, Run
from tillroll_durable.slots import IS_FULL, NUMBER_IN_LINE, Limits, limits_of, numbers_behind
from tillroll_durable.states import State, Status

_STATE: Final = """
  state = :to, status = :status, next_safe_action = :next_safe_action,
  state_version = state_version + 1
"""
_STATE_AND_DEADLINE: Final = f"{_STATE}, deadline = :deadline"
# `mine` as it was read.
_OWN: Final = "id = :id AND generation = :generation"
_IN_STATE: Final = f"{_OWN} AND state = :from"
_NOT_COMPLETED: Final = """
  NOT EXISTS (SELECT 1 FROM run_steps WHERE run_id = :id AND step = :step AND outcome = 'completed')
"""
# A failure is a step's last word in its generation, also where the run goes on in the same state:
# an attempt that comes late neither completes the step nor sends what it was to send.
_IS_OPEN: Final = """
  NOT EXISTS (SELECT 1 FROM run_steps WHERE run_id = :id AND step = :step
    AND (outcome = 'completed' OR outcome = 'failed' AND run_steps.generation = :generation))
"""
# An instance knows how far its view of the run goes by the version that its own writes came to.
_NEW_VERSION: Final = "RETURNING state_version"
# A run that has given up its slot goes forward only once it has another.
_HAS_SLOT: Final = "slot_given_up_at IS NULL"
_GIVE_UP_SLOT: Final = """
  slot_given_up_at = CASE
    WHEN gives_up_slot = 1 AND concurrency_key IS NOT NULL AND queue_number IS NULL
      THEN COALESCE(slot_given_up_at, :now)
    ELSE slot_given_up_at
  END
"""
# A review is a reviewer's, whose decision brings the run on: it keeps its slot.
_GIVE_UP_SLOT_UNDER_WAY: Final = _GIVE_UP_SLOT.replace(
    "WHEN ", f"WHEN status = '{Status.PROCESSING.value}' AND ", 1
)
# Of a run that stands still the error says what for. Once it goes on, it has no error to tell, and
# nobody need look any more, but for a failure beside it.
_HAS_ERROR_TO_TELL: Final = f"error_class IS NOT '{ESCALATED}'"
_IS_CALLED_FOR_MORE: Final = f"({_HAS_ERROR_TO_TELL} OR failure_class IS NOT NULL)"
_TELL_NO_STANDSTILL: Final = f"""
  error_class = CASE WHEN {_HAS_ERROR_TO_TELL} THEN error_class END,
  error_summary = CASE WHEN {_HAS_ERROR_TO_TELL} THEN error_summary END
"""
_STAND_STILL_NO_LONGER: Final = f"""
  {_TELL_NO_STANDSTILL},
  requires_human_review = CASE WHEN {_IS_CALLED_FOR_MORE} THEN requires_human_review ELSE 0 END,
  escalated_at = CASE WHEN {_IS_CALLED_FOR_MORE} THEN escalated_at END
"""
_IS_LIVE: Final = "status IN ('processing', 'needs_review')"
_LIMITS: Final[Mapping[str, LiteralString]] = {
    "at_once": ":at_once",
    "in_period": ":in_period",
    "since": ":since",
}
_IS_FULL: Final = IS_FULL.format(**_LIMITS)
_NUMBER_IN_LINE: Final = NUMBER_IN_LINE.format(**_LIMITS, behind=":behind")
# How often the run has begun, with this time, without a whole period in between.
_ADMISSIONS: Final = "CASE WHEN admitted_at > :since THEN admissions + 1 ELSE 1 END"
_NAME: Final = re.compile(r":(\w+)")


@dataclass(frozen=True)
class RunChange:
    """A change of one run as it was read. A state that it leads to sets status, next safe action
    and deadline.
    """

    run: Run
    now: str

    def completed(
        self,
        to: State,
        step: str,
        attempt: int,
        *,
        reason: str | None,
        counts: ItemCounts,
        is_undoing: bool,
        has_happened: bool,
    ) -> Statement:
        """Move the run after a step. `counts`, `is_undoing` and `has_happened` are a `Commit`'s."""
        return self._update(
            f"""
            {_STATE_AND_DEADLINE}, attempt_count = :attempt, next_retry_at = NULL, reason = :reason,
            updated_at = :now,
            last_successful_step = CASE
              WHEN :is_undoing = 1 THEN last_successful_step ELSE :step END,
            -- What its maps came to is known of a run that goes forwards.
            items = CASE WHEN :is_undoing = 1 THEN items ELSE :items END,
            items_failed = CASE WHEN :is_undoing = 1 THEN items_failed ELSE :items_failed END,
            -- Only resumptions without progress are in vain.
            resumptions = 0,
            -- The step has moved a run that stood still, so nobody need look any more. A failure
            -- that the run goes on without stays escalated.
            escalated_at =
              CASE WHEN :is_undoing = 1 AND {_IS_CALLED_FOR_MORE}
                OR failed_step IS NOT NULL AND failed_step <> :step THEN escalated_at END,
            -- What an early end leaves behind must still be told, but not that it stood still; a
            -- step that made good its failure ends its story.
            error_class = CASE WHEN :is_undoing = 1 AND {_HAS_ERROR_TO_TELL} THEN error_class END,
            error_summary = CASE WHEN :is_undoing = 1
                AND {_HAS_ERROR_TO_TELL} THEN error_summary END,
            requires_human_review = CASE WHEN :is_undoing = 1
                AND failure_class IS NOT NULL THEN requires_human_review
              ELSE :is_a_persons END,
            failure_class = CASE WHEN failed_step = :step THEN NULL ELSE failure_class END,
            resume_state = CASE WHEN failed_step = :step THEN NULL ELSE resume_state END,
            failed_step = CASE WHEN failed_step = :step THEN NULL ELSE failed_step END
            """,
            f"""
            {_IN_STATE} AND (cancel_requested_at IS NULL OR :is_undoing = 1 OR :has_happened = 1)
            AND ({_HAS_SLOT} OR :is_undoing = 1)
            -- Where the undoing has begun, what happened elsewhere comes too late: it was asked
            -- for, and undone, there.
            AND (cancel_requested_at IS NULL OR :is_undoing = 1
                OR failure_class IS NOT 'rollback_failed' AND NOT EXISTS
              (SELECT 1 FROM run_steps WHERE run_id = :id AND step >= 'rollback: '
                  AND step < 'rollback:!'))
            AND {_IS_OPEN}
            {_NEW_VERSION}
            """,
            to,
            step=step,
            attempt=attempt,
            reason=reason,
            is_a_persons=int(to.status is Status.NEEDS_REVIEW),
            items=counts.items,
            items_failed=counts.failed,
            is_undoing=int(is_undoing),
            has_happened=int(has_happened),
        )

    def failed(
        self,
        to: State,
        step: str,
        failure_class: str,
        error: tuple[str, str],
        *,
        counts: ItemCounts,
        can_go_on: bool,
        escalates: bool,
    ) -> Statement:
        """After a step's final failure; `error` is class and summary. `can_go_on`: a retry begins
        where the run is.
        """
        return self._update(
            f"""
            {_STATE_AND_DEADLINE}, failed_step = :step, resume_state = :resume_state,
            failure_class = :failure_class,
            error_class = :error_class, error_summary = :error_summary, next_retry_at = NULL,
            requires_human_review = :escalates,
            escalated_at = CASE WHEN :escalates = 1 THEN :now END,
            resumptions = 0, updated_at = :now, items = :items, items_failed = :items_failed
            """,
            f"{_IN_STATE} AND {_NOT_COMPLETED} {_NEW_VERSION}",
            to,
            step=step,
            items=counts.items,
            items_failed=counts.failed,
            resume_state=self.run.state if can_go_on else None,
            failure_class=failure_class,
            escalates=int(escalates),
            error_class=error[0],
            error_summary=error[1],
        )

    def attempted(
        self, step: str, attempt: int, error: tuple[str, str], next_retry_at: str | None
    ) -> Statement:
        """Note an attempt that failed, while its step is open: two instances can be at one step. A
        run that stands still keeps its reason, since two steps can run at once.
        """
        return self._update(
            """
            attempt_count = :attempt, next_retry_at = :next_retry_at, error_class = :error_class,
            error_summary = :error_summary, updated_at = :now,
            instance_confirmed_at = COALESCE(instance_confirmed_at, :now)
            """,
            f"{_IN_STATE} AND resumptions <> {digits(runs.NO_MORE)} AND {_IS_OPEN}",
            step=step,
            attempt=attempt,
            next_retry_at=next_retry_at,
            error_class=error[0],
            error_summary=error[1],
        )

    def rollback_failed(self, rollback: str, error: tuple[str, str]) -> Statement:
        """An effect still stands: a person must see to it."""
        return self._update(
            f"""
            requires_human_review = 1, escalated_at = :now,
            failure_class = '{FailureClass.ROLLBACK_FAILED.value}',
            failed_step = :step, error_class = :error_class, error_summary = :error_summary,
            updated_at = :now
            """,
            step=rollback,
            error_class=error[0],
            error_summary=error[1],
        )

    def going_on(self) -> Statement:
        """Touch the run, where it stands still and was not asked to end."""
        return self._update(
            "updated_at = :now",
            f"{_IN_STATE} AND cancel_requested_at IS NULL AND {_HAS_SLOT}",
        )

    def intending(self, step: str, *, is_undoing: bool) -> Statement:
        """Touch the run where it stands still and the step is open. Once it is asked to end, only
        to undo.
        """
        return self._update(
            "updated_at = :now",
            f"""
            {_IN_STATE} AND (cancel_requested_at IS NULL AND {_HAS_SLOT} OR :is_undoing = 1)
            AND {_IS_OPEN}
            """,
            is_undoing=int(is_undoing),
            step=step,
        )

    def review_overdue(self) -> Statement:
        return self._update("escalated_at = :now, updated_at = :now", "id = :id")

    def cancelled(self, reason: str) -> Statement:
        """Ask a live run to end; one that waits in line leaves it."""
        return self._update(
            """
            cancel_requested_at = :now, cancel_kind = 'cancel', cancel_reason = :reason,
            updated_at = :now,
            resumptions = 0,  -- one that was given up has its end to come to
            concurrency_key = CASE WHEN queue_number IS NULL THEN concurrency_key END,
            queue_number = NULL, queued_at = NULL
            """,
            f"{_OWN} AND {_IS_LIVE} AND cancel_requested_at IS NULL",
            reason=reason,
        )

    def paused(self, *, is_paused: bool) -> Statement:
        """Note that the run was paused, or goes on."""
        slot = ""
        if is_paused:
            slot = f"{_GIVE_UP_SLOT},"
        return self._update(
            f"""
            {slot}
            paused_at = CASE WHEN :is_paused = 1 THEN :now END, updated_at = :now,
            -- What it was paused for does not count.
            deadline = CASE WHEN :is_paused = 1 THEN deadline ELSE
              strftime('%Y-%m-%dT%H:%M:%fZ',
                  julianday(deadline) + julianday(:now) - julianday(paused_at)) END
            """,
            f"{_OWN} AND (paused_at IS NULL) = :is_paused",
            is_paused=int(is_paused),
        )

    def handed_over(
        self, contract: Contract, to: State, handover: Handover, reason: str
    ) -> Statement:
        """Begin the next generation. A run that had lost its slot joins the end of the line, but
        not to undo.
        """
        keeps_place = f"{_IS_LIVE} AND {_HAS_SLOT}"
        number = f"""
          CASE WHEN :is_undoing = 1 THEN NULL WHEN {keeps_place} THEN queue_number
            ELSE {_NUMBER_IN_LINE} END
        """
        begins = f"""
          :is_counted = 1 AND :is_undoing = 0 AND NOT {_IS_LIVE} AND concurrency_key IS NOT NULL
          AND {number} IS NULL
        """
        limits = limits_of(contract, self.now)
        return self._update(
            f"""
            {_STATE}, generation = generation + 1, attempt_count = 0, next_retry_at = NULL,
            concurrency_key = CASE WHEN :is_undoing = 0 OR {keeps_place} THEN concurrency_key END,
            slot_given_up_at = NULL,
            queue_number = {number}, queued_at = CASE
                WHEN {number} IS NOT NULL THEN COALESCE(queued_at, :now) END,
            rate_key = CASE WHEN {begins} THEN concurrency_key ELSE rate_key END,
            admitted_at = CASE WHEN {begins} THEN :now ELSE admitted_at END,
            admissions = CASE WHEN {begins} THEN {_ADMISSIONS} ELSE admissions END,
            requires_human_review = CASE WHEN :status = 'needs_review' THEN 1 ELSE 0 END,
            escalated_at = NULL,
            resumptions = CASE WHEN :is_by_itself = 1 THEN resumptions + 1 ELSE 0 END,
            {_TELL_NO_STANDSTILL},
            corrected_input = COALESCE(:corrected_input, corrected_input),
            cancel_kind = COALESCE(:cancel_kind, cancel_kind),
            cancel_requested_at = CASE WHEN :cancel_kind IS NOT NULL THEN :now
                ELSE cancel_requested_at END,
            cancel_reason = CASE WHEN :cancel_kind IS NOT NULL THEN :reason ELSE cancel_reason END,
            ends_as_it_stands = MAX(ends_as_it_stands, :ends_as_it_stands),
            paused_at = NULL, instance_confirmed_at = NULL, updated_at = :now,
            deadline = CASE WHEN {number} IS NULL THEN :deadline END
            """,
            f"{_OWN} AND state_version = :state_version",
            to,
            state_version=self.run.state_version,
            is_undoing=int(
                handover.cancel_kind is not None
                or self.run.cancel_kind is not None  # asked for before
                or to.name == contract.compensating
            ),
            **vars(limits),
            behind=numbers_behind(contract, self.run.params),
            reason=reason,
            corrected_input=None
            if handover.corrected_input is None
            else dump(handover.corrected_input),
            cancel_kind=handover.cancel_kind,
            is_by_itself=int(handover.is_by_itself),
            ends_as_it_stands=int(handover.ends_as_it_stands),
        )

    def undoing(self, to: State, reason: str) -> Statement:
        """Begin the generation in which a completed run is undone, by itself in no slot. Of an
        archived run, nothing is left to replay.
        """
        return self._update(
            f"""
            {_STATE_AND_DEADLINE}, generation = generation + 1, attempt_count = 0,
            next_retry_at = NULL,
            cancel_kind = 'undo', cancel_requested_at = :now, cancel_reason = :reason,
            concurrency_key = NULL,
            requires_human_review = 0, escalated_at = NULL, resumptions = 0, paused_at = NULL,
            instance_confirmed_at = NULL, updated_at = :now
            """,
            f"""
            {_OWN} AND state_version = :state_version AND status = 'complete'
            AND next_safe_action = 'none'
            AND NOT EXISTS (SELECT 1 FROM archived_runs WHERE run_id = :id)
            """,
            to,
            state_version=self.run.state_version,
            reason=reason,
        )

    def woken(self) -> Statement:
        """Begin the next generation of a run that sleeps."""
        return self._update(
            """
            generation = generation + 1, attempt_count = 0, next_retry_at = NULL,
            instance_confirmed_at = NULL,
            updated_at = :now
            """,
            f"""
            {_OWN} AND paused_at IS NULL
            AND EXISTS (SELECT 1 FROM run_waits WHERE run_id = :id AND kind = 'timer'
                AND ended_at IS NULL)
            """,
        )

    def admitted(self, state: State, queue_number: int, limits: Limits) -> Statement:
        """Let the first in line go on, where a slot is free. It still has its number, so all before
        it are gone.
        """
        return self._update(
            f"""
            queue_number = NULL, queued_at = NULL, updated_at = :now, deadline = :deadline,
            rate_key = CASE WHEN :is_counted = 1 THEN concurrency_key ELSE rate_key END,
            admitted_at = CASE WHEN :is_counted = 1 THEN :now ELSE admitted_at END,
            admissions = CASE WHEN :is_counted = 1 THEN {_ADMISSIONS} ELSE admissions END
            """,
            f"""
            id = :id AND queue_number = :queue_number AND paused_at IS NULL AND NOT {_IS_FULL}
            AND NOT EXISTS (
              SELECT 1 FROM runs AS before
              WHERE before.kind = mine.kind AND before.account_id = mine.account_id
                AND before.concurrency_key = mine.concurrency_key
                AND before.queue_number < mine.queue_number
            )
            """,
            state,
            queue_number=queue_number,
            **vars(limits),
        )

    def escalated(self, why: str) -> Statement:
        """Mark the run for a person, once in a generation."""
        return self._update(
            f"""
            requires_human_review = 1, escalated_at = :now, updated_at = :now,
            error_class = '{ESCALATED}',
            error_summary = :why, {_GIVE_UP_SLOT_UNDER_WAY}
            """,
            f"{_OWN} AND (escalated_at IS NULL OR error_class IS NOT '{ESCALATED}')",
            why=why,
        )

    def stopped(self, why: str) -> Statement:
        """Mark a run that has not ended for a person: no instance brings it on before its code is
        put right. It may have its result, and fail in what follows, such as the notice.
        """
        return self._update(
            f"""
            requires_human_review = 1, escalated_at = :now, updated_at = :now,
            error_class = '{ESCALATED}',
            error_summary = :why, resumptions = {digits(runs.NO_MORE)}, next_retry_at = NULL,
            {_GIVE_UP_SLOT}
            """,
            f"{_IN_STATE} AND status <> '{Status.FAILED.value}'",
            why=why,
        )

    def instance_seen(self) -> Statement:
        return self._update("instance_confirmed_at = :now")

    def resumed_in_vain(self) -> Statement:
        return self._update("resumptions = resumptions + 1")

    def _update(
        self,
        sets: LiteralString,
        where: LiteralString = _OWN,
        to: State | None = None,
        **values: Value,
    ) -> Statement:
        run = self.run
        own = {"id": run.id, "generation": run.generation, "from": run.state, "now": self.now}
        values = {**own, **_into(to, self.now), **values}
        return _update(sets, where, values, account=run.account_id)


def new_version(rows: Sequence[Row]) -> int:
    """The version that a run has come to, by what `completed` or `failed` returned."""
    return integer(rows[0], "state_version")


def undone(run: Run, *, has_rollback: bool) -> Statement:
    """Take the call for a person back once all is undone. It stays where an undoing failed, two
    systems disagree, or the failed step may have an effect without a rollback.
    """
    return _update(
        "escalated_at = NULL, requires_human_review = 0",
        f"""
        {_OWN} AND COALESCE(failure_class, '') NOT IN
          ('{FailureClass.ROLLBACK_FAILED.value}', '{FailureClass.SYSTEMS_DISAGREE.value}')
        AND (:has_rollback = 1
          OR COALESCE(failure_class, '') NOT IN (SELECT value FROM json_each(:unknown)))
        """,
        {
            "id": run.id,
            "generation": run.generation,
            "has_rollback": int(has_rollback),
            "unknown": dump([*sorted(UNKNOWN)]),
        },
        account=run.account_id,
    )


def seen_to(run: Run) -> Statement:
    """What a run that ends early stood still for is over. A failure, if it had one, keeps its call
    for a person.
    """
    return _update(
        _STAND_STILL_NO_LONGER,
        f"{_OWN} AND error_class = '{ESCALATED}'",
        {"id": run.id, "generation": run.generation},
        account=run.account_id,
    )


def settled(run_id: str, pending: State, to: State, now: str) -> Statement:
    """Move a run from the state in which its delivery is pending; one that stands elsewhere
    stays.
    """
    return _update(
        f"""
        {_STATE_AND_DEADLINE}, updated_at = :now,
        resumptions = CASE WHEN {_HAS_ERROR_TO_TELL} THEN resumptions ELSE 0 END,
        {_STAND_STILL_NO_LONGER}
        """,
        "id = :id AND state = :pending",
        {"id": run_id, "pending": pending.name, "now": now, **_into(to, now)},
    )


def restarted(run_id: str, to: State, *, last_step: str | None, old: Run, now: str) -> Statement:
    """Bring a new run to the state that its first step begins in, if the old run is still as it was
    looked at.
    """
    return _update(
        """
        state = :to, status = :status, next_safe_action = :next_safe_action,
        state_version = state_version + 1,
        deadline = CASE WHEN queue_number IS NULL THEN :deadline END,
        last_successful_step = :last_step
        """,
        """
        id = :id AND EXISTS (SELECT 1 FROM runs AS old WHERE old.id = :old_id
          AND old.generation = CAST(:old_generation AS INTEGER) AND old.state = :old_state
          AND old.status = :old_status)
        """,
        {
            "id": run_id,
            "last_step": last_step,
            "old_id": old.id,
            "old_generation": old.generation,
            "old_state": old.state,
            "old_status": old.status,
            **_into(to, now),
        },
        account=old.account_id,
    )


def _into(to: State | None, now: str) -> Mapping[str, Value]:
    if to is None:
        return {}
    status = {"to": to.name, "status": to.status, "next_safe_action": to.next_safe_action}
    return {**status, "deadline": runs.deadline_in(to, now)}


def _update(
    sets: LiteralString,
    where: LiteralString,
    values: Mapping[str, Value],
    *,
    account: str | None = None,
) -> Statement:
    """`sets` and `where` are constants of the code; each `:name` in them is a value. `account` is
    the run's."""
    sql, names = _numbered(f"UPDATE runs AS mine SET {sets} WHERE {where}")
    return statement(sql, [*(values[name] for name in names)], account=account)


@cache
def _numbered(sql: LiteralString) -> tuple[LiteralString, Sequence[str]]:
    """The statement with numbered places, and the name of each. Each step asks for it: the text is
    made once."""
    names = columns_of(dict.fromkeys(_NAME.findall(sql)))
    numbered = sql
    # The longest first: a name can be the beginning of another one.
    for name in sorted(names, key=len, reverse=True):
        numbered = numbered.replace(f":{name}", place(names.index(name) + 1))
    return numbered, names


def creation_refused(run_id: str, generation: int, now: str) -> Statement:
    """Note when the engine first refused to create the instance of a generation. Who creates it
    need not know whose run that is."""
    return _update(
        """
        creation_refused_generation = :generation, creation_refused_at =
          CASE WHEN creation_refused_generation = :generation AND creation_refused_at >= updated_at
            THEN creation_refused_at ELSE :now END
        """,
        _OWN,
        {"id": run_id, "generation": generation, "now": now},
        account=EVERYBODY,
    )
