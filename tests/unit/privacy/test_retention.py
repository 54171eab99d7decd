"""How long what is kept stands in one table: each sweep has its row, and the docs and the page say what that says."""

import ast
from datetime import timedelta

import pytest

from cli.pages.docs import PRIVACY_PAGE, RETENTION_MODULE
from cli.pages.retention_page import retention_module, with_retention
from local.places import ROOT
from tillroll.api.privacy.retention import RETENTION, words

# Parts of the cron that delete nothing of anybody, or by no time.
_DELETES_NOTHING = {
    "begin_due": "it begins runs; of a schedule's times the last hundred stay",
    "settle_interrupted": "it settles calls",
    "seal_and_verify": "it seals",
    "update_rates": "it fetches published rates",
    "index_waiting": "it makes an index",
    "expire_due": "what was reserved is released, by a fact",
    "continue_acts": "it goes on with acts",
    "tell_of_events": "it tells",
    "tell_of_quotas": "it tells",
    "mail_notices": "it mails",
    "work_off_overdue": "it works off events",
    "sweep_mail": "it works off mail",
    "tell_of_disabled": "it tells",
    "reencrypt": "it encrypts anew",
    "tell_changes": "it tells",
    "tell_mailed": "it sends signals",
    "write_notes": "it writes files",
    "look_after_payments": "it asks after payments and sends signals",
    "tell_of_ended": "it sends signals",
    "tell_of_ended_batches": "it sends signals",
    "call_back_strays": "it calls payments back",
    "book_late_payments": "it books what was heard late of payments",
    "audit_payments": "it compares, and keeps what disagrees",
    "settle_changes": "it lets changes take effect, and keeps them",
    "end_strays": "it ends what a provider has of nobody's account",
    "archive_old": "it moves what is old into the object store, from where it is read and erased",
    "verify_files": "it only reads files, and keeps which are not as they were written",
    "make_bare": "it replaces photos by what the account chose",
    "watch": "it counts; counts are of nobody",
}
# Sweeps that another calls, and the wrapper that the cron calls the reconciler by.
_CALLED_BY = {"sweep_refused": "sweep_sign_ins", "reconcile": "mend"}


def _parts() -> set[str]:
    """The functions that the cron calls."""
    tree = ast.parse((ROOT / "src" / "each_minute.py").read_bytes())
    [parts] = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict) and ast.unparse(node.targets[0]) == "parts"
    ]
    return {ast.unparse(call.func) for call in parts.values if isinstance(call, ast.Call)}


def test_each_sweep_has_its_row() -> None:
    """A new part of the cron gets a row, or is said to delete nothing."""
    swept = {each.sweep.__name__ for each in RETENTION if each.sweep is not None}
    called = {_CALLED_BY.get(name, name) for name in swept}
    parts = _parts()
    assert len(parts) > 20
    assert parts - _DELETES_NOTHING.keys() == called
    assert _DELETES_NOTHING.keys() <= parts


def test_each_row_with_a_sweep_says_its_period() -> None:
    for kept in RETENTION:
        assert (kept.period is not None) == ("{}" in kept.how_long), kept.what
        assert kept.sweep is None or kept.period is not None, kept.what
    assert len({kept.what for kept in RETENTION}) == len(RETENTION)


@pytest.mark.parametrize(
    ("period", "said"), [(timedelta(days=1), "a day"), (timedelta(hours=24), "a day"), (timedelta(days=30), "30 days")]
)
def test_periods_in_words(period: timedelta, said: str) -> None:
    assert words(period) == said


def test_the_docs_and_the_page_are_made_of_it() -> None:
    page = PRIVACY_PAGE.read_text(encoding="utf-8")
    assert with_retention(page) == page, "run `make docs` and commit the page"
    assert RETENTION_MODULE.read_text(encoding="utf-8") == retention_module(), "run `make docs` and commit the module"
