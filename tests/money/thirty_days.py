"""A claim that nobody pays for two months: its terms of thirty days, a reminder, a second one and
an escalation, gone through by the engine's introspection.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tests.money.company import Company, as_text
from tests.money.stack import introspection
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import wait_until
from tillroll.claims.rules import STAGES

_AMOUNT: Final = 1990
# The engine's names for the waits until each stage: src/tillroll_durable/_execution/waits.py.
_TIME_IS_UP: Final = [
    {"type": "forceEventTimeout", "step": {"name": f"signal changed-{number}: wait 1"}}
    for number in (1, 2, 3)
]
# The terms of a claim that names none, then the days of STAGES: docs/claims.md.
_TERMS: Final = timedelta(days=30)
_BETWEEN: Final = (_TERMS + timedelta(days=1), timedelta(days=14), timedelta(days=14))


@dataclass(frozen=True)
class Waited:
    """How long the waits for a payment were to last."""

    waits: list[timedelta]

    @property
    def days(self) -> int:
        return sum(self.waits, timedelta()).days


def let_it_be_late(company: Company) -> Waited:
    """Claim an expense, have the time for each stage run out, and pay it in the end.

    Raises:
        AssertionError: a stage was left out, came twice or too early, or the claim did not end.
    """
    [expense] = company.approved_expenses("thirty days", [("EUR", _AMOUNT)])
    asked = {
        "currency": "EUR",
        "payerKind": "company",
        "payerName": "ACME",
        "expenseIds": [expense],
    }
    with introspection(company.stack, *_TIME_IS_UP):
        claim = str(company.insist("/api/claims", asked, "thirty days")["id"])
        wait_until(
            lambda: [*STAGES] == _stages(company, claim), "each stage, once", PATIENCE_SECONDS
        )
    shown = company.get(f"/api/claims/{claim}")
    assert shown["state"] == "overdue", shown
    # The test's own ids and names.
    told = company.stack.d1(f"SELECT topic FROM notifications WHERE run_id = '{claim}'")
    assert [row["topic"] for row in told] == ["claim.overdue"] * len(STAGES), told
    # The test's own ids and names.
    rows = company.stack.d1(f"SELECT * FROM run_waits WHERE run_id = '{claim}' ORDER BY number")
    ended = [row for row in rows if row["ended_at"] is not None]
    assert [row["outcome"] for row in ended] == ["timed_out"] * len(STAGES), rows
    waits = [
        datetime.fromisoformat(row["until"]) - datetime.fromisoformat(row["began_at"])
        for row in ended
    ]
    # until a day begins: up to a day less than from now
    for waited, most in zip(waits, _BETWEEN, strict=True):
        assert most - timedelta(days=1) <= waited <= most, f"it waited {waits}"
    company.insist(
        f"/api/claims/{claim}/payments",
        {"amount": as_text(_AMOUNT), "currency": "EUR", "day": "2026-04-02"},
        "thirty days, paid",
    )
    company.stack.wait_for_status(claim, "complete")
    assert _stages(company, claim) == [*STAGES], "it was asked for again"
    return Waited(waits)


def _stages(company: Company, claim: str) -> list[str]:
    """What was asked for, in order."""
    events = company.get(f"/api/claims/{claim}")["events"]
    return [event["kind"] for event in events if event["kind"] in STAGES]
