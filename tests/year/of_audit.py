"""What must hold of the audit: its seals hold, no stream has a gap, and each fact has its event."""

from dataclasses import dataclass, field
from typing import Final, LiteralString

from tests.year.days import Office
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.states import LIVE
from tillroll_testing.invariants.of_runs import check_run


@dataclass(frozen=True)
class Fact:
    """Facts of one kind: `rows` selects them by `id`, and `events` the ids that the audit has."""

    what: str
    rows: LiteralString
    events: LiteralString


_FACTS: Final = (
    Fact(
        "an approval",
        """
        SELECT expense_id || ':' || from_version || ':approval.given' AS id
        FROM approval_decisions WHERE decision = 'approved'
        """,
        "SELECT event_key AS id FROM audit_events WHERE action = 'approval.given'",
    ),
    Fact(
        "a change of a claim",
        "SELECT run_id || ':' || key || ':claimed' AS id FROM claim_events",
        "SELECT event_key AS id FROM audit_events WHERE action LIKE 'claim.%'",
    ),
    Fact(
        "a file of payments",
        "SELECT id FROM payment_files",
        "SELECT detail ->> 'file' AS id FROM audit_events WHERE action = 'payment_file.made'",
    ),
    Fact(
        "a closed period",
        "SELECT id FROM closed_periods",
        "SELECT detail ->> 'period' AS id FROM audit_events WHERE action = 'period.closed'",
    ),
    Fact(
        "an accepted match",
        "SELECT id FROM bank_matches WHERE state = 'accepted'",
        "SELECT detail ->> 'match' AS id FROM audit_events WHERE action = 'bank_match.accepted'",
    ),
)
_STEPS_WITHOUT_EVENTS: Final = """
  SELECT s.run_id || ' ' || s.step AS id FROM run_steps s JOIN runs r ON r.id = s.run_id
  WHERE s.outcome = 'completed' AND r.status NOT IN ('processing', 'needs_review')
    AND s.step NOT LIKE 'map: %' AND NOT EXISTS (
      SELECT 1 FROM audit_events a WHERE a.stream = s.run_id AND a.detail ->> 'step' = s.step)
"""
_GAPS: Final = """
  SELECT stream FROM audit_events GROUP BY stream
  HAVING COUNT(*) <> MAX(seq) OR MIN(seq) <> 1
"""


@dataclass
class AuditChecks:
    """How far the audit was checked: what was sealed, and which runs have ended, is not looked at
    again unless it has changed.
    """

    next_seal: int = 1
    versions: dict[str, object] = field(default_factory=dict[str, object])

    async def check(self, office: Office) -> None:
        """Raises AssertionError: a fact has no event, or the chain does not hold."""
        world = office.deployment.world
        gaps = await world.rows(_GAPS)
        assert not gaps, f"the audit of {gaps[:3]} has a gap"
        for fact in _FACTS:
            facts = {text(row, "id") for row in await world.rows(fact.rows)}
            told = {text(row, "id") for row in await world.rows(fact.events)}
            untold = sorted(facts - told)
            assert not untold, f"{fact.what} has no event in the audit: {untold[:3]}"
        steps = await world.rows(_STEPS_WITHOUT_EVENTS)
        assert not steps, f"a step that was done has no event in the audit: {steps[:3]}"
        await self._check_runs(office)
        await self._check_seals(office)

    async def _check_runs(self, office: Office) -> None:
        world = office.deployment.world
        for run in await world.rows("SELECT * FROM runs ORDER BY id"):
            id_ = text(run, "id")
            stands_at = (run["state_version"], run["generation"], run["updated_at"])
            if run["status"] in LIVE or self.versions.get(id_) == stands_at:
                continue
            told = await world.rows("SELECT * FROM audit_events WHERE stream = ? ORDER BY id", id_)
            try:
                await check_run(world, run, told)
            except AssertionError as error:
                raise AssertionError(f"{run['kind']} {id_}: {error}") from error
            self.versions[id_] = stands_at

    async def _check_seals(self, office: Office) -> None:
        while True:
            report = await office.firm.owner.get("/api/audit/verify", fromSeal=self.next_seal)
            assert report["isIntact"], f"the audit is not intact: {report['findings']}"
            assert report["head"] is not None, "nothing was sealed"
            if report["nextSeal"] is None:
                self.next_seal = int(report["head"]["number"])
                return
            self.next_seal = int(report["nextSeal"])
