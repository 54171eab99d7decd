"""What can explain entries, as matching sees it: expenses, claims and payouts with what is open of
them, the bank's fees, and the other own accounts.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final, LiteralString

from tillroll.bank.decisions.models import FoundDocument, MatchedPair
from tillroll.bank.decisions.tips import may_have_tip
from tillroll.claims import naming
from tillroll.expenses.search.plain_text import plain
from tillroll.payouts.sepa import as_reference
from tillroll_documents.matching.lags import EARLIEST
from tillroll_documents.matching.models import Document, DocumentKind
from tillroll_documents.reading import words
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    digits,
    integer,
    optional_integer,
    optional_text,
    text,
)
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.naming import may_say

BEFORE: Final = timedelta(days=60)
"""How long before an entry its document may be, unless the amount tells. A claim may be older: it
is paid late, in parts, or together with others, and its payment is returned with a fee.
"""
AFTER: Final = timedelta(days=EARLIEST)
LONGEST: Final = timedelta(days=400)
"""No document is older than this."""
_MOST_COMPARED: Final = 5_000
"""Documents that are compared with the entries of a window, of each kind."""
_MOST_RESULTS: Final = 20
_MOST_IN_CASH: Final = 5
# Documents that may have a phrase: most accounts have few whose name has a letter beyond ASCII.
_LOOKS: Final = (1_000, 10_000)
_MOST_UNPAID: Final = 1_000
FEE_WORDS: Final = (
    "service charge",
    *sorted(
        words("""
            kontoführung kontofuehrung entgelt entgelte gebühr gebühren gebuehr gebuehren
            abschluss rechnungsabschluss entgeltabschluss kontoabschluss kontoführungsentgelt
            kontofuehrungsentgelt kontoführungsgebühr kontofuehrungsgebuehr
            kontoführungsgebühren kontoführungspreis kartenpreis kartenentgelt kartengebühr
            kartengebuehr grundentgelt grundgebühr buchungsentgelt buchungsgebühr
            auslandsentgelt auslandseinsatzentgelt auslandseinsatzgebühr fremdwährungsentgelt
            rücklastschriftentgelt rücklastschriftgebühr ruecklastschriftgebuehr retourengebühr
            depotgebühr überweisungsentgelt überweisungsgebühr kosten spesen fee fees charge
            charges commission frais cotisation commissioni commissione canone spese comisión
            comisiones opłata opłaty prowizja avgift avgifter kontoavgift årsavgift gebyr gebyrer
            årsgebyr palvelumaksu poplatek poplatky poplatok provize díj díjak számlavezetési
            jutalék despesas comissão comissões comisioane
        """)
    ),
)
"""How banks call what they take for themselves, in the languages that are read; whole words."""
_LARGEST_FEE: Final = 5_000
"""Minor units: more than that is asked of a person."""

_SETTLED: Final = """
  (SELECT COALESCE(SUM(p.settles), 0) FROM bank_pairs p
   WHERE p.account_id = ?1 AND p.document_id = {id} AND p.counts = 1)
"""
# A person, and not the receipt alone, says how an expense was paid.
_SAID_CASH: Final = """
  e.payment_method = 'cash' AND (e.origin <> 'receipt' OR EXISTS (
    SELECT 1 FROM expense_changes h
    JOIN expense_change_values v ON v.change_id = h.id AND v.field = 'paymentMethod'
    WHERE h.expense_id = e.id))
"""
# Without what came back of it: that is no payment that lacks.
_PAID: Final = """
  (SELECT COALESCE(SUM(p.settles), 0) FROM bank_pairs p
   WHERE p.account_id = ?1 AND p.document_id = e.id AND p.counts = 1
     AND (p.settles < 0) = (e.total_minor > 0))
"""
# Of a purchase the money leaves, so its amount is negative; a credit note brings it back. Each
# expense has a conversion, at a rate of 1 in the base currency: only one into another counts.
_EXPENSES: Final = f"""
  SELECT 'expense' AS kind, e.id, -e.total_minor AS amount,
    -e.total_minor - {_SETTLED.format(id="e.id")} AS remainder,
    -e.total_minor - {_PAID} AS unpaid,
    e.currency, e.date AS day, e.due_date AS due, e.merchant AS name,
    e.registered_name AS other_name,
    CASE e.paid_by WHEN 'employee' THEN (SELECT name FROM users u WHERE u.id = e.person)
        END AS payee,
    e.receipt_number AS reference, NULL AS other_reference, NULL AS account,
    -c.total_minor AS converted, c.base_currency AS converted_currency, e.paid_by, 0 AS by_entries,
    e.merchant AS title,
    e.payment_method IS 'cash' AS says_cash, e.category,
    (SELECT g.starter FROM categories g WHERE g.account_id = ?1 AND g.name = e.category) AS starter,
    e.person
  FROM expenses e
  LEFT JOIN expense_conversions c ON c.expense_id = e.id AND c.base_currency <> e.currency
  WHERE e.account_id = ?1 AND e.status <> 'voided' AND ({_SAID_CASH}) IS NOT 1
    AND (e.paid_by = 'company'
      OR NOT EXISTS (SELECT 1 FROM claim_items i WHERE i.expense_id = e.id
          AND i.released_at IS NULL))
    AND NOT EXISTS (SELECT 1 FROM payout_expenses x WHERE x.expense_id = e.id
        AND x.released_at IS NULL)
"""
# A customer pays in; to a person the company pays out. What is about to be recorded of it is taken
# off already.
_CLAIMS: Final = f"""
  SELECT 'claim' AS kind, c.run_id AS id, side.sign * (c.claimed - c.credited) AS amount,
    side.sign * (c.claimed - c.credited - c.applied - c.written_off - (
      SELECT COALESCE(SUM((1 - 2 * x.is_undone) * side.sign
        * CASE x.currency WHEN c.currency THEN x.amount ELSE x.settles END), 0) FROM bank_effects x
      WHERE x.account_id = ?1 AND x.document_id = c.run_id AND x.done_at IS NULL)) AS remainder,
    NULL AS unpaid, c.currency, c.issued_on AS day, c.due_on AS due,
    CASE c.payer_kind WHEN 'customer' THEN c.payer_name
      ELSE (SELECT name FROM users u WHERE u.id = substr(c.asked_by, 6)) END AS name,
    NULL AS other_name, NULL AS payee,
    {naming.NUMBER.format(claims="c")} AS reference, NULL AS other_reference,
    NULL AS account, NULL AS converted, NULL AS converted_currency, NULL AS paid_by,
    {_SETTLED.format(id="c.run_id")} AS by_entries,
    {naming.TITLE.format(claims="c")} AS title,
    0 AS says_cash, NULL AS category, NULL AS starter, NULL AS person
  FROM claims c JOIN (SELECT 'customer' AS payer_kind, 1 AS sign UNION ALL SELECT 'company',
      -1) side
    ON side.payer_kind = c.payer_kind
  WHERE c.account_id = ?1 AND c.number IS NOT NULL AND c.is_withdrawn = 0
"""
_PAYOUTS: Final = f"""
  SELECT 'payout' AS kind, p.run_id AS id, -p.amount AS amount,
    -p.amount - {_SETTLED.format(id="p.run_id")} AS remainder, NULL AS unpaid, p.currency,
    substr(p.created_at, 1, 10) AS day, NULL AS due, y.name, y.recipient AS other_name,
    NULL AS payee, p.reference,
    i.file_id AS other_reference,
    CASE y.paid_by WHEN 'file' THEN y.paid_to END AS account, NULL AS converted,
    NULL AS converted_currency,
    NULL AS paid_by, 0 AS by_entries,
    'Payout to ' || y.name || ', ' || p.reference AS title, 0 AS says_cash,
    NULL AS category, NULL AS starter, NULL AS person
  FROM payouts p JOIN payees y ON y.id = p.payee_id
  LEFT JOIN payment_instructions i ON i.run_id = p.run_id
  WHERE p.account_id = ?1 AND (p.debited_by IS NOT NULL OR p.delivered_by IS NOT NULL OR EXISTS (
    SELECT 1 FROM bank_pairs b
    WHERE b.account_id = ?1 AND b.document_id = p.run_id AND b.counts = 1))
"""
_OF: Final[Mapping[str, LiteralString]] = {
    "expense": _EXPENSES,
    "claim": _CLAIMS,
    "payout": _PAYOUTS,
}
_ALL: Final = " UNION ALL ".join(f"SELECT * FROM ({each})" for each in _OF.values())
# What was read as paid in cash may be so.
_UNPAID: Final = f"""
  SELECT * FROM ({_ALL})
  WHERE COALESCE(unpaid, remainder) <> 0 AND day BETWEEN ?2 AND ?3 AND paid_by IS NOT 'employee'
    AND says_cash = 0
"""


# Who said last how it was paid, else who handed it in.
_CANDIDATES: Final = f"""
  SELECT e.id, e.merchant || ', ' || e.date AS title, e.merchant AS name,
    e.receipt_number AS reference, e.date AS day, -e.total_minor AS amount, e.currency, COALESCE(
    (SELECT u.name FROM expense_changes h
     JOIN expense_change_values v ON v.change_id = h.id AND v.field = 'paymentMethod'
     LEFT JOIN tokens t ON h.actor = 'token:' || t.id
     JOIN users u ON u.id = COALESCE(t.user_id, substr(h.actor, 6))
     WHERE h.expense_id = e.id ORDER BY h.version DESC LIMIT 1),
    (SELECT name FROM users WHERE id = e.person)) AS said_by
  FROM expenses e WHERE e.account_id = ?1 AND e.status <> 'voided' AND {_SAID_CASH}
"""
_SAID_OF_EXPENSE: Final = "(e.merchant || ' ' || COALESCE(e.receipt_number, ''))"
_CASH_FOUND: Final = f"""
  {_CANDIDATES}
  AND (?2 IS NULL OR {may_say(_SAID_OF_EXPENSE)})
    AND (?3 IS NULL OR abs(e.total_minor) = abs(CAST(?3 AS INTEGER)))
  ORDER BY abs(julianday(e.date) - julianday(COALESCE(?4, e.date))), e.date DESC, e.id DESC
  LIMIT ?5 OFFSET ?6
"""


async def load_documents(
    database: Database, account_id: str, amounts: Iterable[int], first: date, last: date
) -> list[Document]:
    """The documents that can explain entries of some days and amounts: recent ones, claims, and
    older ones of just these amounts. Also settled ones that a refund may concern; and the rules.
    """
    both = sorted({sign * each for each in amounts for sign in (1, -1)})
    ids_by_json = dump([*both])
    documents: list[Document] = []
    for query in _OF.values():
        sql = f"""
          SELECT * FROM ({query}) WHERE day <= ?3 AND day >= ?2
            AND (day >= ?4 OR kind = 'claim' OR amount IN (SELECT value FROM json_each(?5))
              OR remainder IN (SELECT value FROM json_each(?5)))
          ORDER BY day DESC, id DESC LIMIT {digits(_MOST_COMPARED)}
        """
        days = (first - LONGEST, last + AFTER, first - BEFORE)
        rows = await database.all(
            statement(sql, [account_id, *(each.isoformat() for each in days), ids_by_json])
        )
        documents += [_document(row) for row in rows]
    return [*documents, *await _rules(database, account_id)]


def _document(row: Row) -> Document:
    kind = DocumentKind(text(row, "kind"))
    names = [optional_text(row, name) for name in ("payee", "name", "other_name")]
    references = [optional_text(row, "reference"), optional_text(row, "other_reference")]
    if kind is DocumentKind.PAYOUT:
        references = [
            references[0],
            *(as_reference(each) for each in (text(row, "id"), references[1]) if each),
        ]
    account = optional_text(row, "account")
    merchants = tuple(dict.fromkeys(each for each in names if each))
    categories = (optional_text(row, "category"), optional_text(row, "starter"))
    day = optional_text(row, "day")
    due = optional_text(row, "due")
    return Document(
        id=text(row, "id"),
        kind=kind,
        amount=integer(row, "amount"),
        currency=text(row, "currency"),
        remainder=_within(integer(row, "amount"), integer(row, "remainder")),
        day=None if day is None else date.fromisoformat(day),
        due=None if due is None else _day_or_none(due),
        converted=_converted(row),
        converted_currency=optional_text(row, "converted_currency"),
        names=merchants,
        accounts=() if account is None else (account,),
        references=tuple(each for each in references if each),
        allows_tip=kind is DocumentKind.EXPENSE and may_have_tip(merchants, *categories),
        says_cash=row["says_cash"] == 1,
        employee=_employee(row),
        by_entries=integer(row, "by_entries"),
        person=optional_text(row, "person"),
    )


def _converted(row: Row) -> int | None:
    """What is open of a document in the other currency, which has the whole at a published rate."""
    whole = optional_integer(row, "converted")
    amount = integer(row, "amount")
    if whole is None or not amount:
        return whole
    remainder = _within(amount, integer(row, "remainder"))
    return round(Fraction(whole * remainder, amount))


def _employee(row: Row) -> str | None:
    """The name of the employee who paid; "" where the person is erased, since the company did not
    pay.
    """
    if row["paid_by"] != "employee":
        return None
    return optional_text(row, "payee") or ""


def _within(amount: int, remainder: int) -> int:
    """What is open of it: never more than the whole, nor less than nothing."""
    if amount < 0:
        return max(amount, min(remainder, 0))
    return min(amount, max(remainder, 0))


def _day_or_none(text_: str) -> date | None:
    try:
        return date.fromisoformat(text_)
    except ValueError:  # as it was read from a document
        return None


async def _rules(database: Database, account_id: str) -> list[Document]:
    query = "SELECT id, name, currency, mark FROM bank_accounts WHERE account_id = ? ORDER BY id"
    rows = await database.all(statement(query, [account_id]))
    own = [
        Document(
            id=text(row, "id"),
            kind=DocumentKind.OWN_ACCOUNT,
            amount=0,
            currency=text(row, "currency"),
            remainder=0,
            names=(text(row, "name"),),
            accounts=(text(row, "mark"),),
        )
        for row in rows
        if row["mark"] is not None
    ]
    fees = [
        Document(
            id=fee_id(currency),
            kind=DocumentKind.FEE,
            amount=-_LARGEST_FEE,
            currency=currency,
            remainder=0,
            names=FEE_WORDS,
        )
        for currency in sorted({text(row, "currency") for row in rows})
    ]
    return [*own, *fees]


def fee_id(currency: str) -> str:
    """The document that stands for what banks take for themselves."""
    return f"fee:{currency}"


async def find_documents(
    database: Database, account_id: str, kind: str, ids: Sequence[str]
) -> dict[str, tuple[Document, str]]:
    """Documents of a kind by their ids, each with its title."""
    if kind not in _OF:
        return {}
    sql = f"SELECT * FROM ({_OF[kind]}) WHERE id IN (SELECT value FROM json_each(?2))"
    rows = await database.all(statement(sql, [account_id, dump([*ids])]))
    return {text(row, "id"): (_document(row), text(row, "title")) for row in rows}


async def list_unpaid(
    database: Database, account_id: str, first: date, last: date
) -> list[FoundDocument]:
    """Documents of some days that no entry pays, in whole or in part: the oldest first, 1,000 at
    most. What an employee paid is no matter of the bank's until it is paid back.
    """
    query = f"{_UNPAID} ORDER BY day, id LIMIT {digits(_MOST_UNPAID)}"
    rows = await database.all(statement(query, [account_id, first.isoformat(), last.isoformat()]))
    return [_document_from(row) for row in rows]


async def count_unpaid(database: Database, account_id: str, first: date, last: date) -> int:
    """How many documents of some days no entry pays."""
    query = f"SELECT COUNT(*) AS found FROM ({_UNPAID})"
    rows = await database.all(statement(query, [account_id, first.isoformat(), last.isoformat()]))
    return integer(rows[0], "found")


async def load_paired(
    database: Database, account_id: str, pairs: Iterable[MatchedPair]
) -> dict[str, Document]:
    """The documents of pairs, by their ids; without rules, and without what is not there any
    more.
    """
    ids: dict[str, dict[str, None]] = {}
    for pair in pairs:
        ids.setdefault(pair.document_kind, {})[pair.document_id] = None
    documents: dict[str, Document] = {}
    for kind, those in ids.items():
        documents_by_id = await find_documents(database, account_id, kind=kind, ids=[*those])
        documents |= {id_: document for id_, (document, _) in documents_by_id.items()}
    return documents


_IS_PAID: Final = "(remainder <> amount OR by_entries <> 0)"
_IS_OPEN: Final = "remainder <> 0"


async def search_documents(
    database: Database,
    account_id: str,
    words: str | None,
    amount: int | None,
    around: date | None,
    *,
    paid: bool,
) -> list[FoundDocument]:
    """Open documents by a part of their title or reference, or by the amount that is open; those
    near a day first. `paid`: those that were paid, in whole or in part, for a refund of them.
    """
    phrase = None if words is None else plain(words.strip())
    query = f"""
      SELECT * FROM ({_ALL}) WHERE {_IS_PAID if paid else _IS_OPEN}
        AND (?2 IS NULL OR {may_say("(title || ' ' || COALESCE(reference, ''))")})
        AND (?3 IS NULL OR abs(remainder) = abs(CAST(?3 AS INTEGER))
            OR abs(amount) = abs(CAST(?3 AS INTEGER)))
      ORDER BY abs(julianday(day) - julianday(COALESCE(?4, day))), day DESC, id DESC
      LIMIT ?5 OFFSET ?6
    """
    near = None if around is None else around.isoformat()
    values = (account_id, phrase, amount, near)
    rows = await _find_by_phrase(database, query, values, name="title", most=_MOST_RESULTS)
    results = [_document_from(row, paid=paid) for row in rows]
    if paid or (phrase is None and amount is None):
        return results
    cash = await _find_by_phrase(database, _CASH_FOUND, values, name="name", most=_MOST_IN_CASH)
    return [*results, *(_paid_in_cash(row) for row in cash)]


async def _find_by_phrase(
    database: Database,
    query: LiteralString,
    values: tuple[str, str | None, int | None, str | None],
    *,
    name: str,
    most: int,
) -> list[Row]:
    """At most so many rows whose `name` or number has the phrase, the second of `values`. Without a
    phrase, each row of the query is one."""
    phrase = values[1]
    results: list[Row] = []
    start = 0
    for limit in _LOOKS if phrase else (most,):
        rows = await database.all(statement(query, [*values, limit, start]))
        results += [each for each in rows if _has_phrase(each, name, phrase)]
        if len(results) >= most or len(rows) < limit:
            break
        start += limit
    return results[:most]


def _has_phrase(row: Row, name: str, phrase: str | None) -> bool:
    """Whether what is typed is a part of a document's name or number."""
    label = f"{text(row, name)} {optional_text(row, 'reference') or ''}"
    return phrase is None or phrase in plain(label)


def _paid_in_cash(row: Row) -> FoundDocument:
    values: dict[str, Any] = {
        "document_kind": "expense",
        "document_id": text(row, "id"),
        "currency": text(row, "currency"),
    }
    values |= {
        "title": text(row, "title"),
        "day": date.fromisoformat(text(row, "day")),
        "open": integer(row, "amount"),
    }
    return FoundDocument(**values, why_not=cash_in_words(optional_text(row, "said_by")))


def cash_in_words(said_by: str | None) -> str:
    """Why no entry of a bank pays an expense of which a person says that it was paid in cash."""
    return f"Paid in cash, says {said_by or 'a person'}. Change that first."


async def who_said_cash(
    database: Database, account_id: str, ids: Sequence[str]
) -> dict[str, str | None]:
    """Who said that an expense was paid in cash, by expense; the name where it is known."""
    sql = f"{_CANDIDATES} AND e.id IN (SELECT value FROM json_each(?2))"
    rows = await database.all(statement(sql, [account_id, dump([*ids])]))
    return {text(row, "id"): optional_text(row, "said_by") for row in rows}


def _document_from(row: Row, *, paid: bool = False) -> FoundDocument:
    """A document for matching. A refund can take back what was paid of it."""
    document = _document(row)
    values: dict[str, Any] = {"document_kind": document.kind.value, "document_id": document.id}
    open_ = refundable(document) if paid else document.remainder
    values |= {
        "title": text(row, "title"),
        "day": document.day,
        "open": open_,
        "currency": document.currency,
    }
    return FoundDocument(**values, says_cash=document.says_cash)


def refundable(document: Document) -> int:
    """What was paid of a document, signed as an entry that pays it back."""
    return -document.paid
