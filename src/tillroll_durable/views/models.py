"""A run as it is shown. Times are UTC, ISO 8601."""

from typing import Any

from pydantic import ConfigDict, Field

from tillroll_durable.archive.files import Wrong
from tillroll_durable.errors import FailureClass
from tillroll_durable.platform.models import Model, TimeText


class StepProgress(Model):
    """How many occurrences of a step have come to an end, of how many, or how far a step says it
    is; `total` is null where that is not known.
    """

    completed: int
    failed: int
    total: int | None


class RunStep(Model):
    """`outcome`: pending, running, retrying, completed or failed. `attempts` counts those begun, as
    far as recorded. `progress` is there for a step that is done once for each of several keys, or
    that says how far it is; `alive_at`, for one that has said when it was last alive. `title` is
    what people read of it.
    """

    name: str
    title: str
    outcome: str
    attempts: int
    started_at: str | None
    ended_at: str | None
    error: str | None
    progress: StepProgress | None = Field(
        default=None, exclude_if=lambda progress: progress is None
    )
    alive_at: str | None = Field(default=None, exclude_if=lambda at: at is None)


class RunReview(Model):
    """Why a person is asked. `sentences` say for each of `reasons` what to do. What is proposed
    stands beside, as the run's kind shows it.
    """

    model_config = ConfigDict(extra="allow")

    id: str
    reason: str
    reasons: list[str]
    sentences: list[str]
    deadline: str
    escalated: bool
    decision: str | None


class RunError(Model):
    error_class: str
    summary: str


class RunSummary(Model):
    """What every run has. What its kind shows of it stands beside. `not_undone`: something that it
    did was to be undone, and is not; a person has to see to it, whatever the status. `undone`: it
    failed, and what it did was undone, so nobody has to. `escalated`: a person was called to a live
    run, which is past its deadline, was resumed in vain, or stands still. `stands_still`: nothing
    brings it on before its code is put right and somebody resumes it. `failed_items`: so many of
    the `items` of its maps failed, and it went on without them, or failed over it.
    """

    model_config = ConfigDict(extra="allow")

    id: str
    status: str
    state: str
    message: str
    reason: str | None
    step: str | None
    state_version: int
    created_at: str
    updated_at: str
    error: RunError | None
    kind: str
    subject: str
    not_undone: bool = False
    undone: bool = False
    escalated: bool = False
    stands_still: bool = False
    items: int = 0
    failed_items: int = 0
    queued_at: str | None = None
    creation_refused_at: str | None = None


class RateLimit(Model):
    """At most `limit` runs begin in any period of `per_seconds`."""

    limit: int
    per_seconds: int


class InLine(Model):
    """`place` is counted from 1; at most `limit` runs go on at once, and as many begin in a period
    as `rate` says, for each value of the param `key` where it is given, else in the account.
    """

    place: int
    since: TimeText
    limit: int | None
    key: str | None
    rate: RateLimit | None = None


class SignalExample(Model):
    """How a signal is sent: the permission that it needs besides `operate`, and a payload by
    example, in which "…" is to be filled in.
    """

    permission: str
    payload: dict[str, Any]


class RunWait(Model):
    """`kind`: `timer`, `signal`, or `child`, `undo`: another run that it began, of which `name` is
    the id, to end or to be undone. `until`: when the wait ends; null for a run. `send` where it is
    people who send the signal.
    """

    kind: str
    name: str
    until: TimeText | None
    send: SignalExample | None = None


class RelatedRun(Model):
    run_id: str
    kind: str
    state: str
    status: str


class LostArchive(Model):
    """The file of an archived run's record that is `missing`, or `differs` from what was written.
    `says` is a sentence for a person: which file it is, and what is safe to do.
    """

    object_key: str
    wrong: Wrong
    says: str


class LeftOutLines(Model):
    """How many lines of a list of a run are left out; absent for a list that is whole."""

    tried: int | None = Field(default=None, exclude_if=lambda count: count is None)
    must_not_repeat: int | None = Field(default=None, exclude_if=lambda count: count is None)
    external_ids: int | None = Field(default=None, exclude_if=lambda count: count is None)


class RunDetail(RunSummary):
    """`what_happened` is for operators, `message` for the run's owner; `must_not_repeat` names
    effects on other systems that happened, or of which nobody knows. `outcome_unknown`: there is
    one of which nobody knows whether it happened, and that was not undone. `failure_class` is what
    a step's final failure left, whether the run stopped for it or goes on without it. `attributes`:
    what it is found by, beside its kind and subject. `archived` where what the run left lies in the
    archive: it is read from there, and `tillroll archive restore` brings it back. `archive_lost`
    where that cannot be read: `steps` and `tried` are empty then, and all else is what the database
    still has. `tried`, `must_not_repeat` and `external_ids` have at most 100 lines each, what is in
    doubt first: `left_out` counts the others, which `GET /api/runs/{run_id}/steps` lists.
    """

    generation: int
    contract_version: int
    what_happened: str
    last_successful_step: str | None
    external_ids: dict[str, str]
    tried: list[str]
    safe_to_retry: bool
    must_not_repeat: list[str]
    outcome_unknown: bool
    failure_class: FailureClass | None
    next_safe_action: str
    next_retry_at: str | None
    requires_human_review: bool
    cancel_requested: bool
    paused: bool
    attributes: dict[str, str] | None = None
    in_line: InLine | None = None
    waits_for: RunWait | None = None
    archived: bool | None = None
    archive_lost: LostArchive | None = None
    previous_run_id: str | None
    parent_run_id: str | None = None
    child_runs: list[RelatedRun] | None = None
    continued_as: str | None = None
    left_out: LeftOutLines | None = None
    steps: list[RunStep]
    review: RunReview | None


class StepLine(Model):
    """What the record has of a step, or of one of its occurrences. `name` is that of
    `GET /api/runs/{run_id}/steps/{name}`. `tried` says how often it was attempted and how it ended,
    null where only an effect of it is recorded; `must_not_repeat` what it did elsewhere, or may
    have done; `external_id` the id that this has there."""

    name: str
    outcome: str
    tried: str | None
    must_not_repeat: str | None
    external_id: str | None


class StepAttempt(Model):
    """`error` is null of the attempt that completed the step. `reason`: with which it asked for a
    person.
    """

    generation: int
    attempt: int
    started_at: str
    ended_at: str | None
    reason: str | None
    error: RunError | None
    next_retry_at: str | None


class StepDetail(Model):
    """`outcome`: pending (nothing is recorded yet), retrying, completed or failed. `input` is the
    list of what the step's function was given, null where that is nothing; `output` what it gave
    back. What is too large stands as `{"$omitted": bytes}`, what the contract calls secret or
    personal as `{"$withheld": true}`. `attempts` are the newest 100, the newest first.
    """

    run_id: str
    name: str
    outcome: str
    started_at: str | None
    ended_at: str | None
    input: Any
    output: Any
    attempts: list[StepAttempt]


class QueryAnswer(Model):
    """`result` is what the kind's own function returns: its JSON Schema stands in
    `GET /api/workflows`.
    """

    run_id: str
    name: str
    result: Any


class TimelineItem(Model):
    """`kind`: step, attempt, compensation, wait, ai_call, delivery, decision or act. `ended_at` is
    null while it goes on, and the same as `started_at` where it took no time. `until`: when a wait
    is due.
    """

    kind: str
    name: str
    step: str | None
    generation: int
    attempt: int | None
    started_at: str
    ended_at: str | None
    outcome: str
    reason: str | None
    error: str | None
    actor: str | None
    until: TimeText | None
    detail: dict[str, Any]


class Timeline(Model):
    """`ended_at` is null while something may still happen to the run by itself or by a person.

    The first page has what a person looks for, and `limit` occurrences of steps that were completed
    at once. `next_cursor` leads to more of these. `older_left_out`: of all else there is more than
    a page has, and the oldest is left out."""

    run_id: str
    generation: int
    started_at: str
    ended_at: str | None
    items: list[TimelineItem]
    next_cursor: str | None
    older_left_out: bool = Field(default=False, exclude_if=lambda is_cut: not is_cut)
