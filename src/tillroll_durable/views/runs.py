"""Reads of runs: the rows of each, and what the API shows of them with the view of its kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import LiteralString

from pydantic.alias_generators import to_camel

from tillroll_durable.archive.files import ArchiveLost
from tillroll_durable.contract import Contract
from tillroll_durable.decisions import Review, newest_review
from tillroll_durable.explanation import summary as explanation
from tillroll_durable.explanation.attempts import Beside, failing_delivery
from tillroll_durable.explanation.effects import is_not_undone, is_outcome_unknown
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    Statement,
    Value,
    integer,
    of_row,
    optional_text,
    statement,
    text,
    word,
)
from tillroll_durable.platform.json import Json, JsonObject, dump
from tillroll_durable.platform.services import Platform
from tillroll_durable.registry import Registry
from tillroll_durable.runs import (
    creation_refused_at,
    is_called_for,
    shown_state,
    stands_still,
    wants_operator,
)
from tillroll_durable.selection import Selection
from tillroll_durable.sight import Sight
from tillroll_durable.slots import PLACE_IN_LINE, is_in_line, place_of
from tillroll_durable.states import Status
from tillroll_durable.views import models
from tillroll_durable.views.run_rows import RunRows, load_run_rows
from tillroll_durable.views.steps import BEAT, shown_steps, step_under_way
from tillroll_durable.workflow import NO_QUERY, Detail, ToldBeside, example_of

_WAITS = "EXISTS (SELECT 1 FROM run_waits WHERE run_id = runs.id AND ended_at IS NULL) AS waits"

# Of a page of runs, who is in line is shown; the place is counted for one that is looked at.
_PLACE = f"{PLACE_IN_LINE} AS place_in_line"


@dataclass(frozen=True)
class ShownRun:
    """`run` is a row of `runs` with `waits`; `shown` is its view's row, None where its kind shows
    nothing.
    """

    run: Row
    shown: Row | None

    @property
    def changed_at(self) -> str | None:
        """When something changed that only the view shows."""
        if self.shown is None or "changed_at" not in self.shown:
            return None
        return optional_text(self.shown, "changed_at")


async def shown_runs(
    database: Database, registry: Registry, selection: Selection, *, in_full: bool = False
) -> list[ShownRun]:
    """The selected runs. `in_full` counts the place in line as well, and has the time of the last
    beat.
    """
    if in_full:
        columns = f"runs.*, {_WAITS}, {_PLACE}, {BEAT}"
    else:
        columns = f"runs.*, {_WAITS}"
    [runs], _ = await _read(database, registry, columns=columns, lists=[selection])
    return runs


async def find_shown_run(
    database: Database, registry: Registry, sight: Sight, run_id: str
) -> ShownRun | None:
    """One run in full; None where the caller sees no run of this id."""
    narrowed, only = sight.narrowing("person", "?3")
    where = f"id = ?1 AND account_id = ?2{narrowed}"
    selection = Selection("runs", where, (run_id, sight.account_id, *only))
    rows = await shown_runs(database, registry, selection, in_full=True)
    return next(iter(rows), None)


async def shown_lists(
    database: Database, registry: Registry, lists: Sequence[Selection], also: Statement
) -> tuple[list[list[ShownRun]], Row]:
    """Several lists at once, and the only row of `also`: in one batch, which is one way to the
    database.
    """
    pages, [[totals]] = await _read(
        database, registry, columns=f"runs.*, {_WAITS}", lists=lists, also=[also]
    )
    return pages, totals


async def _read(
    database: Database,
    registry: Registry,
    columns: LiteralString,
    lists: Sequence[Selection],
    also: Sequence[Statement] = (),
) -> tuple[list[list[ShownRun]], Sequence[Sequence[Row]]]:
    """The runs of each list, and the rows of `also`. The views of kinds that were imported are read
    along. Where a run has another kind, that is imported, and all is read again: once in the life
    of an isolate.
    """
    imported = registry.imported
    views: dict[str, LiteralString] = {kind: registry.view_of(kind).query for kind in imported}
    queries = [_queries(views, columns, each) for each in lists]
    rows = iter(await database.batch([*chain.from_iterable(queries), *also]))
    pages = [[*islice(rows, len(each))] for each in queries]
    others = {text(run, "kind") for runs, *_ in pages for run in runs}.intersection(
        registry.kinds
    ).difference(imported)
    if others:
        for kind in others:
            registry.versions(kind)
        return await _read(database, registry, columns=columns, lists=lists, also=also)
    return [_with_views(each) for each in pages], [*rows]


def _queries(
    views: Mapping[str, LiteralString], columns: LiteralString, selection: Selection
) -> list[Statement]:
    which = f"{selection.tables} WHERE {selection.where}"
    return [
        statement(f"SELECT {columns} FROM {which}", [*selection.values]),
        *(
            _of_kind(kind, query, which=which, values=selection.values)
            for kind, query in views.items()
            if query != NO_QUERY
        ),
    ]


def _with_views(pages: Sequence[Sequence[Row]]) -> list[ShownRun]:
    """Join what `_queries` found: the runs, and what each kind shows of its own."""
    runs, *views = pages
    by_run = {text(row, "run_id"): row for rows in views for row in rows}
    return [ShownRun(run, by_run.get(text(run, "id"))) for run in runs]


async def named_runs(
    database: Database, registry: Registry, sight: Sight, ids: Sequence[str]
) -> list[ShownRun]:
    """List the named runs that the caller may see, newest first."""
    # D1 takes 100 bound values a statement, so a list travels as one JSON text.
    narrowed, only = sight.narrowing("person", "?3")
    where = (
        f"account_id = ?1 AND id IN (SELECT value FROM json_each(?2)){narrowed} ORDER BY id DESC"
    )
    selection = Selection("runs", where, (sight.account_id, dump([*ids]), *only))
    return await shown_runs(database, registry, selection)


def _of_kind(
    kind: str, query: LiteralString, which: LiteralString, values: Sequence[Value]
) -> Statement:
    page = f"SELECT id, kind FROM {which}"
    of_kind = f"SELECT id AS run_id FROM ({page}) WHERE kind = '{word(kind)}'"
    sql = f"WITH page AS ({of_kind}) {query}"
    return statement(sql, [*values])


# Its state says how the run ended, and knows nothing of what came behind.
_NOT_UNDONE = "Something that it did was to be undone, and is not yet: it may still stand."


def _with_mark(row: Row, sentence: str) -> str:
    """What a state says, with what a person has to know besides."""
    if is_not_undone(row):
        return f"{sentence.rstrip('.')}. {_NOT_UNDONE}"
    if not wants_operator(row):
        return sentence
    why = optional_text(row, "error_summary")
    if row["status"] == Status.PROCESSING:
        # Its state says what is under way, which nothing is.
        return f"This stands still until a person acts: {why}."
    if row["status"] == Status.COMPLETE:
        return f"{sentence.rstrip('.')}. What follows stands still: {why}."
    return f"{sentence.rstrip('.')}. It stands still: {why}."


def summary(registry: Registry, run: ShownRun) -> JsonObject:
    """What a list has of a run: a RunSummary, with what its kind's view shows."""
    row = run.run
    kind = text(row, "kind")
    contract = registry.contract_of(kind, integer(row, "contract_version"))
    state = shown_state(contract, row)
    error_class = optional_text(row, "error_class")
    sentence = registry.message_for(kind, state.says, optional_text(row, "reason"))
    not_undone = is_not_undone(row)
    return {
        "id": text(row, "id"),
        "status": state.status,
        "state": state.name,
        "message": _with_mark(row, sentence),
        "reason": optional_text(row, "reason"),
        "step": step_under_way(contract, row),
        "stateVersion": integer(row, "state_version"),
        "createdAt": text(row, "created_at"),
        "updatedAt": text(row, "updated_at"),
        **({} if run.shown is None else registry.view_of(kind).listed(run.shown)),
        "error": None
        if error_class is None
        else {"errorClass": error_class, "summary": optional_text(row, "error_summary") or ""},
        "kind": kind,
        "subject": text(row, "subject"),
        **({"notUndone": True} if not_undone else {}),
        **({"undone": True} if explanation.is_undone(row) else {}),
        **({"escalated": True} if is_called_for(row) else {}),
        **({"standsStill": True} if stands_still(row) else {}),
        **_failed_items(row),
        **({"queuedAt": text(row, "queued_at")} if is_in_line(row) else {}),
        **({"creationRefusedAt": refused_at} if (refused_at := creation_refused_at(row)) else {}),
    }


def _failed_items(row: Row) -> JsonObject:
    """How many items of a run's maps failed; nothing where none did."""
    failed = integer(row, "items_failed")
    if failed == 0:
        return {}
    return {"items": integer(row, "items"), "failedItems": failed}


def archive_lost_shown(
    lost: ArchiveLost, contract: Contract, row: Row, must_not_repeat: Sequence[str]
) -> JsonObject:
    """What replaces what was made of too few rows, where a run's record cannot be read."""
    undoable = tuple(f"{step.name} (" for step in contract.steps if step.rollback_config)
    may_be_undone = undoable if row["status"] != Status.COMPLETE else ()
    return {
        "archiveLost": models.LostArchive(
            object_key=lost.object_key, wrong=lost.wrong, says=str(lost)
        ).as_json(),
        "whatHappened": "What the run did is not known while its record cannot be read.",
        "tried": [],
        "mustNotRepeat": [
            f"{line} (whether it was undone is not known)"
            if line.startswith(may_be_undone)
            else line
            for line in must_not_repeat
        ],
    }


def _review(registry: Registry, kind: str, review: Review, proposed: JsonObject) -> JsonObject:
    """A RunReview, with what the run's kind shows of what is proposed."""
    reasons = review.reasons
    answer = models.RunReview(
        id=review.id,
        reason=review.reason,
        reasons=reasons,
        sentences=[registry.sentence_for(kind, code) for code in reasons],
        deadline=review.deadline,
        escalated=review.escalated_at is not None,
        decision=review.decision,
    )
    return {**answer.as_json(), **proposed}


def _wait(registry: Registry, row: Row, waits: Sequence[Row]) -> JsonObject:
    """What a run waits for, of its open rows of `run_waits`; nothing for one that waits for its
    end.
    """
    if not waits or row["status"] != Status.PROCESSING or row["cancel_requested_at"] is not None:
        return {}
    kind = text(waits[0], "kind")
    name = text(waits[0], "name")
    send = _sending(registry, row, name) if kind == "signal" else None
    answer = of_row(
        models.RunWait, waits[0], name=optional_text(waits[0], "awaits") or name, send=send
    )
    return {"waitsFor": answer.as_json()}


def _sending(registry: Registry, row: Row, name: str) -> models.SignalExample | None:
    """How people send a signal; None where the deployment sends it by itself."""
    workflow = registry.find(text(row, "kind"), integer(row, "contract_version"))
    if workflow is None or name in workflow.own_signals:
        return None
    signal = next((each for each in workflow.contract.signals if each.name == name), None)
    if signal is None:
        return None
    return models.SignalExample(
        permission=workflow.permissions.signals[name], payload=example_of(signal.payload)
    )


def _lineage(run: Row, rows: RunRows) -> JsonObject:
    """Where a run comes from and what comes of it, beside `previousRunId`; nothing for one that
    stands by itself.
    """
    lineage: JsonObject = {}
    parent = optional_text(run, "parent_run_id")
    if parent:
        lineage["parentRunId"] = parent
    if rows.children:
        lineage["childRuns"] = [
            of_row(models.RelatedRun, row, run_id=text(row, "id")).as_json()
            for row in rows.children
        ]
    if rows.continuation is not None:
        lineage["continuedAs"] = text(rows.continuation, "id")
    return lineage


async def detail(
    platform: Platform,
    registry: Registry,
    sight: Sight,
    shown_run: ShownRun,
    beside: Sequence[ToldBeside] = (),
) -> JsonObject:
    """A RunDetail of a run that is seen, with what its kind's view shows, and what an application
    keeps of any run `beside`.
    """
    row = shown_run.run
    kind = text(row, "kind")
    contract = registry.contract_of(kind, integer(row, "contract_version"))
    view = registry.view_of(kind)
    # Who sees only their own runs is not shown those of others.
    with_line = is_in_line(row) and sight.only is None
    rows = await load_run_rows(platform, row, view=view, tellers=beside, with_line=with_line)
    review = await newest_review(platform.database, text(row, "id"))
    paid: dict[str, int] = {}
    shown_beside: JsonObject = {}
    for each, its_rows in zip(beside, rows.of_tellers, strict=True):
        paid |= each.paid_calls(its_rows)
        shown_beside |= each.shown(its_rows)
    surroundings = Beside(
        attempts=rows.attempts,
        outbox=rows.outbox,
        paid_calls=paid,
        waits=rows.waits,
        children=rows.children,
        holders=rows.holders,
        review=review,
    )
    explained = explanation.explain(
        contract, row, steps=rows.steps, intents=rows.intents, records=surroundings
    )
    detail_of_view = Detail(rows.steps, rows.of_view, only=sight.only, left=rows.archived)
    return {
        **summary(registry, shown_run),
        "generation": integer(row, "generation"),
        "contractVersion": integer(row, "contract_version"),
        **_explanation_shown(explained),
        "outcomeUnknown": is_outcome_unknown(rows.steps, rows.intents),
        "failureClass": optional_text(row, "failure_class"),
        "nextRetryAt": _next_retry_at(row, surroundings),
        "requiresHumanReview": row["requires_human_review"] == 1,
        "cancelRequested": row["cancel_requested_at"] is not None,
        "paused": explanation.is_paused(row),
        **_attributes(rows),
        **_in_line(contract, row),
        **_wait(registry, row, rows.waits),
        **_archive(contract, row, rows, must_not_repeat=explained.must_not_repeat),
        "previousRunId": optional_text(row, "previous_run_id"),
        **_lineage(row, rows),
        "step": step_under_way(contract, row, rows.steps),
        "steps": _steps(contract, row, rows),
        **shown_beside,
        **await view.detailed(platform, detail_of_view),
        "review": await _show_review(platform, registry, kind, review=review, only=sight.only),
    }


async def _show_review(
    platform: Platform, registry: Registry, kind: str, *, review: Review | None, only: str | None
) -> JsonObject | None:
    """The RunReview of the newest review of a run; None where it asked nobody."""
    if review is None:
        return None
    proposed = await registry.view_of(kind).proposed(platform, review, only)
    return _review(registry, kind, review=review, proposed=proposed)


def _explanation_shown(explained: explanation.Explanation) -> JsonObject:
    """The explanation's part of a RunDetail."""
    members = {to_camel(name): value for name, value in vars(explained).items()}
    left_out = members.pop("leftOut")
    if left_out:
        members["leftOut"] = {to_camel(name): count for name, count in left_out.items()}
    return members


def _next_retry_at(row: Row, surroundings: Beside) -> str | None:
    """When something is tried again by itself: the run, or a delivery that fails."""
    failing = failing_delivery(surroundings)
    if failing is None:
        return optional_text(row, "next_retry_at")
    return optional_text(failing, "next_attempt_at")


def _attributes(rows: RunRows) -> JsonObject:
    """The values by which a run is found; nothing for one without any."""
    if not rows.attributes:
        return {}
    return {"attributes": {text(each, "name"): text(each, "value") for each in rows.attributes}}


def _archive(
    contract: Contract, row: Row, rows: RunRows, *, must_not_repeat: Sequence[str]
) -> JsonObject:
    """That a part of the run's record is archived, or lost there; nothing for one of which none
    is.
    """
    members: JsonObject = {}
    if rows.is_archived:
        members["archived"] = True
    if rows.lost is not None:
        members |= archive_lost_shown(rows.lost, contract, row=row, must_not_repeat=must_not_repeat)
    return members


def _steps(contract: Contract, row: Row, rows: RunRows) -> list[Json]:
    """The steps of a run; none where its record is lost."""
    if rows.lost is not None:
        return []
    steps = shown_steps(contract, row, rows=rows.steps, beats=rows.beats)
    return [each.as_json() for each in steps]


def _in_line(contract: Contract, row: Row) -> JsonObject:
    """Where a run waits for its turn; nothing for one that does not."""
    position = place_of(row)
    if position is None:
        return {}
    limits = contract.concurrency
    rate = contract.rate
    place, since = position
    limit = None if limits is None else limits.limit
    line = models.InLine(place=place, since=since, limit=limit, key=contract.line_key)
    if rate is not None:
        line.rate = models.RateLimit.model_validate(rate, from_attributes=True)
    return {"inLine": line.model_dump(mode="json", by_alias=True, exclude_unset=True)}
