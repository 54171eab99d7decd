"""Contracts as live runs know them. What is checked in here must not change: a changed contract is
a new version.

A new version gets its snapshot by `UPDATE_SNAPSHOTS=1 python -m pytest
tests/unit/tillroll_durable/test_contract_snapshots.py`, which writes missing files only. What a
run's replay depends on is compared in full.
"""

import json
import os
from typing import Any

import pytest

from cli.making.snapshots import snapshot_of, snapshot_path, write_snapshot
from tillroll.workflows.registry import WORKFLOWS
from tillroll_durable.contract import Contract

_CONTRACTS = [workflow.contract for workflow in WORKFLOWS]


def compare(contract: Contract, kept: dict[str, Any]) -> None:
    """Refuse a contract that differs from what was kept of its version."""
    now = snapshot_of(contract)
    changed = sorted(key for key in kept.keys() | now.keys() if kept.get(key) != now.get(key))
    before, after = ([step["name"] for step in each["steps"]] for each in (kept, now))
    assert not changed, (
        f"{contract.kind} version {contract.version} has changed in {', '.join(changed)} (steps "
        f"{before} -> {after}), "
        f"but runs in flight replay against it. Leave it and its body as they are; declare version "
        f"{contract.version + 1} with a body of its own, register both, and make its snapshot. "
        "See what deploying with runs in flight asks for (docs/operations.md). Was it never "
        "deployed? Then delete its "
        "snapshot, and have it written anew: UPDATE_SNAPSHOTS=1."
    )


@pytest.mark.parametrize("contract", _CONTRACTS, ids=lambda contract: snapshot_path(contract).stem)
def test_a_deployed_version_does_not_change(contract: Contract) -> None:
    path = snapshot_path(contract)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        write_snapshot(contract)
    assert path.exists(), (
        f"{path.name} is missing: run this test once with UPDATE_SNAPSHOTS=1, and commit the file"
    )
    compare(contract, json.loads(path.read_text(encoding="utf-8")))


def test_each_kind_and_version_is_registered_once() -> None:
    versions = [(contract.kind, contract.version) for contract in _CONTRACTS]
    assert len(versions) == len(set(versions))
