"""What the API and the provider say of payouts and claims when they have ended, as figures to be
checked.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from tests.money.checks import (
    ClaimSeen,
    Moved,
    PayoutSeen,
    check_books,
    check_claim,
    check_numbers,
    check_payout,
)
from tests.money.claims import Claim
from tests.money.company import Company, as_minor
from tests.money.payouts import Payout
from tests.money.stack import PAYER
from tests.support.audits import check_audit
from tillroll.payouts.contract import PAY

# Beside them, an account of its own has a bank.
_KINDS = f"account_id = '{PAYER}' AND kind IN ('payout', 'claim')"
_OURS = f"run_id IN (SELECT id FROM runs WHERE {_KINDS})"


def unsettled(company: Company) -> list[dict[str, Any]]:
    """The payouts and claims that have not ended."""
    query = "SELECT id, kind, state, generation, failure_class, error_summary FROM runs"
    return company.stack.d1(f"{query} WHERE {_KINDS} AND status IN ('processing', 'needs_review')")


class Ledger:
    """All transfers, by what they refer to."""

    def __init__(self, company: Company) -> None:
        self.of: defaultdict[str, Counter[Moved]] = defaultdict(Counter)
        for each in company.pages("/api/ledger/transfers"):
            assert each["outcome"] == "applied", each
            moved = Moved(each["debit"], each["credit"], each["currency"], each["posted"])
            self.of[each["reference"]][moved] += 1


def check_all(company: Company, payouts: Sequence[Payout], claims: Sequence[Claim]) -> None:
    """Assert what was promised of all payouts and claims that were asked for.

    Raises:
        AssertionError: a promise was broken; the message says which, and of what.
    """
    ledger = Ledger(company)
    paid, claimed = read_payouts(company, ledger, payouts), read_claims(company, ledger, claims)
    for seen, id_ in [*zip(paid, (each.id for each in payouts), strict=True)]:
        _named(seen.name, id_, check_payout, seen)
    for seen, id_ in [*zip(claimed, (each.id for each in claims), strict=True)]:
        _named(seen.name, id_, check_claim, seen)
    check_books(_trial_balance(company), paid, claimed)
    stack = company.stack
    runs = {
        row["id"]: row["state"]
        # The test's own ids and names.
        for row in stack.d1(f"SELECT id, state FROM runs WHERE {_KINDS}")
    }
    assert runs.keys() == {each.id for each in (*payouts, *claims)}, (
        "more or less began than was asked for"
    )
    check_audit(stack, runs)
    unsaid = stack.d1(
        "SELECT i.idempotency_key, i.sends, i.sent_at, r.state, r.error_summary, p.amount "
        "FROM effect_intents i JOIN runs r ON r.id = i.run_id "
        "LEFT JOIN payouts p ON p.run_id = r.id "
        f"WHERE i.outcome IS NULL AND i.{_OURS}"
    )
    assert not unsaid, f"nobody knows what became of {unsaid}"
    waits = stack.d1(f"SELECT id FROM run_waits WHERE ended_at IS NULL AND {_OURS}")
    assert not waits, "an ended run still waits"


def _named(name: str, id_: str, check: Any, seen: Any) -> None:
    try:
        check(seen)
    except AssertionError as error:
        raise AssertionError(f"{name} ({id_}): {error}") from error


def read_payouts(company: Company, ledger: Ledger, payouts: Sequence[Payout]) -> list[PayoutSeen]:
    """One for each payout, which the account lists with no other beside them."""
    listed = {each["id"]: each for each in company.pages("/api/payouts")}
    assert listed.keys() == {each.id for each in payouts}, (
        "the account has other payouts than were asked for"
    )
    ids = {name: id_ for id_, name in company.names_of_payments().items()}
    taken: defaultdict[str, list[str]] = defaultdict(list)
    for payment in company.bank.payments():
        id_ = ids[payment["metadata"]["payout"]]
        taken[id_].append(payment["status"])
        same = (payment["amount"]["value"], payment["amount"]["currency"].upper())
        assert same == (listed[id_]["amount"], listed[id_]["currency"]), (
            f"{payment} is of another amount than {id_}"
        )
    return [
        PayoutSeen(
            name=each.key,
            payee=each.payee,
            currency=each.currency,
            amount=each.amount,
            ends=each.moment.ends,
            most_heard=each.moment.most_heard,
            state=listed[each.id]["state"],
            payments=taken[each.id],
            heard=company.bank.line.sent[PAY.key_for(each.id)],
            transfers=ledger.of[each.id],
        )
        for each in payouts
    ]


def read_claims(company: Company, ledger: Ledger, claims: Sequence[Claim]) -> list[ClaimSeen]:
    """One for each claim, which the account lists with no other beside them; their numbers, and
    those of credit notes, have no gaps.
    """
    shown = {
        each["id"]: company.get(f"/api/claims/{each['id']}")
        for each in company.pages("/api/claims")
    }
    assert shown.keys() == {each.id for each in claims}, (
        "the account has other claims than were asked for"
    )
    notes = [
        event["number"]
        for each in shown.values()
        for event in each["events"]
        if event["kind"] == "credited"
    ]
    check_numbers([each["number"] for each in shown.values()])
    check_numbers(notes)
    held = Counter(
        item["expenseId"]
        for each in shown.values()
        for item in each["items"]
        if not item["isReleased"]
    )
    assert all(count == 1 for count in held.values()), "an expense is in two claims"
    return [
        ClaimSeen(
            name=each.key,
            currency=each.currency,
            total=each.amount,
            ends=each.moment.ends,
            sent=each.payments,
            state=shown[each.id]["state"],
            run_state=shown[each.id]["runState"],
            recorded=[
                as_minor(event["amount"])
                for event in shown[each.id]["events"]
                if event["kind"] == "payment"
            ],
            applied=as_minor(shown[each.id]["paid"]),
            open=as_minor(shown[each.id]["open"]),
            transfers=ledger.of[each.id],
        )
        for each in claims
    ]


def _trial_balance(company: Company) -> dict[str, Any]:
    whole = company.get("/api/ledger/trial-balance", limit=100)
    assert whole["nextCursor"] is None, "there are more accounts than one page has"
    return whole


def verify_audit(company: Company, from_seal: int) -> int:
    """Have the API verify the seals from this one on; return the number behind the newest.

    Raises:
        AssertionError: the audit is not intact, or nothing was sealed.
    """
    while True:
        report = company.get("/api/audit/verify", fromSeal=from_seal)
        assert report["isIntact"], report["findings"]
        assert report["head"] is not None, "nothing was sealed"
        if report["nextSeal"] is None:
            return int(report["head"]["number"]) + 1
        from_seal = int(report["nextSeal"])
