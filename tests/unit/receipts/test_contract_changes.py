"""A contract that has changed is told from what was kept of its version."""

import dataclasses

import pytest

from cli.making.snapshots import snapshot_of
from tests.unit.tillroll_durable.test_contract_snapshots import compare
from tillroll.receipts.contract import OCR_EXTRACT, PARSE_STRUCTURED, RECEIPT_V1
from tillroll_durable.step import Step


@pytest.mark.parametrize(
    "steps",
    [
        RECEIPT_V1.steps[:-1],
        RECEIPT_V1.steps[::-1],
        (dataclasses.replace(OCR_EXTRACT, name="read-photo"), *RECEIPT_V1.steps[1:]),
        (
            OCR_EXTRACT,
            dataclasses.replace(PARSE_STRUCTURED, timeout_seconds=1),
            *RECEIPT_V1.steps[2:],
        ),
    ],
    ids=["removed", "reordered", "renamed", "another timeout"],
)
def test_a_change_without_a_new_version_is_refused(steps: tuple[Step, ...]) -> None:
    with pytest.raises(AssertionError, match="declare version 2 with a body of its own"):
        compare(dataclasses.replace(RECEIPT_V1, steps=steps), snapshot_of(RECEIPT_V1))
