"""Creates a claim: gathers its expenses, holds them against the policies, and begins its run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from tillroll.claims import repository
from tillroll.claims.claimable.repository import (
    Choice,
    choice_of,
    count_claimable,
    find_claimable,
    hold_twins,
    whose,
)
from tillroll.claims.contract import MOST_EXPENSES, ClaimParams, InvoiceParams
from tillroll.claims.invoices.costs import charge_costs
from tillroll.claims.models import Claimable, ClaimableExpense, violations
from tillroll.claims.postings import open_accounts
from tillroll.claims.terms import complete
from tillroll.clients.repository import load_client
from tillroll.expenses.approval.held import Against, Held, hold_policies
from tillroll.expenses.duplicates.holds import find_holds
from tillroll.mail.addresses import hash_of_address, stopped
from tillroll.mail.provider import MailSettings
from tillroll.restored_place import check_what_left
from tillroll_documents.money import (
    CODES,
    UNKNOWN_CURRENCY,
    AmountError,
    Money,
    minor_from_decimal_string,
)
from tillroll_durable import (
    Actor,
    NotBegun,
    Statement,
    Triggered,
    ValuesRefused,
    Workflow,
    begin,
    statement,
)
from tillroll_durable.beginning import check_same
from tillroll_durable.platform.bindings.database import Database, integer, of_row, text
from tillroll_durable.platform.bindings.guards import must_hold
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.encryption import EncryptionSettings
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import load_object
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import NewRun

# Where expenses are left out, those behind them are looked at: so many times MOST_EXPENSES.
_MOST_LOOKS: Final = 10
# A refusal names so many policies.
_MOST_NAMED_POLICIES: Final = 3


class AgainstPolicies(ValuesRefused):
    """Nothing was claimed, since policies are `against` it; they hinder `held_back` expenses."""

    def __init__(self, against: Sequence[Against], held_back: int) -> None:
        super().__init__([("expenseIds", explain_policies(against, held_back))])
        self.against = against
        self.held_back = held_back


@dataclass(frozen=True)
class Gathered:
    """
    Attributes:
        expenses: what is claimed, in the order of a claim.
        claimable_count: how many could be claimed, were no policy against them; `held_back` of
            these are not in `expenses`, or stand in the way of them all.
        against: what policies say of them, also where that hinders nothing.
        untaxed: those whose net cost nobody knows, where the claim charges that.
        still: refuses a batch where that is not so any more.
    """

    expenses: Sequence[ClaimableExpense]
    claimable_count: int
    held_back: frozenset[str]
    against: Sequence[Against]
    still: Sequence[Statement]
    untaxed: Sequence[ClaimableExpense]

    @property
    def total(self) -> int:
        """What `expenses` come to, in minor units."""
        return sum(each.amount for each in self.expenses)


async def gather_claimable(
    database: Database, choice: Choice, currency: str, *, leaves_out: bool
) -> Gathered:
    """Find what a claim would hold, and hold the policies over it. Where it `leaves_out` what they
    hinder, others take its place; else nothing is claimed while `held_back` has any."""
    expenses: list[ClaimableExpense] = []
    looks: list[Held] = []
    claimable_count = 0
    last = None
    choice = await hold_twins(database, choice)
    for _ in range(_MOST_LOOKS):
        page = await find_claimable(database, choice, currency=currency, after=last)
        checked = await hold_policies(
            database, choice.period.account_id, [each.id for each in page]
        )
        looks.append(checked)
        claimable_count += len(page)
        expenses += [each for each in page if not leaves_out or each.id not in checked.hindered]
        if not leaves_out or len(expenses) >= MOST_EXPENSES or len(page) < MOST_EXPENSES:
            break
        last = page[-1]
    charges, untaxed = await charge_costs(
        database, choice.period.account_id, expenses[:MOST_EXPENSES], invoice=choice.invoice
    )
    chosen = {each.id for each in charges}
    return Gathered(
        expenses=charges,
        claimable_count=claimable_count,
        held_back=frozenset(each for checked in looks for each in checked.hindered),
        against=[each for checked in looks for each in checked.against],
        still=[
            checked.still([each for each in checked.beside if each in chosen]) for checked in looks
        ],
        untaxed=untaxed,
    )


async def list_claimable(database: Database, choice: Choice) -> list[Claimable]:
    """List what a claim could be over now, each currency by itself."""
    choice = await hold_twins(database, choice)
    claimables: list[Claimable] = []
    for row in await count_claimable(database, choice):
        gathered = await gather_claimable(database, choice, text(row, "currency"), leaves_out=True)
        claimables.append(
            of_row(
                Claimable,
                row,
                held_back=len(gathered.held_back),
                violations=violations(gathered.against),
                expenses=[*gathered.expenses],
            )
        )
    return claimables


def why_not(gathered: Gathered, params: ClaimParams) -> str | None:
    """The sentence that says why nothing is claimed; None where the expenses are claimed."""
    if gathered.held_back and not params.leave_out_violations:
        return explain_policies(gathered.against, len(gathered.held_back))
    if params.expense_ids is not None and gathered.claimable_count < len({*params.expense_ids}):
        return "Something that was asked for cannot be claimed any more."
    if gathered.untaxed:
        return explain_untaxed(gathered.untaxed)
    if gathered.total <= 0:
        return "Nothing was left, or refunds exceed it."
    return other_total(gathered, params)


def explain_untaxed(expenses: Sequence[ClaimableExpense]) -> str:
    """The sentence that says whose net cost nobody knows, and what to do."""
    names = [f"{each.merchant}, {each.date}" for each in expenses[:_MOST_NAMED]]
    more = len(expenses) - len(names)
    if more:
        names.append(f"{more} more")
    return (
        f"How these are taxed is open, so their net cost is not known: {'; '.join(names)}. Say it "
        "in the tax report, or charge what was spent."
    )


def other_total(gathered: Gathered, params: ClaimParams) -> str | None:
    """The sentence that says that the total differs from the one that the caller expects; None
    where it does not. Raises AmountError: the expected total is no amount of the currency."""
    if params.expected_total is None:
        return None
    if gathered.total == minor_from_decimal_string(params.expected_total, params.currency):
        return None
    comes_to = Money(gathered.total, params.currency).to_decimal_string()
    return (
        f"It comes to {comes_to} {params.currency}, not to {params.expected_total}: look at it "
        "again."
    )


def explain_policies(against: Sequence[Against], held_back: int) -> str:
    """Say why nothing was claimed: the first policies with the ids of their expenses, and how many
    more expenses."""
    hindrances = [each for each in against if each.violation.hinders]
    named = hindrances[:_MOST_NAMED_POLICIES]
    first = " ".join(f"{each.expense_id}: {each.violation.reason}" for each in named)
    more = len({each.expense_id for each in hindrances} - {each.expense_id for each in named})
    if held_back == 1:
        counted = "1 expense"
    else:
        counted = f"{held_back} expenses"
    if more:
        rest = f" And {more} more."
    else:
        rest = ""
    return f"Policies are against claiming {counted}. {first}{rest}"


MOST_A_DAY: Final = 100
"""So many claims an account has mailed in a day: anyone who has its token mails strangers no more
than that."""

_MAILED_CLAIMS: Final = (
    "SELECT COUNT(*) AS n FROM claims WHERE account_id = ?1 AND payer_mail IS NOT NULL "
    "AND created_at > ?2"
)
_WITHIN_BOUNDS: Final = f"({_MAILED_CLAIMS}) < ?3"


async def check_mail(platform: Platform, account_id: str, address: str) -> None:
    """Refuse where this deployment sends no mail, mail to the address is stopped, or the account
    has mailed enough claims today. Raises ValuesRefused."""
    problem = None
    if (
        not platform.settings.of(MailSettings).sends
        or not platform.settings.of(EncryptionSettings).keys
    ):
        problem = (
            "No mail is sent here: send the claim by hand. Mail needs MAIL_FROM, MAIL_API_KEY and "
            "ENCRYPTION_KEYS."
        )
    elif await stopped(platform.database, hash_of_address(address)) is not None:
        problem = (
            "Mail there came back, or was reported as spam. Give another address, or send the "
            "claim by hand."
        )
    else:
        [row] = await platform.database.all(
            statement(_MAILED_CLAIMS, [account_id, _since(platform)])
        )
        if integer(row, "n") >= MOST_A_DAY:
            problem = (
                f"{MOST_A_DAY} claims were mailed within a day: try again tomorrow, or send "
                "this one by hand."
            )
    if problem is not None:
        raise ValuesRefused([("payerMail", problem)])


def _since(platform: Platform) -> str:
    return to_text(platform.clock.now() - timedelta(days=1))


async def begin_claim(
    platform: Platform, workflow: Workflow, actor: Actor, params: Any, key: str | None
) -> Triggered:
    """Begin a claim, once under a key. Raises AgainstPolicies; KeyReused: the key stands for
    another claim."""
    request = ClaimParams.model_validate(params)
    cause = f"claim:{key or new_id('ask')}"
    query = "SELECT id, params FROM runs WHERE account_id = ? AND kind = ? AND begin_key = ?"
    existing_run = await platform.database.first(
        statement(query, [actor.account_id, workflow.contract.kind, cause])
    )
    if existing_run is None:
        await check_what_left(platform.database)
        now = platform.clock.now()
        request = await complete(platform, actor.account_id, request, now=now)
        await look_at(platform, actor.account_id, request)
        await open_accounts(platform, actor, request.currency, lacks="no claim can be booked")
        language = await _language(platform.database, actor.account_id, request)

        def claim(run: NewRun, now: str) -> list[Statement]:
            insert = repository.insert_claim(
                actor.account_id,
                request,
                language=language,
                asked_by=actor.name,
                run_id=run.id,
                now=now,
            )
            if request.payer_mail is None:
                return [insert]
            within = must_hold(_WITHIN_BOUNDS, actor.account_id, _since(platform), MOST_A_DAY)
            return [within, insert]

        try:
            run = await begin(
                platform, workflow, params=request, actor=actor, key=cause, also=claim
            )
        except NotBegun as error:
            raise ValuesRefused(
                [("clientId", "The claim could not be kept as it was given.")]
            ) from error
        run_id = run.id
        stored_params = run.params
    else:
        run_id = text(existing_run, "id")
        stored_params = load_object(text(existing_run, "params"))
        # Values that were completed then may differ by now: only what the caller gives counts.
        before = ClaimParams.model_validate(stored_params)
        values = {name: getattr(request, name) for name in request.model_fields_set}
        changes = {name: value for name, value in values.items() if value is not None}
        if request.invoice is not None and before.invoice is not None:
            changes["invoice"] = _with_given(before.invoice, request.invoice)
        request = before.model_copy(update=changes)
    check_same(workflow, request, stored=stored_params, key=cause)
    return Triggered(run_id)


def _with_given(before: InvoiceParams, request: InvoiceParams) -> InvoiceParams:
    """An invoice that was completed, with what the caller gives of it."""
    values = {name: getattr(request, name) for name in request.model_fields_set}
    changes = {name: value for name, value in values.items() if value is not None}
    return before.model_copy(update=changes)


async def _language(database: Database, account_id: str, params: ClaimParams) -> str | None:
    """The language of the payer; None where nobody chose one."""
    if params.payer_kind != "customer" or params.client_id is None:
        return None
    client = await load_client(database, account_id, params.client_id)
    return client and client.language


async def look_at(platform: Platform, account_id: str, params: ClaimParams) -> Gathered:
    """What a claim would hold, before anything is written. Raises ValuesRefused, AgainstPolicies:
    there is nothing to claim, or what is named cannot be."""
    if params.currency not in CODES:
        raise ValuesRefused([("currency", UNKNOWN_CURRENCY)])
    if params.payer_mail is not None:
        await check_mail(platform, account_id, params.payer_mail)
    choice = choice_of(account_id, params)
    gathered = await gather_claimable(
        platform.database, choice, params.currency, leaves_out=params.leave_out_violations
    )
    lacking = (
        {*(params.expense_ids or ())} - {each.id for each in gathered.expenses} - gathered.held_back
    )
    if lacking:
        await _check_customer(platform, account_id, params=params, expense_ids=lacking)
        await _check_holds(platform.database, account_id, params=params, expense_ids=lacking)
        named = ", ".join(sorted(lacking)[:_MOST_NAMED])
        problem = f"These cannot be claimed: {named}. {_WHY[params.payer_kind]}"
        raise ValuesRefused([("expenseIds", problem)])
    if gathered.held_back and (not params.leave_out_violations or gathered.total <= 0):
        raise AgainstPolicies(gathered.against, len(gathered.held_back))
    if gathered.untaxed:
        raise ValuesRefused([("invoice.charges", explain_untaxed(gathered.untaxed))])
    if gathered.total <= 0:
        problem = (
            f"There is nothing in {params.currency} to claim here, or refunds exceed it. "
            f"{_WHY[params.payer_kind]}"
        )
        raise ValuesRefused([("currency", problem)])
    try:
        problem = other_total(gathered, params)
    except AmountError as error:
        raise ValuesRefused([("expectedTotal", str(error))]) from error
    if problem is not None:
        raise ValuesRefused([("expectedTotal", problem)])
    return gathered


async def _check_customer(
    platform: Platform, account_id: str, params: ClaimParams, expense_ids: Iterable[str]
) -> None:
    """Refuse where some of these are another customer's, and say whose."""
    if params.payer_kind != "customer":
        return
    named = await whose(platform.database, account_id, [*expense_ids])
    others = {
        expense_id: name
        for expense_id, (client_id, name) in named.items()
        if client_id != params.client_id
    }
    if others:
        some = [f"{each} ({client or 'no client'})" for each, client in others.items()][
            :_MOST_NAMED
        ]
        if len(others) > len(some):
            more = f", and {len(others) - len(some)} more"
        else:
            more = ""
        problem = (
            f"Not spent for {params.payer_name}: {', '.join(some)}{more}. Leave them out, or "
            "correct their client."
        )
        raise ValuesRefused([("expenseIds", problem)])


async def _check_holds(
    database: Database, account_id: str, params: ClaimParams, expense_ids: Iterable[str]
) -> None:
    """Refuse where some of these may be the same purchase as another, or the company's account may
    have paid them, and say which."""
    if params.payer_kind != "company":
        return
    ids = [*expense_ids]
    reasons = await find_holds(database, account_id, ids, despite_bank=params.despite_bank)
    if reasons:
        raise ValuesRefused([("expenseIds", " ".join(reasons[:_MOST_NAMED]))])


_MOST_NAMED: Final = 5
_WHY: Final = {
    "company": (
        "Claimed is what is approved, was paid by an employee, is in no other claim, and was not "
        "paid by the company's account, as far as its entries say."
    ),
    "customer": (
        "Claimed is what is approved and billable, is the client's, and is in no other claim."
    ),
}
