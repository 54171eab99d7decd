"""docs/audit.md: every action of the audit, room by room."""

from collections.abc import Mapping

from cli.operating import operators
from tillroll.ai import ledger
from tillroll.audit import audited as of_audit
from tillroll.claims import audited as of_claims
from tillroll.conversion import repository
from tillroll.durable import audited as of_runs
from tillroll.expenses import audited as of_expenses
from tillroll.expenses.approval import audited as of_approval
from tillroll.expenses.search import audited as of_finding
from tillroll.expenses.sorting import audited as of_sorting
from tillroll.exports import audited as of_exports
from tillroll.identity import audited as of_accounts
from tillroll.inbound import audited as of_inbound
from tillroll.ledger import audited as of_ledger
from tillroll.notifications import audited as of_notices
from tillroll.onboarding import billing
from tillroll.payouts import audited as of_payouts
from tillroll.privacy.data_export import audited as of_data_exports
from tillroll.privacy.erasure import audited as of_erasures
from tillroll.quotas import audited as of_quotas
from tillroll.receipts import audited as of_receipts
from tillroll.received_mail import audited as of_received_mail
from tillroll.webhooks import audited as of_webhooks

_ROOMS: Mapping[str, Mapping[str, str]] = {
    "Runs, their deliveries and objects": of_runs.AUDITED,
    "Who may come in": of_accounts.AUDITED,
    "Expenses": of_expenses.AUDITED,
    "Merchants and own names": of_receipts.AUDITED,
    "Categories, rules and acts": of_sorting.AUDITED,
    "Views of expenses": of_finding.AUDITED,
    "Exports": of_exports.AUDITED,
    "Approval and duplicates": of_approval.AUDITED,
    "The ledger": of_ledger.AUDITED,
    "Payouts": of_payouts.AUDITED,
    "Claims": of_claims.AUDITED,
    "Billing": billing.AUDITED,
    "Webhook endpoints": of_webhooks.AUDITED,
    "Models": ledger.AUDITED,
    "Quotas": of_quotas.AUDITED,
    "Currencies": repository.AUDITED,
    "What people are told, and where": of_notices.AUDITED,
    "Events of other systems": of_inbound.AUDITED,
    "Data exports": of_data_exports.AUDITED,
    "Deleting for good": of_erasures.AUDITED,
    "Receipts by mail": of_received_mail.AUDITED,
    "The archive": of_audit.AUDITED,
    "Operators": operators.AUDITED,
}
_HEADER = """# The audit's actions

What `GET /api/audit` and a run's timeline can name as an action, by the room that writes it. Made from the code by
`make docs`; tests hold that nothing else is written. Each event has an actor, a time and an outcome beside its action
([api.md](api.md)); events are sealed ([decision 13](decisions/0013-sealed-audit.md)).
"""


def vocabulary() -> dict[str, str]:
    """Every action, and what it says.

    Raises:
        ValueError: two rooms write the same action.
    """
    found: dict[str, str] = {}
    for actions in _ROOMS.values():
        if both := found.keys() & actions.keys():
            raise ValueError(f"two rooms write the action {min(both)!r}: name one of them differently")
        found |= actions
    return found


def audit_page() -> str:
    """The whole page, in Markdown."""
    parts = [_HEADER]
    for room, actions in _ROOMS.items():
        rows = "".join(f"| `{action}` | {says} |\n" for action, says in actions.items())
        parts.append(f"\n## {room}\n\n| action | says |\n| --- | --- |\n{rows}")
    return "".join(parts)
