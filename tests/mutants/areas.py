"""The areas whose tests are tried by mutants: each with its modules and its tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

# How many mutants stand for an area of which not all are played.
SAMPLE: Final = 300


@dataclass(frozen=True)
class Area:
    """
    Attributes:
        modules: files below src/.
        tests: files and folders below tests/unit/.
        is_sampled: whether SAMPLE mutants stand for all.
        simulated: files below tests/simulation/, where a whole workflow runs.
    """

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    is_sampled: bool = False
    simulated: tuple[str, ...] = ()

    @property
    def test_paths(self) -> list[str]:
        units = [f"tests/unit/{each}" for each in self.tests]
        return [*units, *(f"tests/simulation/{each}" for each in self.simulated)]

    @property
    def module_paths(self) -> list[str]:
        return [f"src/{each}" for each in self.modules]


AREAS: Final[Mapping[str, Area]] = {
    "ledger": Area(
        ("tillroll/ledger/rules.py", "tillroll/ledger/transfers.py"),
        ("ledger/test_rules.py",),
    ),
    "claims": Area(
        ("tillroll/claims/rules.py",),
        ("claims/test_rules.py", "claims/test_standing.py"),
    ),
    "states": Area(
        ("tillroll_durable/states.py",),
        ("tillroll_durable/test_states.py",),
    ),
    "contracts": Area(
        ("tillroll_durable/contract.py",),
        (
            "tillroll_durable/test_contract.py",
            "tillroll_durable/test_contract_derived.py",
            "tillroll_durable/test_contract_snapshots.py",
            "tillroll_durable/test_held_to_contract.py",
            "tillroll_durable/declaring",
        ),
    ),
    "money": Area(
        ("tillroll_documents/money.py", "tillroll_documents/ibans.py"),
        ("tillroll_documents/test_money.py", "tillroll_documents/test_iban_problem.py"),
    ),
    "dates": Area(
        (
            "tillroll_documents/reading/dates/due_date.py",
            "tillroll_documents/reading/dates/other_calendars.py",
            "tillroll_documents/reading/dates/purchase_date.py",
        ),
        ("tillroll_documents/reading/dates", "tillroll_documents/reading/papers/test_days.py"),
    ),
    "payouts": Area(
        (
            "tillroll/payouts/contract.py",
            "tillroll/payouts/four_eyes.py",
            "tillroll/payouts/outcomes.py",
            "tillroll/payouts/payments.py",
            "tillroll/payouts/postings.py",
            "tillroll/payouts/service.py",
            "tillroll/payouts/settlement.py",
            "tillroll/payouts/workflow.py",
        ),
        ("payouts", "tillroll_durable/test_contract_snapshots.py"),
        is_sampled=True,
        simulated=(
            "test_auditing_payments.py",
            "test_bank_words.py",
            "test_late_words.py",
            "test_late_words_told.py",
            "test_paid_then_gone.py",
            "test_proven_payouts.py",
            "test_reports_in_any_order.py",
            "test_second_persons.py",
            "test_settling_payouts.py",
            "test_swept_payments.py",
            "test_undoing_payouts.py",
            "test_unproven_payouts.py",
            "test_why_payouts_end.py",
        ),
    ),
    "bank": Area(
        (
            "tillroll/bank/agreement.py",
            "tillroll/bank/finding.py",
            "tillroll/bank/mending.py",
            "tillroll/bank/service.py",
        ),
        (
            "bank/test_agreement.py",
            "bank/test_api.py",
            "bank/test_claims_went_back.py",
            "bank/test_compared_nights.py",
            "bank/test_found_entries.py",
            "bank/test_kept_accounts.py",
            "bank/test_mending.py",
            "bank/test_undoing.py",
            "bank/test_undone_imports.py",
            "home/test_finding.py",
        ),
        is_sampled=True,
    ),
    "signatures": Area(
        (
            "tillroll/inbound/rules.py",
            "tillroll/inbound/verification.py",
            "tillroll_durable/webhooks/deliveries.py",
        ),
        (
            "inbound",
            "webhooks",
            "tillroll_durable/test_delivery.py",
            "tillroll_durable/test_lanes.py",
            "tillroll_durable/test_post_signed.py",
            "tillroll_durable/test_sending_rules.py",
        ),
        is_sampled=True,
    ),
    "idempotency": Area(
        (
            "tillroll/api/idempotency.py",
            "tillroll_durable/idempotency/journal.py",
            "tillroll_durable/idempotency/keys.py",
        ),
        (
            "tillroll_durable/idempotency",
            "api/test_conditions.py",
            "api/test_kept_answers.py",
            "api/test_once.py",
            "api/test_refusals.py",
        ),
        is_sampled=True,
    ),
    "permissions": Area(
        (
            "tillroll/access/accounts.py",
            "tillroll/access/behind.py",
            "tillroll/access/people.py",
            "tillroll/access/permissions.py",
            "tillroll/access/roles.py",
        ),
        (
            "api/test_who_may.py",
            "api/test_matrix.py",
            "identity/test_account_settings.py",
            "identity/test_rights.py",
            "identity/test_roles.py",
        ),
        is_sampled=True,
    ),
}
