"""Creates a claim: gathers its expenses, holds them against the policies, and begins its run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from tillroll.claims.books import open_accounts
from tillroll.claims.contract import MOST_EXPENSES, ClaimParams
from tillroll.claims.repository import Choice, NewClaim, choice_of, find_claimable, insert_claim, list_owing, whose
from tillroll.claims.rules import is_same_customer
from tillroll.durable import Actor, NotBegun, Statement, Triggered, ValuesRefused, Workflow, begin, statement
from tillroll.durable.beginning import check_same
from tillroll.expenses.held import Against, Held, hold_policies
from tillroll.ledger.accounts import AnotherAccount
from tillroll.mail.addresses import hash_of_address, stopped
from tillroll.mail.settings import MailSettings
from tillroll.platform.bindings.database import Database, Row, integer, text
from tillroll.platform.clock import to_text
from tillroll.platform.encryption import EncryptionSettings
from tillroll.platform.ids import new_id
from tillroll.platform.json import load_object
from tillroll.platform.services import Platform
from tillroll.reading.money import CODES, AmountError, Money, minor_from_decimal_string

# Where expenses are left out, those behind them are looked at: so many times MOST_EXPENSES.
_MOST_LOOKS: Final = 10
_MOST_SAID: Final = 3


class AgainstPolicies(ValuesRefused):
    """Nothing was claimed, since policies are against it. `against` is what they are against, `held_back` the number of
    expenses that they hinder."""

    def __init__(self, against: Sequence[Against], held_back: int) -> None:
        super().__init__([("expenseIds", said_of(against, held_back))])
        self.against = against
        self.held_back = held_back


@dataclass(frozen=True)
class Gathered:
    """
    Attributes:
        rows: what is claimed, as `find_claimable` has it: in the order of a claim.
        found: how many could be claimed, were no policy against them; `held_back` of these are not in `rows`, or stand
            in the way of them all.
        against: what policies say of them, also where that hinders nothing.
        still: refuses a batch where that is not so any more.
    """

    rows: Sequence[Row]
    found: int
    held_back: frozenset[str]
    against: Sequence[Against]
    still: Sequence[Statement]

    @property
    def total(self) -> int:
        """What `rows` come to, in minor units."""
        return sum(integer(row, "total_minor") for row in self.rows)


async def gather_claimable(database: Database, choice: Choice, currency: str, *, leaves_out: bool) -> Gathered:
    """Find what a claim would hold, and hold the policies over it. Where it `leaves_out` what they hinder, those that
    follow are taken in their place; else `rows` has them all the same, and nothing is claimed while `held_back` has
    any."""
    rows: list[Row] = []
    looks: list[Held] = []
    found, behind = 0, None
    for _ in range(_MOST_LOOKS):
        page = await find_claimable(database, choice, currency, behind)
        held = await hold_policies(database, choice.account_id, [text(row, "id") for row in page])
        looks.append(held)
        found += len(page)
        rows += [row for row in page if not leaves_out or text(row, "id") not in held.hindered]
        if not leaves_out or len(rows) >= MOST_EXPENSES or len(page) < MOST_EXPENSES:
            break
        behind = text(page[-1], "date"), text(page[-1], "id")
    rows = rows[:MOST_EXPENSES]
    chosen = {text(row, "id") for row in rows}
    return Gathered(
        rows=rows,
        found=found,
        held_back=frozenset(each for held in looks for each in held.hindered),
        against=[each for held in looks for each in held.against],
        still=[held.still([each for each in held.beside if each in chosen]) for held in looks],
    )


def why_not(found: Gathered, params: ClaimParams) -> str | None:
    """Why nothing is claimed of what was found, in a sentence; None where it is."""
    if found.held_back and not params.leave_out_violations:
        return said_of(found.against, len(found.held_back))
    if params.expense_ids is not None and found.found < len({*params.expense_ids}):
        return "Something that was asked for cannot be claimed any more."
    if found.total <= 0:
        return "Nothing was left, or refunds exceed it."
    return other_total(found, params)


def other_total(found: Gathered, params: ClaimParams) -> str | None:
    """That it comes to something else than whoever asked has seen.

    Raises:
        AmountError: what they expect is no amount of the currency.
    """
    if params.expected_total is None:
        return None
    if found.total == minor_from_decimal_string(params.expected_total, params.currency):
        return None
    comes_to = Money(found.total, params.currency).to_decimal_string()
    return f"It comes to {comes_to} {params.currency}, not to {params.expected_total}: look at it again."


def said_of(against: Sequence[Against], held_back: int) -> str:
    """Why nothing was claimed, in sentences: the first policies with the expenses by their ids, and how many more."""
    hinders = [each for each in against if each.violation.hinders]
    first = " ".join(f"{each.expense_id}: {each.violation.reason}" for each in hinders[:_MOST_SAID])
    more = len({each.expense_id for each in hinders} - {each.expense_id for each in hinders[:_MOST_SAID]})
    counted = "1 expense" if held_back == 1 else f"{held_back} expenses"
    return f"Policies are against claiming {counted}. {first}{f' And {more} more.' if more else ''}"


MOST_A_DAY: Final = 100
"""So many claims an account has mailed in a day: whoever has its token mails strangers no more than that."""

_ASKED: Final = "SELECT COUNT(*) AS n FROM claims WHERE account_id = ?1 AND payer_mail IS NOT NULL AND created_at > ?2"
# Where as many were asked for, a NULL goes into a column that takes none, and nothing is written.
_WITHIN_BOUNDS: Final = f"UPDATE accounts SET name = CASE WHEN ({_ASKED}) < ?3 THEN name END WHERE id = ?1"  # noqa: S608 - names and constants of ours


async def check_mail(platform: Platform, account_id: str, address: str) -> None:
    """
    Raises:
        ValuesRefused: this deployment sends no mail, nothing is sent to the address any more, or enough was sent today.
    """
    if not platform.settings.of(MailSettings).sends or not platform.settings.of(EncryptionSettings).keys:
        said = "No mail is sent here: leave payerMail out, or set MAIL_FROM, MAIL_API_KEY and ENCRYPTION_KEYS."
        raise ValuesRefused([("payerMail", said)])
    if await stopped(platform.database, hash_of_address(address)) is not None:
        said = "Mail there came back, or was reported as spam. Give another address, or send the claim by hand."
        raise ValuesRefused([("payerMail", said)])
    row = await platform.database.first(statement(_ASKED, account_id, _since(platform)))
    if row is not None and integer(row, "n") >= MOST_A_DAY:
        said = f"{MOST_A_DAY} claims were mailed within a day: try again tomorrow, or send this one by hand."
        raise ValuesRefused([("payerMail", said)])


def within_bounds(platform: Platform, new: NewClaim) -> Sequence[Statement]:
    """What refuses the batch of a claim by mail where others have used up the day meanwhile."""
    if new.payer_mail is None:
        return ()
    return [statement(_WITHIN_BOUNDS, new.account_id, _since(platform), MOST_A_DAY)]


def _since(platform: Platform) -> str:
    return to_text(platform.clock.now() - timedelta(days=1))


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
