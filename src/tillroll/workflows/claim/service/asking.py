"""Asking for a claim: its row and its run are one batch."""

from typing import Any

from tillroll.durable import Actor, NotBegun, Triggered, ValuesRefused, Workflow, begin, statement
from tillroll.durable.beginning import check_same
from tillroll.ledger.record.accounts import AnotherAccount
from tillroll.platform.bindings.database import text
from tillroll.platform.ids import new_id
from tillroll.platform.json import load_object
from tillroll.platform.services import Platform
from tillroll.receipts.amounts.currencies import CODES
from tillroll.workflows.claim.books import open_accounts
from tillroll.workflows.claim.contract import ClaimParams
from tillroll.workflows.claim.gathering import AgainstPolicies, gather_claimable
from tillroll.workflows.claim.mailing.allowing import check_mail, within_bounds
from tillroll.workflows.claim.rows.claims import NewClaim, insert_claim
from tillroll.workflows.claim.rows.items import choice_of


async def begin_claim(platform: Platform, workflow: Workflow, actor: Actor, params: Any, key: str | None) -> Triggered:
    """Begin a claim, once under a key.

    Raises:
        ValuesRefused: there is nothing to claim, what is named cannot be, or an account of the ledger stands in the
            way.
        AgainstPolicies: policies are against what is asked for, or against all of it.
        KeyReused: the key stands for another claim.
    """
    asked = ClaimParams.model_validate(params)
    cause = f"claim:{key or new_id('ask')}"
    there = await platform.database.first(
        statement(
            "SELECT id, params FROM runs WHERE account_id = ? AND kind = ? AND begin_key = ?",
            actor.account_id,
            workflow.contract.kind,
            cause,
        )
    )
    if there is None:
        await _check(platform, actor, asked)
        new = NewClaim(
            actor.account_id,
            asked.currency,
            asked.payer_kind,
            asked.payer_name,
            asked.sent_by,
            asked.terms_days,
            actor.name,
            asked.payer_mail,
        )
        try:
            run = await begin(
                platform,
                workflow,
                asked,
                actor,
                key=cause,
                also=lambda run, now: [*within_bounds(platform, new), insert_claim(new, run.id, now)],
            )
        except NotBegun as error:
            raise ValuesRefused([("payerName", "The claim could not be kept as it was given.")]) from error
        run_id, kept = run.id, run.params
    else:
        run_id, kept = text(there, "id"), load_object(text(there, "params"))
    check_same(workflow, asked, kept, cause)
    return Triggered(run_id)


async def _check(platform: Platform, actor: Actor, asked: ClaimParams) -> None:
    """Raises ValuesRefused, as `begin_claim`."""
    if asked.currency not in CODES:
        raise ValuesRefused([("currency", "Give the currency by its three-letter ISO 4217 code, such as EUR.")])
    if asked.payer_mail is not None:
        await check_mail(platform, actor.account_id, asked.payer_mail)
    found = await gather_claimable(
        platform.database,
        choice_of(actor.account_id, asked),
        asked.currency,
        leaves_out=asked.leave_out_violations,
    )
    lacking = {*(asked.expense_ids or ())} - {text(row, "id") for row in found.rows} - found.held_back
    if lacking:
        named = ", ".join(sorted(lacking)[:5])
        said = f"These cannot be claimed: {named}. {_WHY[asked.payer_kind]}"
        raise ValuesRefused([("expenseIds", said)])
    if found.held_back and (not asked.leave_out_violations or found.total <= 0):
        raise AgainstPolicies(found.against, len(found.held_back))
    if found.total <= 0:
        said = f"There is nothing in {asked.currency} to claim here, or refunds exceed it. {_WHY[asked.payer_kind]}"
        raise ValuesRefused([("currency", said)])
    try:
        await open_accounts(platform, actor.account_id, actor.name, asked.currency)
    except AnotherAccount as error:
        said = f"The ledger has an account {error} of another currency, side or limit: no claim can be booked."
        raise ValuesRefused([("currency", said)]) from error


_WHY = {
    "company": "Claimed is what is approved, was paid by an employee, and is in no other claim.",
    "customer": "Claimed is what is approved and billable, and is in no other claim.",
}
