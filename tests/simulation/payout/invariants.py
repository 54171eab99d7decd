"""What must hold of every payout: the books and the bank say what the run's record says, once
each.
"""

from collections import Counter

from tests.simulation.bank import Bank
from tests.simulation.payout.contract import FILE, PAY, PAYOUT_V1
from tillroll_durable.errors import FailureClass
from tillroll_durable.explanation.summary import explain
from tillroll_durable.platform.bindings.database import Row, integer, optional_text, text
from tillroll_durable.platform.json import load
from tillroll_durable.states import LIVE
from tillroll_durable.step_records import LARGEST_INLINE_BYTES
from tillroll_testing.simulation.world import World

_UNDONE = {"reversed", "cancelled", "abandoned"}


async def check_payout(world: World, bank: Bank) -> None:
    """Assert all of it."""
    (run,) = await world.rows("SELECT * FROM runs")
    run_id = text(run, "id")
    steps = await world.rows("SELECT * FROM run_steps ORDER BY started_at")
    intents = await world.rows("SELECT * FROM effect_intents")
    entries = await world.rows("SELECT * FROM entries")
    completed = {text(step, "step"): step for step in steps if step["outcome"] == "completed"}
    has_failed_rollback = run["failure_class"] == FailureClass.ROLLBACK_FAILED
    _failed_rollback_is_told(run, steps, intents)
    _books_agree(run, completed, entries, has_failed_rollback=has_failed_rollback)
    explanation = explain(PAYOUT_V1, run, steps, intents)
    faults = world.faults
    told_late = ""
    if faults.has_stalled or faults.has_died or faults.raised:
        told_late = explanation.what_happened
    _bank_agrees(run, completed, intents, bank=bank, told_late=told_late)
    if run["state"] in _UNDONE:
        failed = await world.rows(
            "SELECT event_key FROM audit_events WHERE action = 'rollback.failed'"
        )
        tried = {
            *completed,
            *(
                text(event, "event_key").partition(":")[2].rpartition(":failed")[0]
                for event in failed
            ),
        }
        begun = {"debit", "pay"} & set(completed)
        assert {f"rollback: {step}" for step in begun} <= tried, (
            "what was done was not even tried to undo"
        )
    if run["state"] in _UNDONE and not has_failed_rollback:
        assert not bank.stands(PAY.key_for(run_id)), f"{run['state']}, but the payment stands"
    if run["state"] == "closed":
        assert bank.stands(PAY.key_for(run_id)), "closed without a payment"
        assert bank.stands(FILE.key_for(run_id)), "closed without a filing"
    if not (
        world.faults.has_stalled
        or world.faults.has_died
        or world.faults.raised
        or bank.has_kept_silent
    ):
        assert all(intent["outcome"] for intent in intents), "the bank's answer was not recorded"
    if not world.faults.has_stalled:
        assert not bank.repeats, f"sent again without asking: {bank.repeats}"
        # One that hung had no output yet, so the next one finds out.
        hopeless = await world.rows(
            "SELECT attempt FROM step_attempts WHERE error_summary LIKE '%exceeds 4 MiB%'"
        )
        assert all(row["attempt"] == 1 for row in hopeless), (
            "an output that cannot be kept was tried again"
        )
    _outputs_are_whole(world, completed)
    said = explanation.must_not_repeat
    for key in (*bank.effects, *bank.reversals):
        assert any(f"key {key})" in line for line in said), (
            f"{key} happened, and nobody says that it must not be repeated"
        )


def _outputs_are_whole(world: World, completed: dict[str, Row]) -> None:
    """What is large is not in the row, and lies where the row says."""
    for step in completed.values():
        kept = optional_text(step, "output") or "null"
        assert len(kept) <= LARGEST_INLINE_BYTES, (
            f"the row of {step['step']} holds {len(kept)} bytes"
        )
        match load(kept):
            case {"$output": str(key)}:
                assert key in world.host.pieces.objects.content, (
                    f"the output of {step['step']} is lost"
                )
            case _:
                pass


def _failed_rollback_is_told(run: Row, steps: list[Row], intents: list[Row]) -> None:
    """A person was told, and told whether the other side may have undone it."""
    if run["failure_class"] != FailureClass.ROLLBACK_FAILED:
        return
    assert run["requires_human_review"] == 1, "a rollback failed, and nobody was told"
    told = explain(PAYOUT_V1, run, steps, intents)
    intent = next((each for each in intents if each["step"] == run["failed_step"]), None)
    is_unknown = intent is not None and intent["outcome"] is None
    assert ("Whether it was undone is unknown" in told.what_happened) is is_unknown, (
        told.what_happened
    )


def _books_agree(
    run: Row, completed: dict[str, Row], entries: list[Row], *, has_failed_rollback: bool
) -> None:
    """Each completed step has exactly one entry, each that was undone exactly one against it, and
    no others.
    """
    counts = Counter(text(entry, "what") for entry in entries)
    expected = Counter(
        what for what in ("debit", "refund", "announce", "close") if what in completed
    )
    undone = completed.get("rollback: debit")
    if undone and "skipped" not in str(load(optional_text(undone, "output") or "null")):
        assert "debit" in completed, "what was never debited was credited back"
        expected["credit back"] = 1
    assert counts == expected, f"the books say {counts}, the record says {expected}"
    balance = sum(integer(entry, "amount") for entry in entries)
    if run["state"] in {*_UNDONE, "rejected"} and not has_failed_rollback:
        assert balance == 0, f"{run['state']}, but the books do not balance"
    if run["state"] == "closed":
        assert balance == -100, "closed, but not debited once"


def _is_told_late(run: Row, intent: Row, told: str) -> bool:
    """Whether a run that ended, or undoes what it did, says what became of a late answer."""
    if run["failed_step"] == intent["step"]:
        return "after all" in told or "had done it" in told
    if run["status"] in LIVE:
        return bool(told) and run["cancel_kind"] is not None
    return f"{text(intent, 'step')} had done stands" in told or "was undone" in told


def _bank_agrees(
    run: Row, completed: dict[str, Row], intents: list[Row], *, bank: Bank, told_late: str
) -> None:
    """Nothing happened at the bank of which the record does not know, and nothing that the record
    denies. `told_late` is what the run says, where an answer of the bank can have been late.
    """
    run_id = text(run, "id")
    by_key = {text(intent, "idempotency_key"): intent for intent in intents}
    happened = bank.effects + bank.reversals
    assert set(bank.effects) <= {PAY.key_for(run_id), FILE.key_for(run_id)}, "somebody else's key"
    assert set(bank.reversals) <= {f"{PAY.key_for(run_id)}:rollback"}, (
        "undone under somebody else's key"
    )
    assert all(times == 1 for times in happened.values()), f"done twice: {happened}"
    for key in happened:
        assert key in by_key, f"{key} was sent without an intent"
        assert by_key[key]["outcome"] != "refused", f"{key} happened, the record says refused"
    for key, intent in by_key.items():
        if intent["outcome"] == "done":
            assert key in happened, f"{key} is recorded, and never happened"
            # An answer may come when its step takes none any more: the run says so instead.
            assert intent["step"] in completed or _is_told_late(run, intent, told_late), (
                f"{key} is settled, its step is not: {told_late}"
            )
    for step in (PAY, FILE):
        if step.name in completed:
            assert by_key[step.key_for(run_id)]["outcome"] == "done", (
                f"{step.name} is completed, its intent is not settled"
            )
            external_id = completed[step.name]["external_id"]
            of_bank = f"bank-{step.key_for(run_id)}"
            assert external_id == of_bank, f"the id of {step.name} was not kept"
