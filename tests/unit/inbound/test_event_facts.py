"""What is known of an event beside its body, and who takes events in this deployment."""

import hashlib
import hmac
from datetime import UTC, datetime

import pytest

from tillroll.inbound.models import InboundEvent, PlainHmac, Taken
from tillroll.inbound.rules import Unmapped, consumers, deployed, values_of
from tillroll.inbound.verification import verify
from tillroll_durable.platform.json import Json

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
SECRET = "a text of the sender"
PLAIN = PlainHmac(name="hmac", signature_header="x-sig", id_pointer="/id")


def event(event_type: str | None) -> InboundEvent:
    body: Json = {}
    at = "2026-03-01T09:00:00.000Z"
    return InboundEvent("ine_1", "acc_1", "src_1", "evt_1", event_type, body, at)


def known_type(*, optional: bool = False) -> dict[str, Taken]:
    kind = Taken.model_validate({"known": "eventType", "optional": optional})
    return {"kind": kind, "where": Taken.model_validate({"value": "Graz"})}


def test_the_type_of_an_event_is_taken() -> None:
    assert values_of(known_type(), event("push"), "params") == {"kind": "push", "where": "Graz"}


def test_an_event_without_a_type_is_unmapped_where_the_type_is_needed() -> None:
    with pytest.raises(Unmapped, match=r"^params.kind: the event has no type$"):
        values_of(known_type(), event(None), "params")


def test_an_optional_type_is_left_out_and_what_follows_is_not() -> None:
    table = known_type(optional=True)
    assert values_of(table, event(None), "params") == {"where": "Graz"}


def test_payments_take_events_of_this_deployment() -> None:
    assert "payments" in consumers()
    assert "payments" in deployed().consumers


@pytest.mark.parametrize(("length", "kept"), [(1, 1), (100, 100), (101, 100)])
def test_a_type_is_kept_up_to_a_hundred_characters(length: int, kept: int) -> None:
    kind = "t" * length
    body = f'{{"id": 1, "type": "{kind}"}}'.encode()
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"x-sig": signature}
    verified = verify(PLAIN, [SECRET], headers.get, body, NOW, url="https://tillroll.example/")
    assert verified.type == "t" * kept
