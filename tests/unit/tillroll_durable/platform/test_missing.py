"""A binding that wrangler.jsonc does not have is named where it is asked for, with its line."""

import copy

import pytest

from tillroll_durable.platform.bindings.engine import NonRetryable, NoQueue, QueueUnavailable
from tillroll_durable.platform.bindings.missing import (
    BindingMissing,
    MissingBinding,
    workflow_sentence_for,
)
from tillroll_durable.server.problems import refusal_of


@pytest.mark.parametrize(
    ("binding", "line"),
    [
        ("DB", '"d1_databases": [{ "binding": "DB"'),
        ("BUCKET", '"r2_buckets": [{ "binding": "BUCKET"'),
        ("REQUESTS_BY_ACTOR", '"ratelimits": [{ "name": "REQUESTS_BY_ACTOR"'),
    ],
)
def test_what_is_asked_of_it_says_which_line_to_add(binding: str, line: str) -> None:
    with pytest.raises(BindingMissing, match=f"no binding {binding}") as raised:
        _ = MissingBinding(binding).put
    assert line in str(raised.value)
    assert isinstance(raised.value, NonRetryable), "no attempt of a step can mend it"


def test_it_is_answered_as_a_setting_that_is_wrong() -> None:
    with pytest.raises(BindingMissing) as raised:
        _ = MissingBinding("BUCKET").get
    refusal = refusal_of(raised.value, method="GET", route="/api/files/<key>")
    assert (refusal.kind.code, refusal.kind.status) == ("misconfigured", 503)
    assert "r2_buckets" in refusal.detail


def test_looking_at_it_is_no_use_of_it() -> None:
    assert not hasattr(MissingBinding("BUCKET"), "__len__")
    assert isinstance(copy.copy(MissingBinding("BUCKET")), MissingBinding)


def test_a_workflow_without_a_binding_has_its_line_too() -> None:
    shared = workflow_sentence_for("order", "WORKFLOWS")
    assert '"binding": "WORKFLOWS", "class_name": "Workflows"' in shared
    own = workflow_sentence_for("ship-parcel", "SHIP_PARCEL_WORKFLOW")
    assert '"class_name": "ShipParcelWorkflow"' in own


async def test_a_queue_that_is_not_there_takes_no_message() -> None:
    with pytest.raises(QueueUnavailable, match="DELIVERIES"):
        await NoQueue("DELIVERIES").send({})
