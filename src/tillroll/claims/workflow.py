"""The claim workflow: its body, and the claim as one value."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from tillroll.claims import contract, letters, repository
from tillroll.claims.claimable.repository import choice_of, hold
from tillroll.claims.contract import ClaimAsked, ClaimParams, ClaimTold, HeldExpenses
from tillroll.claims.creation import begin_claim, gather_claimable, why_not
from tillroll.claims.invoices.composing import tax_of
from tillroll.claims.letters import claim_of_run
from tillroll.claims.models import Claim, ClaimEvent, Purpose
from tillroll.claims.postings import ACTOR, record, taken_back_by_note
from tillroll.claims.rules import STAGES, Moved, NotNow, State, issue, remind_at, withdraw
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import CLAIM_NOT_MAILED, CLAIM_OVERDUE
from tillroll.restored_place import check_what_left
from tillroll_documents.money import Money
from tillroll_durable import (
    Allowed,
    Outcome,
    RollbackContext,
    Statement,
    StepContext,
    Trigger,
    Workflow,
    WorkflowRun,
)
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.services import Platform


def told_of(claim: Claim, stage: str) -> ClaimTold:
    """The payload of `claim.asked`, of a claim that was issued."""
    standing = claim.standing
    return ClaimTold(
        claim_id=claim.run_id,
        number=claim.number or "",
        stage=stage,
        payer_name=claim.payer_name,
        currency=standing.currency,
        total=Money(standing.claimed - standing.credited, standing.currency).to_decimal_string(),
        open=Money(standing.open, standing.currency).to_decimal_string(),
        due_on="" if standing.due_on is None else standing.due_on.isoformat(),
    )


# The engine waits no longer.
_LONGEST_WAIT: Final = timedelta(days=365)
# What is late already, when a dispute is over, is not asked for in one breath.
_LET_BREATHE: Final = timedelta(days=1)
_STEPS: Final = (contract.REMIND, contract.REMIND_AGAIN, contract.ESCALATE)
# What is asked for by mail; the last stage calls a person.
_MAILED_STAGES: Final[Mapping[str, Purpose]] = {
    "reminder": "reminder",
    "second_reminder": "second_reminder",
}


async def claim_v1(run: WorkflowRun[ClaimParams]) -> None:
    """The body of version 1."""
    # Nothing else needs what draws and writes XML.
    from tillroll.claims.documents import write_files  # noqa: PLC0415

    await run.step(contract.GATHER, gather, run.params, rollback=_take_back)
    if run.state == contract.NOTHING.name:
        return None
    await run.step(contract.ISSUE, issue_it, run.params, rollback=_take_back)
    await run.step(contract.WRITE_FILES, write_files, run.params)
    if run.params.sent_by != "mail":
        return await _collect(run, await run.step(contract.PRESENT, present))
    written = await run.step(contract.WRITE_MAIL, letters.write_mail, run.params)
    if await letters.begin_mail(run, written["mail"], "issued"):
        await letters.wait_for_mail(run)
    return await _collect(run, await run.step(contract.PRESENT, present_mailed))


async def _collect(run: WorkflowRun[ClaimParams], presented: ClaimTold) -> None:
    """Wait until it is settled, and ask for what is late."""
    await _tell(run, presented)
    is_disputed = False
    for stage, step in zip(STAGES, _STEPS, strict=True):
        is_closed, is_disputed = await _wait(
            run, stage, presented=presented, is_disputed=is_disputed
        )
        if is_closed:
            break
        reminder = await run.step(step, ask, stage, run.params)
        if reminder is None:
            break
        await _tell(run, reminder)
        if stage in _MAILED_STAGES:
            await letters.begin_mail(run, reminder.mail, _MAILED_STAGES[stage])
    else:
        while not (await _wait(run, None, presented=presented, is_disputed=is_disputed))[0]:
            pass
    if run.params.sent_by == "mail":
        await letters.begin_mail(
            run, (await run.step(contract.THANK, letters.thank, run.params))["mail"], "thanks"
        )
    await run.step(contract.CLOSE, close)


async def _wait(
    run: WorkflowRun[ClaimParams], stage: str | None, presented: ClaimTold, is_disputed: bool
) -> tuple[bool, bool]:
    """Until the stage's time, the end of a dispute, or without a stage the claim's end: whether it
    is closed, and disputed."""
    while True:
        within = _LONGEST_WAIT
        at = None
        if stage is not None:
            at = remind_at(
                date.fromisoformat(presented.due_on), run.params.reminder_days[STAGES.index(stage)]
            )
        if at is not None and not is_disputed:
            # The wait keeps its end from when it first began.
            remaining = at - run.platform.clock.now()  # replayed: its end stays
            if remaining > timedelta():
                within = min(remaining, _LONGEST_WAIT)
            else:
                within = _LET_BREATHE
        changed = await run.wait(contract.CHANGED, within, see=partial(see, run, stage, at))
        if changed is None:
            return False, is_disputed
        if changed.now == "closed":
            return True, is_disputed
        is_disputed = changed.now == "disputed"


async def see(
    run: WorkflowRun[ClaimParams],
    stage: str | None,
    at: datetime | None,
    changed: contract.Changed | None,
) -> Outcome:
    """Where the claim stands when a wait ends. When it is time for a stage, that it is asked for is
    written along: a dispute comes before that, and the stage waits, or behind it."""
    claim = await claim_of_run(run.platform, run.id)
    now = run.platform.clock.now()
    if claim.standing.is_closed or claim.standing.is_disputed:
        return Outcome(output={"now": claim.now})
    if changed is not None or stage is None or at is None or now < at:
        return Outcome(output={"now": claim.now})
    answer = await repository.find_newest(run.platform.database, run.id, "said_paid")
    if answer is not None and now < from_text(answer.at) + timedelta(days=run.params.pause_days):
        return Outcome(output={"now": claim.now})
    return Outcome(statements=await _record(run.platform, claim, stage))


async def gather(context: StepContext, params: ClaimParams) -> Outcome[HeldExpenses]:
    """Hold the expenses that are claimed, or none. What creation has looked at may be different by
    now; the batch checks it."""
    database = context.platform.database
    claim = await claim_of_run(context.platform, context.run.id)
    choice = choice_of(claim.account_id, params)
    gathered = await gather_claimable(
        database, choice, params.currency, leaves_out=params.leave_out_violations
    )
    problem = why_not(gathered, params)
    if problem is not None:
        moved = withdraw(claim.standing)
        return Outcome(
            HeldExpenses(expenses=0, heldBack=sorted(gathered.held_back)),
            statements=await _record(
                context.platform,
                claim,
                kind="withdrawn",
                key="nothing",
                moved=moved,
                remark=problem,
            ),
            state=contract.NOTHING.name,
        )
    return Outcome(
        HeldExpenses(expenses=len(gathered.expenses), heldBack=sorted(gathered.held_back)),
        statements=[
            *hold(claim.run_id, choice, gathered.expenses),
            *gathered.still,
        ],
    )


async def issue_it(context: StepContext, params: ClaimParams) -> Outcome:
    """The claim fact: a number, a day on which it is due, and the money in the books."""
    platform = context.platform
    # The step is tried again, and then waits for a person: no number is given out twice.
    await check_what_left(platform.database)
    claim = await claim_of_run(platform, context.run.id)
    items = await repository.list_items(platform.database, claim.run_id)
    now = platform.clock.now()
    due_on = now.date() + timedelta(days=claim.terms_days)
    try:
        moved = issue(
            claim.standing,
            sum(each.amount for each in items),
            due_on=due_on,
            tax=tax_of(items, params.invoice, items),
        )
    except NotNow as error:
        raise NonRetryable(str(error)) from error
    statements = await _record(
        platform,
        claim,
        kind="issued",
        key=contract.ISSUE.name,
        moved=moved,
        amount=moved.standing.claimed,
    )
    return Outcome(statements=[*statements, repository.give_number(claim, now.date())])


async def present(context: StepContext) -> Outcome[ClaimTold]:
    """Record how the claim comes to the payer; the output is the claim as receivers get it."""
    claim = await claim_of_run(context.platform, context.run.id)
    statements = await _record(context.platform, claim, "presented", remark=claim.sent_by)
    return Outcome(output=told_of(claim, "issued"), statements=statements)


async def present_mailed(context: StepContext) -> Outcome[ClaimTold]:
    """Record that it was sent, with the provider's id of the mail; or that it was not, and call
    people."""
    platform = context.platform
    claim = await claim_of_run(platform, context.run.id)
    now = to_text(platform.clock.now())
    mail = await letters.find_mail(platform.database, claim.run_id, "issued")
    provider_id = None if mail is None else mail.provider_id
    if provider_id is None:
        note = "by hand: no mail was sent"
    else:
        note = f"mail {provider_id}"
    calls = provider_id is None and not claim.standing.is_closed
    subject = Subject(claim.run_id, claim.run_id, claim.number or "", occasion="issued")
    return Outcome(
        output=told_of(claim, "issued"),
        statements=[
            *await _record(platform, claim, "presented", remark=note),
            *(
                notify(claim.account_id, CLAIM_NOT_MAILED, subject=subject, now=now)
                if calls
                else ()
            ),
        ],
    )


async def ask(context: StepContext, stage: str, params: ClaimParams) -> Outcome[ClaimAsked | None]:
    """Ask for what is late; nobody is asked for what is settled by now. By mail, where that has
    arrived before."""
    platform = context.platform
    claim = await claim_of_run(platform, context.run.id)
    if claim.standing.is_closed:
        return Outcome()
    now = to_text(platform.clock.now())
    statements: Sequence[Statement] = ()
    mail_id: str | None = None
    if stage in _MAILED_STAGES and await letters.mail_arrives(platform, claim):
        mail_id, statements = await letters.compose_mail(
            platform, claim, purpose=_MAILED_STAGES[stage], params=params
        )
    calls = (
        stage == STAGES[-1]
        or claim.sent_by == "hand"
        or (claim.sent_by == "mail" and mail_id is None)
    )
    subject = Subject(claim.run_id, claim.run_id, claim.number or "", occasion=stage)
    return Outcome(
        ClaimAsked(**told_of(claim, stage).model_dump(), mail=mail_id),
        statements=[
            *statements,
            *(notify(claim.account_id, CLAIM_OVERDUE, subject=subject, now=now) if calls else ()),
        ],
    )


async def close(context: StepContext) -> Outcome[ClaimTold]:
    """Say how it has ended: what the claim came to is what the run gives."""
    claim = await claim_of_run(context.platform, context.run.id)
    ends = {
        State.PAID: contract.PAID,
        State.WITHDRAWN: contract.WITHDRAWN,
        State.CREDITED: contract.CREDITED,
        State.WRITTEN_OFF: contract.WRITTEN_OFF,
    }
    state = claim.standing.state(context.platform.clock.now().date())
    if state not in ends:
        raise NonRetryable("the claim is still open: retry this when it is settled")
    return Outcome(output=told_of(claim, ends[state].name), state=ends[state].name)


async def _take_back(context: RollbackContext) -> Outcome:
    """The undoing: what is open is taken back, and its expenses can be claimed again. What is
    settled stays so."""
    claim = await claim_of_run(context.platform, context.run.id)
    if claim.standing.is_closed:
        return Outcome()
    credited = taken_back_by_note(claim)
    currency = None
    if credited is not None:
        currency = claim.standing.currency
    event = ClaimEvent(
        kind="withdrawn",
        key=f"undone:{context.step}",
        actor=ACTOR,
        at=to_text(context.platform.clock.now()),
        currency=currency,
        amount=credited,
    )
    statements = await record(
        context.platform,
        claim,
        moved=withdraw(claim.standing),
        event=event,
        is_own=True,
        is_numbered=credited is not None,
    )
    # A credit note is over what its event let go.
    return Outcome(statements=[*statements, repository.let_go(claim, event.at)])


async def _record(
    platform: Platform,
    claim: Claim,
    kind: str,
    key: str | None = None,
    *,
    moved: Moved | None = None,
    remark: str | None = None,
    amount: int | None = None,
) -> Sequence[Statement]:
    """What writes that the run did something to its claim, once under the key, by default the
    kind."""
    event = ClaimEvent(
        kind=kind,
        key=key or kind,
        actor=ACTOR,
        at=to_text(platform.clock.now()),
        currency=None if amount is None else claim.standing.currency,
        amount=amount,
        said=remark,
    )
    return await record(
        platform,
        claim,
        moved=moved or Moved(claim.standing),
        event=event,
        is_own=True,
    )


async def _tell(run: WorkflowRun[ClaimParams], event: ClaimTold) -> None:
    if run.params.sent_by == "webhook":
        payload = event.model_dump(include={*ClaimTold.model_fields})
        await run.tell(contract.CLAIM_TOLD, payload, key=event.stage)


CLAIM = Workflow(
    contract=contract.CLAIM_V1,
    body=claim_v1,
    params=contract.ClaimParams,
    when_undone=lambda run, _now: [repository.withdraw_draft(run.id)],
    allowed=Allowed(trigger="book", decide="approve"),
    own_signals=(contract.CHANGED.name, contract.MAILED.name),
    trigger=Trigger(begin_claim, moves_money=True),
)
