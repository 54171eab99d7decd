"""Asking for a claim: its row and its run are one batch."""

from collections.abc import Iterable
from typing import Any, Final

from tillroll.claims.customers import is_same_customer
from tillroll.durable import Actor, NotBegun, Triggered, ValuesRefused, Workflow, begin, statement
from tillroll.durable.beginning import check_same
from tillroll.ledger.record.accounts import AnotherAccount
from tillroll.platform.bindings.database import text
from tillroll.platform.ids import new_id
from tillroll.platform.json import load_object
from tillroll.platform.services import Platform
from tillroll.receipts.amounts.currencies import CODES
from tillroll.receipts.amounts.money import AmountError
from tillroll.workflows.claim.books import open_accounts
from tillroll.workflows.claim.contract import ClaimParams
from tillroll.workflows.claim.gathering import AgainstPolicies, gather_claimable, other_total
from tillroll.workflows.claim.mailing.allowing import check_mail, within_bounds
from tillroll.workflows.claim.rows.claims import NewClaim, insert_claim
from tillroll.workflows.claim.rows.items import Choice, choice_of, list_owing, whose


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
    choice = await choice_of(platform.database, actor.account_id, asked)
    found = await gather_claimable(platform.database, choice, asked.currency, leaves_out=asked.leave_out_violations)
    lacking = {*(asked.expense_ids or ())} - {text(row, "id") for row in found.rows} - found.held_back
    if lacking:
        await _check_customer(platform, actor, asked, lacking)
        named = ", ".join(sorted(lacking)[:_MOST_NAMED])
        said = f"These cannot be claimed: {named}. {_WHY[asked.payer_kind]}"
        raise ValuesRefused([("expenseIds", said)])
    if found.held_back and (not asked.leave_out_violations or found.total <= 0):
        raise AgainstPolicies(found.against, len(found.held_back))
    if found.total <= 0:
        if asked.payer_kind == "customer" and not choice.clients:
            raise ValuesRefused([("payerName", await _no_such_customer(platform, choice, asked.payer_name))])
        said = f"There is nothing in {asked.currency} to claim here, or refunds exceed it. {_WHY[asked.payer_kind]}"
        raise ValuesRefused([("currency", said)])
    try:
        said = other_total(found, asked)
    except AmountError as error:
        raise ValuesRefused([("expectedTotal", str(error))]) from error
    if said is not None:
        raise ValuesRefused([("expectedTotal", said)])
    try:
        await open_accounts(platform, actor.account_id, actor.name, asked.currency)
    except AnotherAccount as error:
        said = f"The ledger has an account {error} of another currency, side or limit: no claim can be booked."
        raise ValuesRefused([("currency", said)]) from error


async def _check_customer(platform: Platform, actor: Actor, asked: ClaimParams, expense_ids: Iterable[str]) -> None:
    """Raises ValuesRefused: some of these are another customer's; whose, it says."""
    if asked.payer_kind != "customer":
        return
    named = await whose(platform.database, actor.account_id, [*expense_ids])
    others = {
        expense_id: client
        for expense_id, client in named.items()
        if client is None or not is_same_customer(client, asked.payer_name)
    }
    if others:
        some = [f"{each} ({client or 'no client'})" for each, client in others.items()][:_MOST_NAMED]
        more = f", and {len(others) - len(some)} more" if len(others) > len(some) else ""
        said = f"Not spent for {asked.payer_name}: {', '.join(some)}{more}. Leave them out, or correct their client."
        raise ValuesRefused([("expenseIds", said)])


async def _no_such_customer(platform: Platform, choice: Choice, name: str) -> str:
    owing = await list_owing(platform.database, choice.period)
    names = [*dict.fromkeys(each.name for each in owing if each.name is not None)][:_MOST_NAMED]
    there = f"There is something to claim of {', '.join(names)}." if names else "No such expense names a client."
    return f"No approved, billable expense names the client {name}. {there}"


_MOST_NAMED: Final = 5
_WHY: Final = {
    "company": "Claimed is what is approved, was paid by an employee, and is in no other claim.",
    "customer": "Claimed is what is approved and billable, names the customer as its client, and is in no other claim.",
}
