"""Every table, with what becomes of its rows when something is erased: those that refer to others first."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from tillroll.durable.record.changes import unlinking


class What(StrEnum):
    """What can be erased: one receipt with all that became of it; one person; an account with everything in it."""

    RECEIPT = "receipt"
    PERSON = "person"
    ACCOUNT = "account"


@dataclass(frozen=True)
class Gone:
    """The rows that `where` finds are deleted. In it ?1 is the account, ?2 the receipt or person (the account again
    where that is erased), ?3 the run that erases, which stays until the end of time."""

    where: str


@dataclass(frozen=True)
class Emptied:
    """The rows stay, since others refer to them; `to` (assignments) takes out of them what is personal."""

    to: str
    where: str


@dataclass(frozen=True)
class Stays:
    """They are left as they are, and `why`."""

    why: str


Treatment = Gone | Emptied | Stays


@dataclass(frozen=True)
class Table:
    """A table with what becomes of its rows, by what is erased. `key` are the columns that tell its rows apart."""

    name: str
    account: Treatment
    receipt: Treatment
    person: Treatment
    key: str = "rowid"

    def treatment(self, what: What) -> Treatment:
        return {What.ACCOUNT: self.account, What.RECEIPT: self.receipt, What.PERSON: self.person}[what]


NOT_OF_A_RECEIPT = Stays("it says nothing of one receipt")
NOT_OF_A_PERSON = Stays("it is the account's: what somebody did for it stays, under an id without a name")


def of_account(name: str, account: Treatment, *, person: Treatment = NOT_OF_A_PERSON) -> Table:
    """A table that knows no receipt."""
    return Table(name, account, NOT_OF_A_RECEIPT, person)


def of_books(name: str, account: str, receipt: str) -> Table:
    """A table whose rows go with the account, or with the receipt: each as a condition."""
    return Table(name, Gone(account), Gone(receipt), NOT_OF_A_PERSON)


def of_nobody(name: str, why: str) -> Table:
    """A table without anything of a person."""
    return Table(name, Stays(why), Stays(why), Stays(why))


def data_export_folder(account_id: str, export_id: str) -> str:
    """What the keys of a data export's files begin with."""
    return f"{account_id}/data-exports/{export_id}/"


# ruff: noqa: S608 - the statements are put together of constants


_ACCOUNT = "account_id = ?1"
_EXPENSES = "SELECT id FROM expenses WHERE account_id = ?1"
_EXPENSE = "SELECT id FROM expenses WHERE account_id = ?1 AND receipt_id = ?2"
_RUNS = "SELECT id FROM runs WHERE account_id = ?1 AND id <> ?3"
_RUN = "SELECT id FROM runs WHERE account_id = ?1 AND subject = ?2 AND id <> ?3"
_RUNS_OF_PERSON = "SELECT id FROM runs WHERE account_id = ?1 AND subject = 'user:' || ?2"
_USERS = "SELECT id FROM users WHERE account_id = ?1"
_OUTBOX = f"SELECT id FROM outbox WHERE run_id IN ({_RUN})"
_FACT = Stays("a fact of the ledger is never changed: it has ids, amounts, days and a reference, as law asks of books")
_OWN_EXPORTS = "SELECT id FROM data_exports WHERE account_id = ?1 AND what = 'person' AND target = ?2"
_ALERTS = "SELECT id FROM alerts WHERE account_id = ?1"


def _of_expense(name: str, column: str = "expense_id") -> Table:
    return of_books(name, f"{column} IN ({_EXPENSES})", f"{column} IN ({_EXPENSE})")


def _of_run(name: str) -> Table:
    return of_books(name, f"run_id IN ({_RUNS})", f"run_id IN ({_RUN})")


def _of_person(name: str) -> Table:
    return of_account(name, Gone(f"user_id IN ({_USERS})"), person=Gone("user_id = ?2"))


# What is known of expenses. The index over them (expense_finds and on) goes by their triggers.
_BOOKS = (
    Table(
        "export_items",
        Gone(_ACCOUNT),
        Emptied("content = '{}'", f"account_id = ?1 AND expense_id IN ({_EXPENSE}) AND content <> '{{}}'"),
        Stays("what was handed on is the account's"),
    ),
    _of_expense("approval_decisions"),
    _of_expense("bulk_act_changes"),
    _of_expense("bulk_act_refusals"),
    of_books(
        "expense_change_values",
        "change_id IN (SELECT id FROM expense_changes WHERE account_id = ?1)",
        f"change_id IN (SELECT id FROM expense_changes WHERE expense_id IN ({_EXPENSE}))",
    ),
    _of_expense("expense_changes"),
    _of_expense("expense_conversions"),
    _of_expense("expense_items"),
    _of_expense("expense_parts"),
    _of_expense("expense_tags"),
    _of_expense("expense_tax_lines"),
    of_books(
        "duplicate_verdicts",
        _ACCOUNT,
        f"first_id IN ({_EXPENSE}) OR second_id IN ({_EXPENSE}) OR kept_id IN ({_EXPENSE})",
    ),
    of_books("expense_words_wait", _ACCOUNT, f"expense_id IN ({_EXPENSE})"),
    of_books("expenses", _ACCOUNT, "account_id = ?1 AND receipt_id = ?2"),
    of_books(
        "expense_words",
        "n IN (SELECT n FROM expense_finds WHERE account_id = ?1)",
        "n NOT IN (SELECT n FROM expense_finds)",
    ),
    of_account("expense_postings", Gone("term IN (SELECT id FROM expense_terms WHERE account_id = ?1)")),
    of_account("expense_shares", Gone(_ACCOUNT)),
    of_account("expense_terms", Gone(_ACCOUNT)),
    of_account("expense_months", Gone(_ACCOUNT)),
    of_account("expense_finds", Gone(_ACCOUNT)),
    of_nobody("expense_found_anew", "it is empty always"),
)
# What was told to the world outside, and to people.
_TOLD = (
    of_books(
        "delivery_attempts",
        "delivery_id IN (SELECT id FROM deliveries WHERE account_id = ?1)",
        f"delivery_id IN (SELECT id FROM deliveries WHERE account_id = ?1 AND event_id IN ({_OUTBOX}))",
    ),
    of_books("deliveries", _ACCOUNT, f"account_id = ?1 AND event_id IN ({_OUTBOX})"),
    _of_run("outbox"),
    of_account("endpoint_secrets", Gone("endpoint_id IN (SELECT id FROM endpoints WHERE account_id = ?1)")),
    of_account("endpoints", Gone(_ACCOUNT)),
    Table(
        "notification_recipients",
        Gone("notification_id IN (SELECT id FROM notifications WHERE account_id = ?1)"),
        Gone(f"notification_id IN (SELECT id FROM notifications WHERE run_id IN ({_RUN}))"),
        Gone("user_id = ?2"),
    ),
    of_books("notifications", _ACCOUNT, f"account_id = ?1 AND run_id IN ({_RUN})"),
    of_account("messages", Gone(_ACCOUNT), person=Gone("user_id = ?2")),
    of_account("outside_messages", Gone(_ACCOUNT), person=Gone(f"run_id IN ({_RUNS_OF_PERSON})")),
    of_nobody("mail_suppressions", "the hash of an address, so that nothing is sent there again"),
    of_books("alert_notices", f"alert_id IN ({_ALERTS})", f"alert_id IN ({_ALERTS} AND run_id IN ({_RUN}))"),
    of_books("alert_records", f"alert_id IN ({_ALERTS})", f"alert_id IN ({_ALERTS} AND run_id IN ({_RUN}))"),
    of_books("alerts", _ACCOUNT, f"account_id = ?1 AND run_id IN ({_RUN})"),
)
# What came from other systems, and what was handed on.
_EXCHANGED = (
    Table(
        "inbound_events",
        Gone(_ACCOUNT),
        Emptied("body = NULL, effect = NULL, run_id = NULL", f"account_id = ?1 AND run_id IN ({_RUN})"),
        Stays("an event of another system is the account's"),
    ),
    of_account("inbound_source_people", Gone("source_id IN (SELECT id FROM inbound_sources WHERE account_id = ?1)")),
    of_account("inbound_secrets", Gone("source_id IN (SELECT id FROM inbound_sources WHERE account_id = ?1)")),
    of_account("inbound_sources", Gone(_ACCOUNT)),
    Table(
        "received_papers",
        Gone("mail_id IN (SELECT id FROM received_mail WHERE account_id = ?1)"),
        Emptied("name = NULL, receipt_id = NULL, run_id = NULL", f"receipt_id = ?2 OR run_id IN ({_RUN})"),
        Emptied(
            "name = NULL",
            "name IS NOT NULL AND mail_id IN (SELECT id FROM received_mail WHERE account_id = ?1 AND user_id = ?2)",
        ),
    ),
    Table(
        "received_mail",
        Gone(_ACCOUNT),
        Stays("it may have brought others; the mail as it came is deleted thirty days after it was worked off"),
        Emptied("sender = '', subject = ''", "account_id = ?1 AND user_id = ?2 AND (sender <> '' OR subject <> '')"),
    ),
    of_account("receipt_addresses", Gone(_ACCOUNT)),
    of_account("mail_intakes", Gone(_ACCOUNT)),
    of_account("allowed_senders", Gone(_ACCOUNT), person=Gone("account_id = ?1 AND user_id = ?2")),
    of_account("claim_events", Gone(_ACCOUNT)),
    of_account("claim_links", Gone(_ACCOUNT)),
    of_account("claim_note_files", Gone("run_id IN (SELECT run_id FROM claims WHERE account_id = ?1)")),
    of_account("claim_files", Gone("run_id IN (SELECT run_id FROM claims WHERE account_id = ?1)")),
    of_account("claim_items", Gone("run_id IN (SELECT run_id FROM claims WHERE account_id = ?1)")),
    of_account("claims", Gone(_ACCOUNT)),
    of_account("export_links", Gone(_ACCOUNT)),
    of_account("export_files", Gone("export_id IN (SELECT id FROM exports WHERE account_id = ?1)")),
    of_account("export_parts", Gone("export_id IN (SELECT id FROM exports WHERE account_id = ?1)")),
    of_account("closed_periods", Gone(_ACCOUNT)),
    of_account(
        "data_export_files",
        Gone("export_id IN (SELECT id FROM data_exports WHERE account_id = ?1)"),
        person=Gone(f"export_id IN ({_OWN_EXPORTS})"),
    ),
    of_account("data_exports", Gone(_ACCOUNT), person=Gone(f"id IN ({_OWN_EXPORTS})")),
    of_account("exports", Gone(_ACCOUNT)),
    of_account("export_profiles", Gone(_ACCOUNT)),
)
# What runs leave, and what they are about.
_RUNS_AND_RECEIPTS = (
    of_books(
        "review_decisions",
        f"review_id IN (SELECT id FROM reviews WHERE run_id IN ({_RUNS}))",
        f"review_id IN (SELECT id FROM reviews WHERE run_id IN ({_RUN}))",
    ),
    _of_run("reviews"),
    Table(
        "archived_runs",
        Emptied("bundle_id = NULL, place = 0, size = 0", f"bundle_id IS NOT NULL AND run_id IN ({_RUNS})"),
        Emptied("bundle_id = NULL, place = 0, size = 0", f"bundle_id IS NOT NULL AND run_id IN ({_RUN})"),
        NOT_OF_A_PERSON,
    ),
    Table(
        "archive_bundles",
        Gone(_ACCOUNT),
        Stays("it is of other runs: what it had of the receipt's was cut out of its file"),
        NOT_OF_A_PERSON,
    ),
    of_account("archive_flaws", Gone(_ACCOUNT)),
    _of_run("run_steps"),
    _of_run("step_attempts"),
    _of_run("run_waits"),
    _of_run("signals"),
    _of_run("bulk_operation_runs"),
    _of_run("effect_intents"),
    _of_run("ai_calls"),
    of_account("ai_daily", Gone(_ACCOUNT)),
    _of_run("extractions"),
    _of_run("merchant_sightings"),
    of_books("receipts", _ACCOUNT, "account_id = ?1 AND id = ?2"),
    of_account("schedule_ticks", Gone(_ACCOUNT)),
    of_account("schedules", Gone("account_id = ?1 OR created_in = ?1")),
    of_account("erasures", Gone("account_id = ?1 AND run_id <> ?3")),
    of_account("payment_instructions", Gone(_ACCOUNT)),
    of_account("payment_recovered", Gone(_ACCOUNT)),
    of_account("payment_files", Gone(_ACCOUNT)),
    of_account("payouts", Gone(_ACCOUNT)),
    of_account("payout_batches", Gone(_ACCOUNT)),
    of_account("payees", Gone(_ACCOUNT)),
    of_account("payee_keys", Gone("id = ?1")),
    of_account("payout_limits", Gone(_ACCOUNT)),
    of_account("payout_changes", Gone(_ACCOUNT)),
    of_account("account_billing", Gone(_ACCOUNT)),
    of_account("billing_undone", Gone(_ACCOUNT)),
    Table(
        "runs",
        Gone("account_id = ?1 AND id <> ?3"),
        Gone("account_id = ?1 AND subject = ?2 AND id <> ?3"),
        Emptied(
            "params = json_set(params, '$.email', NULL)",
            "account_id = ?1 AND subject = 'user:' || ?2 AND params ->> 'email' IS NOT NULL",
        ),
    ),
)
# What an account has set, and its people.
_ACCOUNTS = (
    of_account("bulk_acts", Gone(_ACCOUNT)),
    of_account("bulk_operations", Gone(_ACCOUNT)),
    of_account("category_names", Gone(_ACCOUNT)),
    of_account("categories", Gone(_ACCOUNT)),
    of_account("category_rules", Gone(_ACCOUNT)),
    of_account("proposals_dismissed", Gone(_ACCOUNT)),
    of_account("approval_policies", Gone(_ACCOUNT)),
    of_account("expense_views", Gone(_ACCOUNT), person=Gone("account_id = ?1 AND user_id = ?2 AND is_shared = 0")),
    of_account("idempotency_effects", Gone("operation_id IN (SELECT id FROM idempotency_keys WHERE account_id = ?1)")),
    of_account("account_usage", Gone(_ACCOUNT)),
    of_account("idempotency_keys", Gone(_ACCOUNT)),
    of_account("object_quarantine", Gone("substr(object_key, 1, length(?1) + 1) = ?1 || '/'")),
    of_account("let_in", Gone(f"user_id IN ({_USERS})"), person=Gone("user_id = ?2 OR by_user_id = ?2")),
    _of_person("mail_addresses"),
    _of_person("notification_choices"),
    _of_person("passkeys"),
    _of_person("passkey_ceremonies"),
    _of_person("sign_in_codes"),
    of_account("sign_in_refusals", Gone(_ACCOUNT), person=Gone("account_id = ?1 AND user_id = ?2")),
    _of_person("tokens"),
    _of_person("user_roles"),
    of_account("ledger_accounts", Emptied("name = id", "account_id = ?1 AND name <> id")),
    *(of_account(name, _FACT) for name in ("ledger_transactions", "ledger_transfers", "ledger_entries", "ledger_open")),
    of_account(
        "users",
        Emptied("name = 'erased', is_operator = 0", "account_id = ?1 AND name <> 'erased'"),
        person=Emptied("name = 'erased', is_operator = 0", "account_id = ?1 AND id = ?2 AND name <> 'erased'"),
    ),
    of_account(
        "accounts", Emptied("name = 'erased', company_names = NULL, tax_ids = NULL", "id = ?1 AND name <> 'erased'")
    ),
)
_NOBODYS = (
    of_nobody("audit_events", "ids and codes, never a value; what is sealed cannot be changed"),
    of_nobody("seals", "hashes and signatures"),
    of_nobody("archive_ranges", "where events of the audit lie"),
    of_nobody("audit_keys", "public keys"),
    of_nobody("exchange_rates", "published rates"),
    of_nobody("metric_counters", "counts"),
    of_nobody("run_endings", "counts"),
    of_nobody("reconciler_cursors", "where a scan goes on"),
    of_nobody("jobs", "when a job of the cron had its turn"),
    of_nobody("reconciler_setbacks", "an id and the class of an error, until the row is mended"),
)

# The keys of tables without row ids, of which rows are deleted or handed out.
_KEYS: Final = {
    "ai_daily": "account_id, day, model",
    "alert_records": "alert_id, record",
    "archived_runs": "run_id",
    "approval_decisions": "expense_id, from_version",
    "bulk_act_changes": "act_id, expense_id",
    "bulk_act_refusals": "act_id, expense_id",
    "category_names": "account_id, name",
    "data_export_files": "export_id, number",
    "claim_events": "run_id, version",
    "claim_files": "run_id, name",
    "claim_items": "run_id, expense_id",
    "claim_note_files": "run_id, version",
    "delivery_attempts": "delivery_id, number",
    "duplicate_verdicts": "first_id, second_id",
    "expense_change_values": "change_id, field",
    "expense_items": "expense_id, number",
    "expense_months": "account_id, month, currency, base_currency, status, person, category",
    "expense_parts": "expense_id, number",
    "expense_postings": "term, day, n",
    "expense_shares": "n, number",
    "expense_tags": "expense_id, tag",
    "expense_tax_lines": "expense_id, number",
    "expense_words_wait": "expense_id",
    "export_files": "export_id, number",
    "export_items": "export_id, part, place",
    "idempotency_effects": "operation_id, number",
    "ledger_accounts": "account_id, id",
    "inbound_source_people": "source_id, user_id",
    "let_in": "user_id, by_user_id, since",
    "ledger_entries": "account_id, ledger_account_id, seq",
    "ledger_open": "account_id, transfer_id",
    "object_quarantine": "object_key",
    "payee_keys": "id",
    "payment_recovered": "run_id",
    "payout_limits": "account_id, currency",
    "proposals_dismissed": "account_id, merchant_key, category",
    "sign_in_refusals": "account_id, hour, user_id, how, network",
    "step_attempts": "run_id, step, generation, attempt, started_at",
    "user_roles": "user_id, role",
}

TABLES: Final[tuple[Table, ...]] = tuple(
    replace(table, key=_KEYS.get(table.name, "rowid"))
    for table in (*_BOOKS, *_TOLD, *_EXCHANGED, *_RUNS_AND_RECEIPTS, *_ACCOUNTS, *_NOBODYS)
)

# References within a table, which would hold its rows in the order in which they are deleted.
LOOSENED: Final[tuple[str, ...]] = (
    f"UPDATE expenses SET is_split = 0 WHERE is_split = 1 AND id IN ({_EXPENSES})",
    "UPDATE expense_changes SET undoes = NULL WHERE undoes IS NOT NULL AND account_id = ?1",
    "UPDATE categories SET merged_into = NULL WHERE merged_into IS NOT NULL AND account_id = ?1",
    "UPDATE exports SET as_closed_in = NULL WHERE as_closed_in IS NOT NULL AND account_id = ?1",
    "UPDATE export_items SET corrects = NULL WHERE corrects IS NOT NULL AND account_id = ?1",
    *unlinking("{link} IS NOT NULL AND account_id = ?1"),
)
"""For an account. Of a receipt, LOOSENED_OF_RECEIPT."""

LOOSENED_OF_RECEIPT: Final[tuple[str, ...]] = (
    f"UPDATE expenses SET is_split = 0 WHERE is_split = 1 AND id IN ({_EXPENSE})",
    f"UPDATE expense_changes SET undoes = NULL WHERE undoes IS NOT NULL AND expense_id IN ({_EXPENSE})",
    *unlinking(f"{{link}} IN ({_RUN})"),
)
