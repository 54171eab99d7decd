"""The tables of expenses: what becomes of their rows when something is erased, and who gets
them.
"""

from typing import Final, LiteralString

from tillroll.access.people import THEIR_NAMES
from tillroll_durable.platform.tables import ACCOUNT, RUN, Emptied, Gone, Table, of_nobody, of_run

_RECEIPTS_OF_PERSON = "SELECT id FROM receipts WHERE account_id = ?1 AND uploaded_by = ?2"
_IDS_OF_PERSON = (
    "SELECT id FROM expenses WHERE account_id = ?1 AND (person = ?2 "
    f"OR receipt_id IN ({_RECEIPTS_OF_PERSON}))"
)
_IS_OF_PERSON = f"expense_id IN ({_IDS_OF_PERSON})"
_IDS_OF_ACCOUNT = "SELECT id FROM expenses WHERE account_id = ?1"
IDS_OF_RECEIPT = "SELECT id FROM expenses WHERE account_id = ?1 AND receipt_id = ?2"
"""Finds the expense of the receipt that is erased."""
_INDEX = "an index, made of what else is here"


def _of_expense(
    name: LiteralString, key: LiteralString = "rowid", gets: LiteralString | None = None
) -> Table:
    return Table(
        name,
        Gone(f"expense_id IN ({_IDS_OF_ACCOUNT})"),
        Gone(f"expense_id IN ({IDS_OF_RECEIPT})"),
        key=key,
        person_gets=gets,
    )


TABLES: Final = (
    _of_expense(
        "approval_decisions",
        "expense_id, from_version",
        gets=f"{_IS_OF_PERSON} OR actor IN ({THEIR_NAMES})",
    ),
    _of_expense("approval_steps", gets=f"{_IS_OF_PERSON} OR actor IN ({THEIR_NAMES})"),
    _of_expense("approval_starts", "expense_id"),
    _of_expense("bulk_act_changes", "act_id, expense_id"),
    _of_expense("bulk_act_refusals", "act_id, expense_id"),
    Table(
        "expense_change_values",
        Gone("change_id IN (SELECT id FROM expense_changes WHERE account_id = ?1)"),
        Gone(
            f"change_id IN (SELECT id FROM expense_changes WHERE expense_id IN ({IDS_OF_RECEIPT}))"
        ),
        key="change_id, field",
        person_gets="change_id IN (SELECT id FROM expense_changes WHERE account_id = ?1 "
        f"AND ({_IS_OF_PERSON} OR actor IN ({THEIR_NAMES})))",
    ),
    Table(
        "expense_changes",
        Gone(f"expense_id IN ({_IDS_OF_ACCOUNT})"),
        Gone(f"expense_id IN ({IDS_OF_RECEIPT})"),
        loosened=(Emptied("undoes = NULL", "undoes IS NOT NULL AND account_id = ?1"),),
        subject_loosened=(
            Emptied("undoes = NULL", f"undoes IS NOT NULL AND expense_id IN ({IDS_OF_RECEIPT})"),
        ),
        person_gets=f"account_id = ?1 AND ({_IS_OF_PERSON} OR actor IN ({THEIR_NAMES}))",
    ),
    _of_expense("expense_conversions", gets=_IS_OF_PERSON),
    _of_expense("expense_items", "expense_id", gets=_IS_OF_PERSON),
    _of_expense("expense_parts", "expense_id, number", gets=_IS_OF_PERSON),
    _of_expense("expense_tags", "expense_id, tag", gets=_IS_OF_PERSON),
    _of_expense("expense_tax_lines", "expense_id, number", gets=_IS_OF_PERSON),
    Table(
        "duplicate_verdicts",
        Gone(ACCOUNT),
        Gone(
            f"first_id IN ({IDS_OF_RECEIPT}) OR second_id IN ({IDS_OF_RECEIPT}) "
            f"OR kept_id IN ({IDS_OF_RECEIPT})"
        ),
        key="first_id, second_id",
    ),
    Table(
        "duplicate_words",
        Gone(ACCOUNT),
        Gone(f"review_id IN (SELECT id FROM reviews WHERE run_id IN ({RUN}))"),
        key="review_id",
    ),
    Table(
        "expenses",
        Gone(ACCOUNT),
        Gone("account_id = ?1 AND receipt_id = ?2"),
        key="id",
        loosened=(Emptied("is_split = 0", f"is_split = 1 AND id IN ({_IDS_OF_ACCOUNT})"),),
        subject_loosened=(Emptied("is_split = 0", f"is_split = 1 AND id IN ({IDS_OF_RECEIPT})"),),
        person_gets=f"id IN ({_IDS_OF_PERSON})",
    ),
    Table(
        "expense_words",
        Gone("n IN (SELECT n FROM expense_finds WHERE account_id = ?1)"),
        Gone("n NOT IN (SELECT n FROM expense_finds)"),
        withheld=_INDEX,
    ),
    Table(
        "expense_postings",
        Gone("term IN (SELECT id FROM expense_terms WHERE account_id = ?1)"),
        key="term, day, n",
        withheld=_INDEX,
    ),
    Table("expense_shares", Gone(ACCOUNT), key="n, number", withheld=_INDEX),
    Table("expense_terms", Gone(ACCOUNT), withheld=_INDEX),
    Table(
        "expense_months",
        Gone(ACCOUNT),
        key="account_id, month, currency, base_currency, status, person, category",
        withheld=_INDEX,
    ),
    Table(
        "expense_kept_sums",
        Gone(ACCOUNT),
        key="account_id, made_by, base_currency, first_day, last_day",
        withheld=_INDEX,
    ),
    Table("expense_finds", Gone(ACCOUNT), withheld=_INDEX),
    of_nobody("expense_found_anew", "it is empty always"),
    of_run("merchant_sightings", "run_id"),
    Table("bulk_acts", Gone(ACCOUNT)),
    Table("category_names", Gone(ACCOUNT), key="account_id, name"),
    Table(
        "categories",
        Gone(ACCOUNT),
        loosened=(Emptied("merged_into = NULL", "merged_into IS NOT NULL AND account_id = ?1"),),
    ),
    Table("category_rules", Gone(ACCOUNT)),
    Table("proposals_dismissed", Gone(ACCOUNT), key="account_id, merchant_key, category"),
    Table("approval_policies", Gone(ACCOUNT)),
    Table("approval_chains", Gone(ACCOUNT)),
    Table(
        "approval_substitutes",
        Gone(ACCOUNT),
        person_gets="account_id = ?1 AND (person = ?2 OR substitute = ?2)",
    ),
    Table(
        "expense_views",
        Gone(ACCOUNT),
        person=Gone("account_id = ?1 AND user_id = ?2 AND is_shared = 0"),
        person_gets="account_id = ?1 AND user_id = ?2",
    ),
)
