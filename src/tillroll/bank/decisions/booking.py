"""What an accepted or undone match writes: facts in the ledger, what is explained, and what is to
be done elsewhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, LiteralString

from tillroll.bank.decisions import matches
from tillroll.bank.decisions.lines import line_id
from tillroll.bank.decisions.models import BankMatch, Matched, MatchedPair
from tillroll.ledger.hooks import OWN_ACCOUNTS
from tillroll.ledger.models import LedgerAccount
from tillroll.ledger.posting import append_fact
from tillroll.ledger.repository import existing, find_or_create
from tillroll.ledger.transfers import MOST_LINKED, Reversal, Side, Transaction, Transfer
from tillroll_documents.matching.models import Line
from tillroll_durable import Actor, Statement, statement
from tillroll_durable.audit import AuditEvent, append
from tillroll_durable.platform.bindings.database import Value, insert_row
from tillroll_durable.platform.bindings.guards import must_hit, must_hold
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform

OWN: Final = OWN_ACCOUNTS.fill("banking:")
"""How the ids of its accounts begin, on which nobody else books."""
_CONTRA: Final[Mapping[str, tuple[LiteralString, Side]]] = {
    "expense": ("expenses", Side.DEBIT),
    "claim": ("claims", Side.CREDIT),
    "payout": ("payouts", Side.DEBIT),
    "fee": ("fees", Side.DEBIT),
    "own_account": ("transfers", Side.DEBIT),
    "entry": ("transfers", Side.DEBIT),
}

# Whole names, which a reader's language says in words of its own.
_NAMES: Final[Mapping[str, str]] = {
    "expenses": "Bank, expenses",
    "claims": "Bank, invoices",
    "payouts": "Bank, payouts",
    "fees": "Bank, fees",
    "transfers": "Bank, transfers",
}


CONTRAS: Final[Mapping[str, LiteralString]] = {kind: name for kind, (name, _) in _CONTRA.items()}
"""By the kind of document, the middle of the id of the account against a bank account."""


class DecidedMeanwhile(Refusal):
    """The match cannot be accepted or undone any more; nothing was changed."""

    kind = Kind("match-not-open", 409, "The match cannot be decided any more")
    explanation = (
        "Load the entry again: somebody decided on it, or something else explains it by now."
    )


def bank_account(id_: str) -> str:
    """The ledger's account of a bank account."""
    return f"{OWN}account:{id_}"


def contra(kind: str, currency: str) -> str:
    """The ledger's account that stands against it, by the kind of document."""
    return f"{OWN}{_CONTRA[kind][0]}:{currency}"


async def open_accounts(
    platform: Platform, actor: Actor, lines: Sequence[Line], kinds: Sequence[str]
) -> None:
    """Make the ledger's accounts that a fact needs, as far as they are not there."""
    accounts = {
        bank_account(each.account): ("Bank account", each.currency, Side.DEBIT) for each in lines
    }
    for kind in kinds:
        name, side = _CONTRA[kind]
        accounts |= {
            contra(kind, each.currency): (_NAMES[name], each.currency, side) for each in lines
        }
    await _open(platform, actor, accounts)


async def open_books(
    platform: Platform,
    actor: Actor,
    bank_account_id: str,
    *,
    contras: Sequence[tuple[str, str]],
) -> None:
    """Make the ledger's accounts of a bank account, and those against it, by id and currency."""
    accounts: dict[str, tuple[str, str, Side]] = {}
    for id_, currency in contras:
        accounts[bank_account(bank_account_id)] = ("Bank account", currency, Side.DEBIT)
        for kind, (name, side) in _CONTRA.items():
            if contra(kind, currency) == id_:
                accounts[id_] = (_NAMES[name], currency, side)
    await _open(platform, actor, accounts)


async def _open(
    platform: Platform,
    actor: Actor,
    accounts: Mapping[str, tuple[str, str, Side]],
) -> None:
    present = await existing(platform.database, actor.account_id, accounts)
    for id_, (name, currency, side) in accounts.items():
        if id_ in present:
            continue
        title = f"{name}, {currency}"
        account = LedgerAccount(id=id_, name=title, currency=currency, normal_side=side)
        await find_or_create(platform, actor, account)


async def accept(
    platform: Platform,
    by: Actor,
    chosen: Sequence[BankMatch],
    lines: Mapping[str, Line],
    reason: str | None = None,
) -> Sequence[Statement]:
    """What books matches that are proposed, as one fact. At most MOST_LINKED of them, and of their
    transfers. The batch fails, and nothing is changed, where one of them is not open any more, or
    the ledger refuses the fact.
    """
    books = Actor(by.account_id, by.name)
    pairs = [(match, pair) for match in chosen for pair in match.pairs]
    used = [lines[_line(pair)] for _, pair in pairs]
    await open_accounts(
        platform, books, lines=used, kinds=[*dict.fromkeys(pair.document_kind for _, pair in pairs)]
    )
    transfers = [each for match in chosen for each in _transfers(match, lines)]
    if len(chosen) == 1:
        key = fact_of(chosen[0])
    else:
        key = f"bank:{chosen[0].id}:{len(chosen)}"
    facts: Sequence[Statement] = ()
    if transfers:
        transaction = Transaction(transfers[0].id if len(transfers) == 1 else key, tuple(transfers))
        fact = await append_fact(
            platform.database, platform.clock, by=books, transaction=transaction
        )
        facts = fact.statements
        key = transaction.id
    now = to_text(platform.clock.now())
    ids = dump([each.id for each in chosen])
    values = (by.account_id, ids, by.name, now, reason, key)
    accepted = statement(_ACCEPT, [*values])
    return [
        *must_hit(accepted, rows=len(chosen)),
        *facts,
        *_are_applied(by.account_id, key, transfers),
        statement(_COUNT, [ids]),
        statement(_REPLACE_HELD, [by.account_id, ids]),
        must_hold(_FITS, by.account_id, ids),
        *(
            _effect(by, now, match=match, pair=pair, lines=lines)
            for match, pair in pairs
            if _is_elsewhere(pair)
        ),
        matches.match_rivals_again(by.account_id, ids),
        *matches.drop_rivals(by.account_id, ids),
        *(append(_event(by, Matched.MATCH_ACCEPTED, match=each, now=now)) for each in chosen),
    ]


# Where one of them is decided already, it hits fewer.
_ACCEPT: Final = """
  UPDATE bank_matches
  SET state = 'accepted', decided_by = ?3, decided_at = ?4, said = ?5, booked = ?6
  WHERE account_id = ?1 AND id IN (SELECT value FROM json_each(?2)) AND state = 'proposed'
"""
# What is accepted of an expense is its total as it is now.
_COUNT: Final = """
  UPDATE bank_pairs SET counts = 1,
    total = (SELECT total_minor FROM expenses WHERE id = document_id
        AND bank_pairs.document_kind = 'expense'),
    total_currency = (SELECT currency FROM expenses WHERE id = document_id
        AND bank_pairs.document_kind = 'expense')
  WHERE match_id IN (SELECT value FROM json_each(?1))
"""
# A pending entry whose money was booked with another amount will not be booked itself.
_REPLACE_HELD: Final = """
  UPDATE bank_entries SET status = 'replaced'
  WHERE +account_id = ?1 AND status = 'pending' AND id IN (
    SELECT p.entry_id FROM bank_pairs p JOIN bank_matches m ON m.id = p.match_id
    WHERE m.kind = 'hold' AND m.id IN (SELECT value FROM json_each(?2)))
"""
# No pending entry is explained, the documents exist, and no more of an expense or payout is
# explained than it comes to.
_FITS: Final = """
  NOT EXISTS (
    SELECT 1 FROM json_each(?2) JOIN bank_matches m ON m.id = json_each.value
    JOIN bank_pairs p ON p.match_id = m.id JOIN bank_entries e ON e.id = p.entry_id
    WHERE m.kind <> 'hold' AND e.status <> 'booked')
  AND NOT EXISTS (
    SELECT 1 FROM json_each(?2) JOIN bank_pairs p ON p.match_id = json_each.value
    LEFT JOIN expenses x ON x.id = p.document_id
    WHERE p.document_kind = 'expense' AND (x.id IS NULL OR x.status = 'voided' OR (
      SELECT SUM(s.settles) BETWEEN MIN(0, -x.total_minor) AND MAX(0, -x.total_minor)
      FROM bank_pairs s WHERE s.account_id = ?1 AND s.document_id = x.id AND s.counts = 1
    ) IS NOT TRUE))
  AND NOT EXISTS (
    SELECT 1 FROM json_each(?2) JOIN bank_pairs p ON p.match_id = json_each.value
    LEFT JOIN payouts x ON x.run_id = p.document_id
    WHERE p.document_kind = 'payout' AND (x.run_id IS NULL OR (
      SELECT SUM(s.settles) BETWEEN -x.amount AND 0
      FROM bank_pairs s WHERE s.account_id = ?1 AND s.document_id = x.run_id AND s.counts = 1
    ) IS NOT TRUE))
  AND NOT EXISTS (
    SELECT 1 FROM json_each(?2) JOIN bank_pairs p ON p.match_id = json_each.value
    LEFT JOIN claims x ON x.run_id = p.document_id
    WHERE p.document_kind = 'claim' AND x.run_id IS NULL)
  AND NOT EXISTS (
    SELECT 1 FROM json_each(?2) JOIN bank_pairs p ON p.match_id = json_each.value
    LEFT JOIN bank_entries x ON x.id = p.document_id
    WHERE p.document_kind = 'entry' AND x.id IS NULL)
"""
_IS_APPLIED: Final = """
  EXISTS (
    SELECT 1 FROM ledger_transactions WHERE account_id = ?1 AND id = ?2 AND outcome = 'applied')
"""


def _are_applied(
    account_id: str,
    key: str,
    moved: Sequence[Transfer | Reversal],
) -> Sequence[Statement]:
    """The guard that the ledger applied a fact, where anything moves."""
    if not moved:
        return ()
    return (must_be_applied(account_id, key),)


def must_be_applied(account_id: str, key: str) -> Statement:
    """The guard that the ledger applied a transaction."""
    return must_hold(_IS_APPLIED, account_id, key)


def fact_of(match: BankMatch) -> str:
    """The id of a match's transaction in the ledger."""
    return f"bank:{match.id}"


def _transfers(match: BankMatch, lines: Mapping[str, Line]) -> Iterator[Transfer]:
    """Make a transfer for each bank account and kind of document, of the day on which the bank
    booked the last of its lines. A pending line moves nothing.
    """
    by_accounts: dict[tuple[str, str, str], int] = {}
    days: dict[tuple[str, str, str], str] = {}
    for pair in match.pairs:
        line = lines[_line(pair)]
        if match.kind != "hold":
            place = (
                bank_account(line.account),
                contra(pair.document_kind, line.currency),
                line.currency,
            )
            by_accounts[place] = by_accounts.get(place, 0) + pair.amount
            if line.day is not None:
                days[place] = max(days.get(place, ""), line.day.isoformat())
    moved = [(place, amount) for place, amount in by_accounts.items() if amount]
    for number, (place, amount) in enumerate(moved, start=1):
        own, other, currency = place
        debit, credit = (own, other) if amount > 0 else (other, own)
        if len(moved) == 1:
            id_ = fact_of(match)
        else:
            id_ = f"{fact_of(match)}:{number}"
        yield Transfer(
            id_,
            debit,
            credit=credit,
            currency=currency,
            amount=abs(amount),
            reference=match.id,
            day=days.get(place),
        )


def in_facts(chosen: Sequence[BankMatch], lines: Mapping[str, Line]) -> Iterator[list[BankMatch]]:
    """Matches in groups, each of which one transaction of the ledger holds."""
    group: list[BankMatch] = []
    size = 0
    for match in chosen:
        count = len([*_transfers(match, lines)])
        if group and size + count > MOST_LINKED:
            yield group
            group = []
            size = 0
        group.append(match)
        size += count
    if group:
        yield group


async def undo(
    platform: Platform,
    by: Actor,
    chosen: Sequence[BankMatch],
    lines: Mapping[str, Line],
    reason: str | None,
) -> Sequence[Statement]:
    """What takes accepted matches back, by one fact that names what it undoes. As many at once as
    `in_facts` groups. The batch fails where one of them is not accepted any more.
    """
    now = to_text(platform.clock.now())
    statements_by_match = {each.id: [*_transfers(each, lines)] for each in chosen}
    reversals = [
        Reversal(f"{each.id}:undone", each.id, reference=id_, day=each.day)
        for id_, transfers in statements_by_match.items()
        for each in transfers
    ]
    facts: Sequence[Statement] = ()
    if len(chosen) == 1:
        key = fact_of(chosen[0])
    else:
        key = f"bank:{chosen[0].id}:{len(chosen)}"
    if reversals:
        if len(reversals) == 1:
            key = reversals[0].id
        else:
            key = f"{key}:undone"
        fact = await append_fact(
            platform.database, platform.clock, by=by, transaction=Transaction(key, tuple(reversals))
        )
        facts = fact.statements
    ids = dump([each.id for each in chosen])
    restore = """
      UPDATE bank_entries SET status = 'pending'
      WHERE +account_id = ?1 AND status = 'replaced' AND id IN (
        SELECT p.entry_id FROM bank_pairs p JOIN bank_matches m ON m.id = p.match_id
        WHERE m.kind = 'hold' AND m.id IN (SELECT value FROM json_each(?2)))
    """
    return [
        *must_hit(statement(_UNDO, [by.account_id, ids, reason, now]), rows=len(chosen)),
        *facts,
        *_are_applied(by.account_id, key, reversals),
        statement(
            "UPDATE bank_pairs SET counts = 0 WHERE match_id IN (SELECT value FROM json_each(?1))",
            [ids],
        ),
        statement(restore, [by.account_id, ids]),
        *(
            _effect(by, now, match=match, pair=pair, lines=lines, is_undone=True)
            for match in chosen
            for pair in match.pairs
            if _is_elsewhere(pair)
        ),
        statement(_FOLLOW_REVERSED, [by.account_id, ids, by.name, now, now[:10]]),
        *(
            append(_event(by, Matched.MATCH_UNDONE, match=each, now=now, more={"reason": reason}))
            for each in chosen
        ),
        matches.match_again(by.account_id),
    ]


# Where one of them is not accepted any more, it hits fewer.
_UNDO: Final = """
  UPDATE bank_matches SET state = 'undone', said = ?3, undone_at = ?4
  WHERE account_id = ?1 AND id IN (SELECT value FROM json_each(?2)) AND state = 'accepted'
"""


# Of payouts whose entry the bank took back, and did not: what their entries come to is looked at
# again.
_FOLLOW_REVERSED: Final = """
  INSERT INTO bank_effects
    (id, account_id, match_id, what, is_undone, document_id, currency, amount, settles, day, by,
      created_at)
  SELECT m.reversed_by || ':' || m.id || ':' || p.number || ':undone', ?1, m.reversed_by, 'payout',
    1,
    p.document_id,
    (SELECT currency FROM bank_entries WHERE id = p.entry_id), p.amount, p.settles, ?5, ?3, ?4
  FROM bank_matches m JOIN bank_pairs p ON p.match_id = m.id
  WHERE m.account_id = ?1 AND m.reversed_by IN (SELECT value FROM json_each(?2))
    AND p.document_kind = 'payout'
"""


def note_reversed(account_id: str, undone: Sequence[BankMatch], by: BankMatch) -> Statement:
    """Keep by which match the bank took back what some matches explained."""
    query = """
      UPDATE bank_matches SET reversed_by = ?3
      WHERE account_id = ?1 AND id IN (SELECT value FROM json_each(?2))
    """
    return statement(query, [account_id, dump([each.id for each in undone]), by.id])


def _is_elsewhere(pair: MatchedPair) -> bool:
    """Whether the pair is also a claim's payment, or says something of a payout."""
    return pair.document_kind in {"claim", "payout"}


def _effect(
    by: Actor,
    now: str,
    match: BankMatch,
    pair: MatchedPair,
    lines: Mapping[str, Line],
    *,
    is_undone: bool = False,
) -> Statement:
    line = lines[_line(pair)]
    number = match.pairs.index(pair) + 1
    day = line.on.isoformat() if line.on is not None else now[:10]
    values: dict[str, Value] = {
        "id": f"{match.id}:{number}{':undone' if is_undone else ''}",
        "account_id": by.account_id,
        "match_id": match.id,
        "what": pair.document_kind,
        "is_undone": int(is_undone),
        "document_id": pair.document_id,
        "currency": line.currency,
        "amount": pair.amount,
        "settles": pair.settles,
        "day": day,
        "said": _first_words(line),
        "by": by.name,
        "created_at": now,
    }
    return insert_row("bank_effects", values)


def _first_words(line: Line) -> str | None:
    """A reference of the payer, or of the bank."""
    words = next(iter(line.references), None) or line.text
    printable = "".join(each for each in words if each.isprintable()).strip()
    return printable[:100] or None


def _line(pair: MatchedPair) -> str:
    return line_id(pair.entry_id, pair.payment)


def _event(
    by: Actor, action: Matched, match: BankMatch, now: str, more: JsonObject | None = None
) -> AuditEvent:
    detail: JsonObject = {
        "match": match.id,
        "entries": [*dict.fromkeys(pair.entry_id for pair in match.pairs)],
        "documents": [*dict.fromkeys(pair.document_id for pair in match.pairs)],
        **(more or {}),
    }
    return by.event(action, f"{action}:{match.id}", at=now, detail=detail)
