"""The workflows of a deployment: which of them are imported by what is asked."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.simulation.receipts import open_receipts, upload
from tillroll.payouts.workflow import PAYOUT
from tillroll.receipts.workflow import RECEIPT
from tillroll.workflows.registry import REGISTRY, WORKFLOWS
from tillroll_durable import NoParams, Schedule, Workflow
from tillroll_durable.registry import Registry
from tillroll_durable.selection import Selection
from tillroll_durable.views.runs import shown_runs
from tillroll_testing.simulation.faults import Faults


def _later() -> Registry:
    def receipts() -> Sequence[Workflow]:
        return [RECEIPT]

    def payouts() -> Sequence[Workflow]:
        return [PAYOUT]

    return Registry({"receipt": receipts, "payout": payouts})


def test_a_kind_is_imported_when_it_is_asked_for() -> None:
    registry = _later()
    assert [*registry.newest] == ["payout", "receipt"]
    assert "payout" in registry.newest
    assert registry.newest.get("trip") is None
    assert registry.contracts.get(("trip", 1)) is None
    assert registry.contract_of("trip", 1).kind == "trip"
    assert registry.imported == []
    assert registry.contract_of("receipt", RECEIPT.contract.version) is RECEIPT.contract
    assert registry.settlements["run.failed"] is None
    assert registry.settlements["expense.created"] is RECEIPT.settlements["expense.created"]
    assert registry.imported == ["receipt"]
    assert len(registry.contracts) == 2
    assert registry.imported == ["payout", "receipt"]


def test_a_topic_that_no_kind_has_is_none_of_the_settlements() -> None:
    assert "trip.ended" not in _later().settlements


def test_a_kind_under_another_name_is_refused() -> None:
    with pytest.raises(ValueError, match="a workflow of the kind receipt"):
        Registry({"trip": lambda: [RECEIPT]}).versions("trip")


def test_only_kinds_that_begin_by_time_are_imported_for_it() -> None:
    hourly = replace(RECEIPT, params=NoParams, subject=None, schedule=Schedule(cron="0 * * * *"))
    kinds = {"receipt": lambda: [hourly], "payout": lambda: [PAYOUT]}
    registry = Registry(kinds, by_time=["receipt"])
    assert [kind for kind, _ in registry.by_time] == ["receipt"]
    assert registry.imported == ["receipt"]
    assert [kind for kind, _ in Registry([hourly, PAYOUT]).by_time] == ["receipt"]
    with pytest.raises(ValueError, match="name it in `by_time`"):
        Registry(kinds, by_time=[]).versions("receipt")
    with pytest.raises(ValueError, match="no kind of the name trip"):
        Registry(kinds, by_time=["trip"])


def test_a_kind_without_a_trigger_says_what_begins_its_runs() -> None:
    silent = replace(RECEIPT, params=NoParams, subject=None, trigger=None, begun_by="")
    assert silent.begun_otherwise == "other runs"
    hourly = replace(silent, schedule=Schedule(cron="0 * * * *"))
    assert hourly.begun_otherwise == "a schedule"
    assert replace(hourly, begun_by="POST /api/trips").begun_otherwise == "POST /api/trips"


def test_a_fault_of_an_import_is_told_from_a_kind_that_is_not_deployed() -> None:
    def broken() -> Sequence[Workflow]:
        raise KeyError("SETTING")

    with pytest.raises(ImportError, match="the kind trip cannot be imported: KeyError"):
        Registry({"trip": broken}).contracts.get(("trip", 1))


async def test_a_list_shows_a_run_of_a_kind_that_was_not_imported() -> None:
    world = await open_receipts(Faults())
    await upload(world)
    await world.settle()
    registry = _later()
    [found] = await shown_runs(world.host.database, registry, Selection("runs", "1", ()))
    assert registry.imported == ["receipt"]
    assert found.shown is not None


def test_what_is_deployed_fits_together() -> None:
    REGISTRY.check_topics()
    assert {each.contract.kind for each in WORKFLOWS} == {*REGISTRY.newest}


def test_kinds_share_a_class_unless_they_ask_for_their_own() -> None:
    registry = Registry([RECEIPT, PAYOUT])
    assert registry.binding_of("receipt") == "RECEIPT_WORKFLOW"
    assert registry.binding_of("payout") == "WORKFLOWS"
    assert registry.binding_of("trip") is None


def test_a_class_is_known_before_its_kind_is_imported() -> None:
    kinds = {"receipt": lambda: [RECEIPT], "payout": lambda: [PAYOUT]}
    registry = Registry(kinds, own_classes=["receipt"])
    assert registry.binding_of("receipt") == "RECEIPT_WORKFLOW"
    assert registry.binding_of("payout") == "WORKFLOWS"
    assert registry.imported == []


def test_two_words_on_a_class_are_refused() -> None:
    with pytest.raises(ValueError, match="disagree"):
        Registry({"receipt": lambda: [RECEIPT]}, own_classes=[]).versions("receipt")
    with pytest.raises(ValueError, match="would have a class"):
        Registry({"receipt": lambda: [RECEIPT]}, own_classes=["trip"])
    second = replace(RECEIPT, contract=replace(RECEIPT.contract, version=2), has_own_class=False)
    with pytest.raises(ValueError, match="the same `has_own_class`"):
        Registry({"receipt": lambda: [RECEIPT, second]}).versions("receipt")
