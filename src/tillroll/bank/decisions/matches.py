"""Rows of matches and their pairs, and of what decisions have taught."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, LiteralString

from tillroll.bank.decisions.lines import entry_of
from tillroll.bank.decisions.models import BankMatch, MatchedPair, MatchState, NewPair, Pairable
from tillroll.bank.texts import in_texts
from tillroll.claims import naming
from tillroll_documents.matching.models import (
    Alias,
    Document,
    DocumentKind,
    Knowledge,
    Line,
    Match,
)
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import Database, Row, of_row, text
from tillroll_durable.platform.json import Json, dump, load_texts
from tillroll_durable.platform.tables import ACCOUNT, Gone, Table

TITLE: Final = f"""
  CASE p.document_kind
    WHEN 'expense' THEN (SELECT merchant || ', ' || date FROM expenses WHERE id = p.document_id)
    WHEN 'claim' THEN (SELECT {naming.TITLE.format(claims="claims")} FROM claims
                       WHERE run_id = p.document_id)
    WHEN 'payout' THEN (SELECT 'Payout to ' || y.name || ', ' || o.reference FROM payouts o
                        JOIN payees y ON y.id = o.payee_id WHERE o.run_id = p.document_id)
    WHEN 'own_account' THEN (SELECT name FROM bank_accounts WHERE id = p.document_id)
    WHEN 'entry' THEN (SELECT COALESCE(counterparty, words) || ', ' || day FROM bank_entries
                       WHERE id = p.document_id)
    ELSE 'Bank fees' END
"""
"""How the document of a pair `p` is called; NULL where it is not there any more."""
_SELECT: Final = f"""
  SELECT p.*, (SELECT currency FROM bank_entries WHERE id = p.entry_id) AS currency,
    {TITLE} AS title
  FROM bank_pairs p
"""
_MATCH: Final = "SELECT m.* FROM bank_matches m"
_CHOSEN: Final = """
  SELECT m.* FROM bank_matches m
  WHERE m.account_id = ?2 AND m.id IN (SELECT value FROM json_each(?1))
"""
_PAIRS: Final = f"""
  {_SELECT} WHERE p.match_id IN (SELECT value FROM json_each(?1))
  ORDER BY p.match_id, p.number
"""
# What was proposed or accepted for some entries, by the pairs of these.
_OF_ENTRIES: Final = """
  SELECT m.id FROM json_each(?1) CROSS JOIN bank_pairs p ON p.entry_id = json_each.value
  CROSS JOIN bank_matches m ON m.id = p.match_id
  WHERE +m.account_id = ?2 AND m.state IN ('proposed', 'accepted')
"""
_OF_DOCUMENT: Final = """
  SELECT p.match_id FROM bank_pairs p INDEXED BY bank_pairs_by_document
  WHERE p.account_id = ?1 AND p.document_id = ?5
"""
_MATCHES_OF: Final = f"{_MATCH} WHERE m.id IN ({_OF_ENTRIES})"
_PAIRS_OF: Final = f"""
  {_SELECT} WHERE p.match_id IN ({_OF_ENTRIES}) ORDER BY p.match_id, p.number
"""


@dataclass(frozen=True)
class NewMatch:
    """A match that is about to be written."""

    id: str
    kind: str
    level: str
    score: int
    reasons: Sequence[str]
    twins: Sequence[str]
    pairs: Sequence[NewPair]


_KINDS: Final[Mapping[DocumentKind, Pairable]] = {
    DocumentKind.EXPENSE: "expense",
    DocumentKind.CLAIM: "claim",
    DocumentKind.PAYOUT: "payout",
    DocumentKind.FEE: "fee",
    DocumentKind.OWN_ACCOUNT: "own_account",
}


def as_new(
    id_: str, match: Match, lines: Mapping[str, Line], documents: Mapping[str, Document]
) -> NewMatch:
    """A match that was found, as rows. Lines that are matched with each other name each other as
    documents.
    """
    pairs = [
        NewPair(
            *entry_of(pair.line),
            _KINDS[documents[pair.document].kind],
            pair.document,
            pair.amount,
            pair.settles,
        )
        for pair in match.pairs
    ]
    if not pairs:
        first, *others = match.lines
        # Of a hold only the pending line is explained: the booked one still needs its document.
        if match.kind.value == "hold":
            explained = (first,)
        else:
            explained = match.lines
        pairs = [
            NewPair(
                *entry_of(line),
                "entry",
                others[0] if line == first else first,
                lines[line].amount,
                0,
            )
            for line in explained
        ]
    return NewMatch(
        id_,
        match.kind.value,
        level=match.level.value,
        score=match.score,
        reasons=match.reasons,
        twins=match.twins,
        pairs=pairs,
    )


async def preview(database: Database, account_id: str, new: NewMatch, now: str) -> BankMatch:
    """A match that is not written yet, as it will be read."""
    pairs: list[Json] = []
    for number, pair in enumerate(new.pairs, start=1):
        pairs.append({"number": number, **vars(pair)})
    rows = await database.all(statement(_UNWRITTEN, [account_id, dump(pairs), new.id]))
    head: Row = {
        "id": new.id,
        "state": "proposed",
        "kind": new.kind,
        "level": new.level,
        "score": new.score,
        "reasons": dump([*new.reasons]),
        "twins": dump([*new.twins]),
        "created_at": now,
        "decided_by": None,
        "decided_at": None,
        "said": None,
    }
    [match] = _matches([head], rows)
    return match


_UNWRITTEN: Final = f"""
  SELECT p.*, {TITLE} AS title,
    (SELECT currency FROM bank_entries WHERE id = p.entry_id AND account_id = ?1) AS currency
  FROM (
    SELECT ?3 AS match_id, value ->> 'number' AS number, value ->> 'entry_id' AS entry_id,
      value ->> 'payment' AS payment, value ->> 'document_kind' AS document_kind,
      value ->> 'document_id' AS document_id, value ->> 'amount' AS amount,
      value ->> 'settles' AS settles
    FROM json_each(?2)) p
  ORDER BY number
"""


def insert_matches(account_id: str, matches: Sequence[NewMatch], now: str) -> Sequence[Statement]:
    """Propose matches. A line that has an accepted match for all of it by now gets none."""
    heads: list[Json] = [
        {
            "id": each.id,
            "kind": each.kind,
            "level": each.level,
            "score": each.score,
            "reasons": dump([*each.reasons]),
            "twins": dump([*each.twins]),
        }
        for each in matches
    ]
    pairs: list[Json] = [
        {"match": each.id, "number": number, **vars(pair)}
        for each in matches
        for number, pair in enumerate(each.pairs, start=1)
    ]
    head = """
      INSERT INTO bank_matches (
        id, account_id, state, kind, level, score, reasons, twins, created_at)
      SELECT value ->> 'id', ?1, 'proposed', value ->> 'kind', value ->> 'level', value ->> 'score',
        value ->> 'reasons', value ->> 'twins', ?2
      FROM json_each(?3) WHERE true ON CONFLICT (id) DO NOTHING
    """
    pair = """
      INSERT INTO bank_pairs
        (match_id, number, account_id, entry_id, payment, document_kind, document_id, amount,
            settles)
      SELECT value ->> 'match', value ->> 'number', ?1, value ->> 'entry_id', value ->> 'payment',
        value ->> 'document_kind', value ->> 'document_id', value ->> 'amount', value ->> 'settles'
      FROM json_each(?2) WHERE true ON CONFLICT (match_id, number) DO NOTHING
    """
    return [
        *(statement(head, [account_id, now, each]) for each in in_texts(heads)),
        *(statement(pair, [account_id, each]) for each in in_texts(pairs)),
    ]


def drop_proposals(account_id: str, entry_ids: Iterable[str]) -> Sequence[Statement]:
    """Take back what was proposed for entries: it is about to be proposed anew."""
    those = "SELECT value AS entry_id FROM json_each(?2)"
    return _drop(account_id, those, in_texts(sorted({*entry_ids})))


def drop_rivals(account_id: str, ids: str) -> Sequence[Statement]:
    """Take back what else was proposed for entries that matches explain in whole, and with
    documents that they use up. `ids`: of the matches, as JSON.
    """
    those = """
      SELECT DISTINCT p.entry_id FROM json_each(?2)
      CROSS JOIN bank_pairs p ON p.match_id = json_each.value
      JOIN bank_entries e ON e.id = p.entry_id WHERE e.explained = e.amount
    """
    return [*_drop(account_id, those, [ids]), statement(_USED_UP, [account_id, ids])]


# Money that came back is proposed with what was paid.
_USED_UP: Final = """
  DELETE FROM bank_matches WHERE id IN (
    SELECT m.id FROM bank_pairs own CROSS JOIN bank_pairs p
      ON p.account_id = ?1 AND p.document_id = own.document_id AND p.counts = 0
      CROSS JOIN bank_matches m ON m.id = p.match_id
    WHERE own.match_id IN (SELECT value FROM json_each(?2))
      AND own.document_kind IN ('expense', 'payout')
      AND m.state = 'proposed' AND m.kind <> 'refund'
      AND (SELECT SUM(s.settles) FROM bank_pairs s
           WHERE s.account_id = ?1 AND s.document_id = own.document_id AND s.counts = 1)
        = CASE own.document_kind
            WHEN 'expense' THEN (SELECT -total_minor FROM expenses WHERE id = own.document_id)
            ELSE (SELECT -amount FROM payouts WHERE run_id = own.document_id) END)
"""


def _drop(account_id: str, those: LiteralString, texts: Iterable[str]) -> Sequence[Statement]:
    # By the entries, else SQLite looks through all that is proposed. Their pairs go with them.
    query = f"""
      DELETE FROM bank_matches WHERE id IN (
        SELECT m.id FROM ({those}) own CROSS JOIN bank_pairs p ON p.entry_id = own.entry_id
        CROSS JOIN bank_matches m ON m.id = p.match_id
        WHERE +m.account_id = ?1 AND +m.state = 'proposed')
    """
    return [statement(query, [account_id, each]) for each in texts]


async def load_matches(database: Database, account_id: str, ids: Sequence[str]) -> list[BankMatch]:
    """Matches by their ids, in the order of these."""
    heads, pairs = await database.batch(
        [
            statement(_CHOSEN, [dump([*ids]), account_id]),
            statement(_PAIRS, [dump([*ids])]),
        ]
    )
    matches_by_id = {each.id: each for each in _matches(heads, pairs)}
    return [matches_by_id[each] for each in ids if each in matches_by_id]


async def matches_of(
    database: Database, account_id: str, entry_ids: Sequence[str]
) -> dict[str, list[BankMatch]]:
    """What was proposed or accepted for entries, by entry, the best first."""
    those = dump([*entry_ids])
    heads, pairs = await database.batch(
        [statement(_MATCHES_OF, [those, account_id]), statement(_PAIRS_OF, [those, account_id])]
    )
    matches = _matches(heads, pairs)
    matches.sort(
        key=lambda each: (each.state != "accepted", -each.score, each.level != "tie", each.id)
    )
    matches_by_line: dict[str, list[BankMatch]] = {}
    for match in matches:
        for entry_id in dict.fromkeys(pair.entry_id for pair in match.pairs):
            matches_by_line.setdefault(entry_id, []).append(match)
    return matches_by_line


async def list_matches(
    database: Database,
    account_id: str,
    state: MatchState | None,
    document: str | None,
    cursor: str,
    limit: int,
) -> list[BankMatch]:
    """The newest first, after the id `cursor`; of one state, of one document, or all."""
    # Of a document there are few: without the plus, SQLite goes through all matches of the account.
    if document is None:
        chosen = "m.account_id = ?1"
    else:
        chosen = f"+m.account_id = ?1 AND m.id IN ({_OF_DOCUMENT})"
    query = f"""
      SELECT m.id FROM bank_matches m WHERE {chosen} AND m.id < ?2 AND (?4 IS NULL OR m.state = ?4)
      ORDER BY m.id DESC LIMIT ?3
    """
    values = () if document is None else (document,)
    rows = await database.all(statement(query, [account_id, cursor, limit, state, *values]))
    return await load_matches(database, account_id, [text(row, "id") for row in rows])


async def may_say_elsewhere(database: Database, entry_ids: Iterable[str]) -> bool:
    """Whether one of some entries may be a payout's or a claim's: one is proposed for it, or the
    entry names a payout, or goes to a payee."""
    return await database.first(statement(_MAY_SAY_ELSEWHERE, [dump([*entry_ids])])) is not None


_MAY_SAY_ELSEWHERE: Final = """
  SELECT 1 FROM json_each(?1) CROSS JOIN bank_pairs p ON p.entry_id = json_each.value
  CROSS JOIN bank_matches m ON m.id = p.match_id
  WHERE m.state = 'proposed' AND p.document_kind IN ('claim', 'payout')
  UNION ALL
  SELECT 1 FROM json_each(?1) CROSS JOIN bank_entries e ON e.id = json_each.value
  CROSS JOIN payouts o ON o.run_id = replace(e.end_to_end_id, '-', '_')
  UNION ALL
  SELECT 1 FROM json_each(?1) CROSS JOIN bank_entries e ON e.id = json_each.value
  CROSS JOIN payees y ON y.account_id = e.account_id AND y.paid_to = e.counterparty_mark
  LIMIT 1
"""


def _matches(heads: Sequence[Row], pairs: Sequence[Row]) -> list[BankMatch]:
    pairs_by_match: dict[str, list[MatchedPair]] = {}
    for row in pairs:
        pairs_by_match.setdefault(text(row, "match_id"), []).append(of_row(MatchedPair, row))
    return [
        of_row(
            BankMatch,
            row,
            reasons=load_texts(text(row, "reasons")),
            twins=load_texts(text(row, "twins")),
            pairs=pairs_by_match.get(text(row, "id"), []),
        )
        for row in heads
    ]


async def load_knowledge(database: Database, account_id: str) -> Knowledge:
    """Load what decisions have taught."""
    aliases, declined = await database.batch(
        [
            statement(
                "SELECT payee, merchant, accepted, declined FROM bank_aliases WHERE account_id = ?",
                [account_id],
            ),
            statement(
                "SELECT line_id, document_id FROM bank_declined WHERE account_id = ?", [account_id]
            ),
        ]
    )
    return Knowledge(
        {(text(row, "payee"), text(row, "merchant")): of_row(Alias, row) for row in aliases},
        frozenset((text(row, "line_id"), text(row, "document_id")) for row in declined),
    )


def teach(
    account_id: str,
    pairs: Sequence[tuple[str, str]],
    alias: tuple[str, str] | None,
    *,
    is_accepted: bool,
) -> Sequence[Statement]:
    """Keep what a decision on some lines with documents teaches; `alias` are the keys of payee and
    merchant.
    """
    those: list[Json] = [[line, document] for line, document in pairs]
    if is_accepted:
        learned = [forget_decline(account_id, pairs)]
    else:
        learned = [
            statement(
                """
                INSERT INTO bank_declined (account_id, line_id, document_id)
                SELECT ?1, value ->> 0, value ->> 1 FROM json_each(?2) WHERE true
                ON CONFLICT DO NOTHING
                """,
                [account_id, dump(those)],
            )
        ]
    if alias is not None:
        counted = (1, 0) if is_accepted else (0, 1)
        learned.append(
            statement(
                """
                INSERT INTO bank_aliases (account_id, payee, merchant, accepted, declined)
                VALUES (?1, ?2, ?3, CAST(?4 AS INTEGER), CAST(?5 AS INTEGER))
                ON CONFLICT (account_id, payee, merchant) DO UPDATE SET
                  accepted = MIN(accepted + excluded.accepted, 1000000),
                  declined = MIN(declined + excluded.declined, 1000000)
                """,
                [
                    account_id,
                    *alias,
                    *counted,
                ],
            )
        )
    return learned


def forget_decline(account_id: str, pairs: Sequence[tuple[str, str]]) -> Statement:
    """Forget that a person declined some pairs: they may be proposed again."""
    those: list[Json] = [[line, document] for line, document in pairs]
    query = """
      DELETE FROM bank_declined WHERE account_id = ?1 AND (line_id, document_id) IN (
        SELECT value ->> 0, value ->> 1 FROM json_each(?2))
    """
    return statement(query, [account_id, dump(those)])


def note_matching(account_id: str) -> Statement:
    """From now on, changed documents have the account's entries matched again."""
    return statement(
        "INSERT INTO bank_matching (account_id) VALUES (?) ON CONFLICT DO NOTHING", [account_id]
    )


def match_again(account_id: str) -> Statement:
    """Have the account's open entries matched again, soon."""
    return statement(_MARK_DUE.format(where="true"), [account_id])


def match_rivals_again(account_id: str, ids: str) -> Statement:
    """Match again where accepted matches leave rivals that fit no more. `ids`: of the
    matches, as JSON.
    """
    return statement(_MARK_DUE.format(where=_HAS_RIVALS), [account_id, ids])


_MARK_DUE: Final = """
  INSERT INTO bank_matching (account_id, is_due) SELECT ?1, 1 WHERE {where}
  ON CONFLICT (account_id) DO UPDATE SET is_due = is_due + 1, reached = NULL
"""
# What was proposed for other entries with one of these entries or documents does not fit any more.
# Fees are never used up, nor are other accounts.
_HAS_RIVALS: Final = """
  EXISTS (
    SELECT 1 FROM bank_pairs own CROSS JOIN bank_pairs p ON p.entry_id = own.entry_id
      CROSS JOIN bank_matches m ON m.id = p.match_id
      CROSS JOIN bank_pairs other ON other.match_id = m.id
    WHERE own.match_id IN (SELECT value FROM json_each(?2)) AND m.state = 'proposed'
      AND other.entry_id <> own.entry_id
  ) OR EXISTS (
    SELECT 1 FROM bank_pairs own CROSS JOIN bank_pairs p
      ON p.account_id = ?1 AND p.document_id = own.document_id AND p.counts = 0
      CROSS JOIN bank_matches m ON m.id = p.match_id
    WHERE own.match_id IN (SELECT value FROM json_each(?2)) AND m.state = 'proposed'
      AND own.document_kind IN ('expense', 'claim', 'payout')
  )
"""


TABLES: Final = (
    Table("bank_effects", Gone(ACCOUNT)),
    Table("bank_pairs", Gone(ACCOUNT), key="match_id, number"),
    Table("bank_matches", Gone(ACCOUNT)),
    Table("bank_declined", Gone(ACCOUNT), key="account_id, line_id, document_id"),
    Table("bank_aliases", Gone(ACCOUNT), key="account_id, payee, merchant"),
    Table("bank_matching", Gone(ACCOUNT), key="account_id"),
)
