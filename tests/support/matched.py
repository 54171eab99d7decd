"""What must hold of entries, matches and of what they book, counted from rows that nothing else
counts: in a simulated world, and on the genuine stack.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Final, LiteralString

from tests.support.named_amounts import check_named_amounts
from tillroll_durable.platform.bindings.database import Row, integer, text, word

Rows = Callable[[LiteralString], Awaitable[list[Row]]]
"""Runs SQL, and gives its rows."""
_TABLES: Final = (
    "audit_events",
    "bank_accounts",
    "bank_effects",
    "bank_entries",
    "bank_matches",
    "bank_matching",
    "bank_pairs",
    "bank_sections",
    "claim_events",
    "claims",
    "expenses",
    "ledger_transfers",
    "payment_instructions",
    "payout_expenses",
    "payout_limits",
    "payouts",
    "runs",
)
_ROBOT: Final = "workflow:statement"
_PAIRS: Final = """
  SELECT p.*, m.state, m.kind, m.level, m.decided_by, e.bank_account_id, e.counterparty,
      e.amount AS whole, e.currency
  FROM bank_pairs p JOIN bank_matches m ON m.id = p.match_id JOIN bank_entries e
      ON e.id = p.entry_id
"""
_CONTRA: Final = {
    "expense": "expenses",
    "claim": "claims",
    "payout": "payouts",
    "fee": "fees",
    "own_account": "transfers",
    "entry": "transfers",
}


def of_account(rows_of: Rows, account_id: str) -> Rows:
    """The same queries, of one account's rows: each table is what that account has of it."""
    account = word(account_id)
    of_each = ", ".join(
        f"{table} AS (SELECT * FROM main.{table} WHERE account_id = '{account}')"
        for table in _TABLES
    )

    async def rows_of_account(sql: LiteralString) -> list[Row]:
        return await rows_of(f"WITH {of_each} {sql}")

    return rows_of_account


@dataclass
class Said:
    """What people have said until now. `explained` is how much of an entry stands in the end, by
    its id.
    """

    declined: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    explained: dict[str, int] = field(default_factory=dict[str, int])


async def check_matches(rows_of: Rows, said: Said, twins: Collection[str]) -> None:
    """What explains entries is what was decided, once, and the ledger has it to the cent. `twins`
    are counterparties of whose entries nobody knows by itself which is which.
    """
    pairs = await rows_of(_PAIRS)
    accepted = [row for row in pairs if row["state"] == "accepted"]
    await _explained_is_what_was_accepted(rows_of, accepted)
    _nothing_is_booked_twice(accepted)
    await _no_document_is_paid_beyond_itself(rows_of, accepted)
    await check_books(rows_of, accepted)
    await _nothing_is_decided_that_may_not_be(rows_of, accepted, twins)
    await _the_audit_tells_of_each(rows_of)
    await _what_is_proposed_is_open(rows_of, pairs)
    back = {
        (text(row, "entry_id"), text(row, "document_id"))
        for row in pairs
        if row["state"] == "proposed"
        or (row["state"] == "accepted" and row["decided_by"] == _ROBOT)
    }
    assert not back & said.declined, (
        f"a person declined it, and it came back: {back & said.declined}"
    )
    entries = {
        text(row, "id"): integer(row, "explained")
        for row in await rows_of("SELECT * FROM bank_entries")
    }
    for id_, amount in said.explained.items():
        assert entries[id_] == amount, (
            f"a person explained {amount} of {id_}, and {entries[id_]} stands"
        )


async def check_books(rows_of: Rows, accepted: Sequence[Row] | None = None) -> None:
    """The ledger moves what accepted pairs come to, match by match, and the other side says so."""
    if accepted is None:
        accepted = [row for row in await rows_of(_PAIRS) if row["state"] == "accepted"]
    await _explained_is_what_was_accepted(rows_of, accepted)
    await _the_ledger_has_it(rows_of, accepted)
    await _each_fact_has_its_match(rows_of, accepted)
    await _the_other_side_says_so(rows_of, accepted)
    await check_named_amounts(rows_of)


async def check_sums(rows_of: Rows) -> None:
    """What was stored of each statement that has balances closes with them."""
    rows = await rows_of(
        """
        SELECT s.statement_id, s.opening, s.closing, (
          SELECT COALESCE(SUM(m.amount), 0) FROM bank_mentions m
          WHERE m.statement_id = s.statement_id AND m.section = s.number
              AND m.status = 'booked') AS moved
        FROM bank_sections s WHERE s.is_stored = 1 AND s.opening IS NOT NULL
            AND s.closing IS NOT NULL
        """
    )
    for row in rows:
        difference = integer(row, "closing") - integer(row, "opening") - integer(row, "moved")
        assert difference == 0, f"a statement was stored that does not close, by {difference}"


async def _explained_is_what_was_accepted(rows_of: Rows, accepted: Sequence[Row]) -> None:
    explained: Counter[str] = Counter()
    for row in accepted:
        explained[text(row, "entry_id")] += integer(row, "amount")
    for row in await rows_of("SELECT id, explained FROM bank_entries"):
        entry, stands = text(row, "id"), integer(row, "explained")
        says = (
            f"entry {entry} is explained by {stands}, and its accepted pairs come to "
            f"{explained[entry]}"
        )
        assert stands == explained[entry], says


def _nothing_is_booked_twice(accepted: Sequence[Row]) -> None:
    times = Counter((row["entry_id"], row["payment"], row["document_id"]) for row in accepted)
    twice = [each for each, count in times.items() if count > 1]
    assert not twice, f"a pair is booked twice: {twice}"
    of: Counter[str] = Counter()
    for row in accepted:
        of[text(row, "entry_id")] += integer(row, "amount")
    for row in accepted:
        whole, explained = integer(row, "whole"), of[text(row, "entry_id")]
        assert 0 <= explained * (1 if whole > 0 else -1) <= abs(whole), (
            f"{explained} of {whole} is explained"
        )


async def _no_document_is_paid_beyond_itself(rows_of: Rows, accepted: Sequence[Row]) -> None:
    paid: Counter[str] = Counter()
    for row in accepted:
        paid[text(row, "document_id")] -= integer(row, "settles")
    for row in await rows_of("SELECT id, total_minor FROM expenses"):
        total, settled = integer(row, "total_minor"), paid[text(row, "id")]
        assert 0 <= settled <= total, f"{settled} of {total} is paid of {row['id']}"


async def _the_ledger_has_it(rows_of: Rows, accepted: Sequence[Row]) -> None:
    """On each account of the bank's in the ledger, what accepted pairs come to, and nothing
    else.
    """
    due: Counter[str] = Counter()
    for row in accepted:
        if row["kind"] != "hold":
            due[f"banking:account:{row['bank_account_id']}"] += integer(row, "amount")
            due[f"banking:{_CONTRA[text(row, 'document_kind')]}:{row['currency']}"] -= integer(
                row, "amount"
            )
    there: Counter[str] = Counter()
    for row in await rows_of("SELECT * FROM ledger_transfers WHERE posted IS NOT NULL"):
        there[text(row, "debit_id")] += integer(row, "posted")
        there[text(row, "credit_id")] -= integer(row, "posted")
    assert sum(there.values()) == 0, "debits are not credits"
    own = {each for each in (*due, *there) if each.startswith("banking:")}
    for account in sorted(own):
        assert there[account] == due[account], (
            f"the ledger has {there[account]} on {account}, not {due[account]}"
        )


async def _each_fact_has_its_match(rows_of: Rows, accepted: Sequence[Row]) -> None:
    """Of each match, its facts move what its pairs come to: none of them makes up for another."""
    due: Counter[str] = Counter()
    for row in accepted:
        if row["kind"] != "hold":
            due[text(row, "match_id")] += integer(row, "amount")
    moved: Counter[str] = Counter()
    for row in await rows_of("SELECT * FROM ledger_transfers WHERE posted IS NOT NULL"):
        if text(row, "debit_id").startswith("banking:account:"):
            moved[str(row["reference"])] += integer(row, "posted")
        if text(row, "credit_id").startswith("banking:account:"):
            moved[str(row["reference"])] -= integer(row, "posted")
    for match in sorted({*due, *moved}):
        says = f"the ledger moved {moved[match]} for {match}, whose pairs come to {due[match]}"
        assert moved[match] == due[match], says


async def _the_other_side_says_so(rows_of: Rows, accepted: Sequence[Row]) -> None:
    """A claim has what each accepted pair says, and a payout that pairs cover was paid.

    What a person is told of, since the other side refused it, is left out."""
    effects = await rows_of("SELECT * FROM bank_effects")
    refused = {text(row, "match_id") for row in effects if row["refused"] is not None}
    waiting = {text(row, "match_id") for row in effects if row["done_at"] is None}
    silent = refused | waiting
    claims = await _claims(rows_of, effects)
    settled: Counter[str] = Counter()
    for row in accepted:
        match = text(row, "match_id")
        if row["document_kind"] == "claim" and match not in silent:
            claims[text(row, "document_id")].check_pair(row)
        if row["document_kind"] == "payout" and match not in silent:
            settled[text(row, "document_id")] -= integer(row, "settles")
    for row in await rows_of("SELECT run_id, amount, payment_status FROM payouts"):
        if settled[text(row, "run_id")] == integer(row, "amount"):
            says = f"the bank paid the payout {row['run_id']}, which says {row['payment_status']}"
            assert row["payment_status"] in {"posted", "returned"}, says


@dataclass
class _ClaimRecord:
    """A claim's events, and what was planned of its entries that brought money back."""

    is_customers: bool
    events: list[Row] = field(default_factory=list[Row])
    plans: dict[str, str] = field(default_factory=dict[str, str])
    """By the id of an effect, which is that of its match and pair."""

    def check_pair(self, pair: Row) -> None:
        """Raises AssertionError: the claim does not say what an accepted pair of it does."""
        id_ = f"{text(pair, 'match_id')}:{pair['number']}"
        # A customer pays in. To a person the company pays out, so money that comes in went back.
        is_payment = (integer(pair, "amount") > 0) == self.is_customers
        if is_payment:
            self._check_payment(id_)
        else:
            self._check_return(id_)

    def _check_payment(self, id_: str) -> None:
        paid = [each for each in self.events if each["key"] == f"payment:bank:{id_}"]
        assert len(paid) == 1, f"the claim of the match {id_} has {len(paid)} payments of it"
        version = integer(paid[0], "version")
        for each in self.events:
            if each["reverses"] == version:
                by_entry = {f"reverse:{version}", f"known:{each['version']}"}
                is_explained = not by_entry.isdisjoint(self.plans.values())
                assert is_explained, f"the payment of {id_} was taken back, and no entry says so"

    def _check_return(self, id_: str) -> None:
        what, _, version = self.plans.get(id_, "").partition(":")
        if what == "refund":
            recorded = [each for each in self.events if each["key"] == f"refund:bank:{id_}"]
        elif what == "reverse":
            recorded = [each for each in self.events if str(each["reverses"]) == version]
        else:
            assert what == "known", f"nothing was planned of the money that {id_} brought back"
            recorded = [each for each in self.events if str(each["version"]) == version]
        kinds = {text(each, "kind") for each in recorded}
        is_recorded = len(recorded) == 1 and kinds <= {"refunded", "reversed"}
        assert is_recorded, f"the claim of the match {id_} does not say that money went back"


async def _claims(rows_of: Rows, effects: Sequence[Row]) -> dict[str, _ClaimRecord]:
    claims: dict[str, _ClaimRecord] = {}
    for row in await rows_of("SELECT run_id, payer_kind FROM claims"):
        claims[text(row, "run_id")] = _ClaimRecord(row["payer_kind"] == "customer")
    for row in await rows_of("SELECT * FROM claim_events"):
        claims[text(row, "run_id")].events.append(row)
    for row in effects:
        if row["what"] == "claim" and row["plan"] is not None and not row["is_undone"]:
            claims[text(row, "document_id")].plans[text(row, "id")] = text(row, "plan")
    return claims


async def _nothing_is_decided_that_may_not_be(
    rows_of: Rows, accepted: Sequence[Row], twins: Collection[str]
) -> None:
    rows = await rows_of("SELECT id FROM bank_accounts WHERE books_certain = 1")
    allowed = {text(row, "id") for row in rows}
    for row in accepted:
        if row["decided_by"] != _ROBOT:
            continue
        assert row["bank_account_id"] in allowed, (
            f"booked by itself, and the account does not allow it: {row}"
        )
        assert row["counterparty"] not in twins, f"a tie was decided: {row}"
        assert row["level"] == "automatic", f"booked by itself, and it is not certain: {row}"


async def _what_is_proposed_is_open(rows_of: Rows, pairs: Sequence[Row]) -> None:
    """Nothing is proposed for what is explained, or with an expense of which not so much is open
    any more.
    """
    rows = await rows_of("SELECT id, total_minor FROM expenses")
    open_ = {text(row, "id"): integer(row, "total_minor") for row in rows}
    left = {text(row, "entry_id"): integer(row, "whole") for row in pairs}
    for row in pairs:
        if row["state"] == "accepted":
            left[text(row, "entry_id")] -= integer(row, "amount")
            if row["document_kind"] == "expense":
                open_[text(row, "document_id")] += integer(row, "settles")
    for row in pairs:
        if row["state"] != "proposed":
            continue
        # A reversal may take back what is explained, which opens it again.
        is_open = left[text(row, "entry_id")] != 0 or row["kind"] == "reversal"
        assert is_open, f"it is proposed for what is explained: {row}"
        is_paid = (
            row["document_kind"] == "expense"
            and -integer(row, "settles") > open_[text(row, "document_id")]
        )
        assert not is_paid, f"an expense is proposed of which not so much is open: {row}"


async def _the_audit_tells_of_each(rows_of: Rows) -> None:
    told: Counter[tuple[str, str]] = Counter(
        (text(row, "action"), text(row, "id"))
        for row in await rows_of(
            "SELECT action, detail ->> 'match' AS id FROM audit_events "
            "WHERE action LIKE 'bank_match.%'"
        )
    )
    for row in await rows_of(
        "SELECT id, state FROM bank_matches WHERE state IN ('accepted', 'declined', 'undone')"
    ):
        action = f"bank_match.{row['state']}"
        assert told[action, text(row, "id")] >= 1, (
            f"the audit does not tell that a match is {row['state']}"
        )
    twice = [each for each, count in told.items() if count > 1 and each[0] == "bank_match.accepted"]
    assert not twice, f"the audit tells twice of {twice}"
