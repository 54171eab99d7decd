"""Values are taken from an event by the letter of RFC 6901, and a mapping is held to what is
deployed.
"""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from tests.simulation.verbs.journey import JOURNEY
from tillroll.inbound.models import Absent, EventMapping, InboundEvent, check_pointer, find
from tillroll.inbound.rules import Unmapped, problems_of, rule_for, values_of
from tillroll.workflows.registry import WORKFLOWS
from tillroll_durable import Registry, Trigger, begin_as_asked

# RFC 6901, section 5.
DOCUMENT: Any = {
    "foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, 'k"l': 6,
    " ": 7, "m~n": 8,
}  # fmt: skip
REGISTRY = Registry([*WORKFLOWS, replace(JOURNEY, trigger=Trigger(begin_as_asked))])


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", DOCUMENT),
        ("/foo", ["bar", "baz"]),
        ("/foo/0", "bar"),
        ("/", 0),
        ("/a~1b", 1),
        ("/c%d", 2),
        ("/e^f", 3),
        ("/g|h", 4),
        ("/i\\j", 5),
        ('/k"l', 6),
        ("/ ", 7),
        ("/m~0n", 8),
    ],
)
def test_the_examples_of_the_rfc_lead_where_it_says(pointer: str, value: Any) -> None:
    assert find(DOCUMENT, check_pointer(pointer)) == value


@pytest.mark.parametrize(
    "pointer", ["/nothing", "/foo/2", "/foo/-", "/foo/00", "/foo/bar", "/foo/0/x", "/a~1b/x"]
)
def test_what_is_not_there_is_absent(pointer: str) -> None:
    with pytest.raises(Absent):
        find(DOCUMENT, pointer)


@pytest.mark.parametrize("pointer", ["foo", "/a~b", "/a~2", "#/foo", "/" + "x" * 200])
def test_what_is_no_pointer_is_refused(pointer: str) -> None:
    with pytest.raises(ValueError, match="RFC 6901"):
        check_pointer(pointer)


def mapping(*rules: dict[str, Any]) -> EventMapping:
    return EventMapping.model_validate({"rules": list(rules)})


def said(body: Any, event_type: str | None = None) -> InboundEvent:
    return InboundEvent(
        "ine_1", "acc_1", "src_1", "evt_1", event_type, body, "2026-03-01T09:00:00.000Z"
    )


def test_the_first_rule_that_fits_is_taken() -> None:
    rules = mapping(
        {"when": {"/type": "a", "/live": True}, "consumer": "first"},
        {"when": {"/type": "a"}, "consumer": "second"},
        {"eventType": "push", "ignore": True},
    )
    assert rule_for(rules, said({"type": "a", "live": True})).consumer == "first"
    assert rule_for(rules, said({"type": "a", "live": 1})).consumer == "second"  # 1 is not true
    assert rule_for(rules, said({}, "push")).ignore
    with pytest.raises(Unmapped, match="no rule"):
        rule_for(rules, said({"type": "b"}))


def test_values_are_taken_from_the_event_what_is_known_of_it_and_the_rule() -> None:
    start = mapping(
        {
            "start": {
                "kind": "any",
                "params": {
                    "user": {"pointer": "/data/user", "prefix": "user:"},
                    "id": {"known": "eventId"},
                    "at": {"known": "receivedAt"},
                    "nothing": {"value": None},
                    "more": {"pointer": "/data/more", "optional": True},
                    "where": {"value": "Graz"},
                },
            }
        }
    ).rules[0].start  # fmt: skip
    assert start is not None
    assert values_of(start.params, said({"data": {"user": 42}}), "params") == {
        "user": "user:42", "id": "evt_1", "at": "2026-03-01T09:00:00.000Z", "nothing": None,
        "where": "Graz",
    }  # fmt: skip
    with pytest.raises(Unmapped, match=r"params.user: nothing stands at /data/user"):
        values_of(start.params, said({"data": {}}), "params")
    with pytest.raises(Unmapped, match="only text or a whole number") as error:
        values_of(start.params, said({"data": {"user": ["Ann Smith"]}}), "params")
    assert "Ann" not in str(error.value)


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"ignore": False},
        {"ignore": True, "consumer": "mail"},
        {"when": {"type": "a"}, "ignore": True},
        {"start": {"kind": "journey", "params": {"way": {}}}},
        {"start": {"kind": "journey", "params": {"way": {"value": "leg", "pointer": "/a"}}}},
        {"signal": {"kind": "journey", "name": "confirm"}},
        {"unknown": 1, "ignore": True},
    ],
)
def test_a_rule_that_says_too_little_or_too_much_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        mapping(rule)


@pytest.mark.parametrize(
    ("rule", "field", "says"),
    [
        (
            {"start": {"kind": "nothing"}},
            "start.kind",
            "There are: account-move, claim, journey, onboarding, payout, payout-batch, receipt",
        ),
        ({"start": {"kind": "export"}}, "start.kind", "cannot be begun from outside"),
        ({"start": {"kind": "export"}}, "start.kind", "These can: account-move, claim, journey"),
        ({"start": {"kind": "receipt"}}, "start.params.receiptId", "needed"),
        (
            {"start": {"kind": "receipt", "params": {"receipt_id": {"pointer": "/a"}}}},
            "start.params.receipt_id",
            "There are: receiptId",
        ),
        (
            {
                "start": {
                    "kind": "receipt",
                    "params": {"receiptId": {"pointer": "/a", "optional": True}},
                }
            },
            "start.params.receiptId",
            "not that it is optional",
        ),
        (
            {"start": {"kind": "journey", "params": {"way": {"value": "flight"}}}},
            "start.params.way",
            "There are whole, leg",
        ),
        (
            {"start": {"kind": "journey", "params": {"way": {"value": "leg", "prefix": "a "}}}},
            "start.params.way",
            "There are whole, leg",
        ),
        (
            {"signal": {"kind": "journey", "name": "depart", "runId": {"pointer": "/r"}}},
            "signal.name",
            "confirm",
        ),
        (
            {"signal": {"kind": "journey", "name": "confirm", "runId": {"pointer": "/r"}}},
            "signal.payload.by",
            "needed",
        ),
        ({"consumer": "bounces"}, "consumer", "There are: mail"),
    ],
)
def test_a_mapping_to_what_is_not_there_is_refused(
    rule: dict[str, Any], field: str, says: str
) -> None:
    problems = problems_of(mapping({"ignore": True}, rule), REGISTRY, ["mail"])
    (message,) = [message for name, message in problems if name == f"mapping.rules.1.{field}"]
    assert says in message


def test_where_there_is_no_consumer_the_refusal_says_none() -> None:
    problems = problems_of(mapping({"consumer": "mail"}), REGISTRY, [])
    assert problems == [("mapping.rules.0.consumer", "There is no such consumer. There are: none.")]


def test_a_mapping_to_what_is_there_is_taken() -> None:
    rules = mapping(
        {
            "start": {
                "kind": "journey",
                "params": {"way": {"value": "leg"}, "left": {"pointer": "/left"}},
            }
        },
        {
            "signal": {
                "kind": "journey",
                "name": "confirm",
                "subject": {"pointer": "/s"},
                "payload": {"by": {"pointer": "/by"}},
            }
        },
        {"consumer": "mail"},
    )
    assert problems_of(rules, REGISTRY, ["mail"]) == []
