"""Systems that send events, and what they sent, from a terminal."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.endings import Code
from tests.unit.cli.client.fake_server import URL, FakeServer, ok, page, problem

MAPPING: dict[str, Any] = {"rules": [{"when": {"/type": "ping"}, "ignore": True}]}
SOURCE: dict[str, Any] = {
    "id": "src_1",
    "name": "Acme",
    "path": "/api/inbound/src_1",
    "scheme": {"name": "standard-webhooks"},
    "mapping": MAPPING,
    "secrets": [],
    "people": [{"userId": "usr_1", "name": "Ann"}],
    "needs": [],
    "stopped": None,
    "refused": {"count": 3, "at": "2026-11-20T08:00:00.000Z", "why": "signature_wrong"},
    "waiting": 0,
    "unmapped": 2,
}
EVENT: dict[str, Any] = {
    "id": "ine_1",
    "sourceId": "src_1",
    "eventId": "evt_1",
    "type": "invoice.paid",
    "receivedAt": "2026-11-20T08:00:00.000Z",
    "state": "unmapped",
    "runId": None,
    "why": "no rule of the source fits it",
}


def given(folder: Path, body: object) -> str:
    file = folder / "source.json"
    file.write_text(json.dumps(body), encoding="utf-8")
    return str(file)


def test_they_are_listed_with_what_waits_and_what_was_refused(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/inbound-sources", ok({"items": [SOURCE], "consumers": []}))
    assert server.run("sources", "list") == Code.DONE
    said = capsys.readouterr().out
    assert all(each in said for each in ("src_1", "Acme", "standard-webhooks", "2", "3"))


def test_one_is_set_up_and_its_address_and_secret_are_shown(
    server: FakeServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on(
        "POST /api/inbound-sources", httpx.Response(201, json={**SOURCE, "secret": "whsec_once"})
    )
    asked = {"name": "Acme", "scheme": {"name": "standard-webhooks"}, "mapping": MAPPING}
    assert server.run("sources", "create", given(tmp_path, asked)) == Code.DONE
    assert server.bodies() == [asked]
    said = capsys.readouterr().out
    assert f"{URL}/api/inbound/src_1" in said, "what is given to the sender"
    assert "whsec_once" in said


def test_a_secret_that_was_given_is_not_shown(
    server: FakeServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST /api/inbound-sources", httpx.Response(201, json={**SOURCE, "secret": None}))
    assert (
        server.run("sources", "create", given(tmp_path, {"name": "Acme", "secret": "whsec_given"}))
        == Code.DONE
    )
    said = capsys.readouterr().out
    assert "whsec_given" not in said
    assert "Secret" not in said


@pytest.mark.parametrize("content", ["{", "[]", None])
def test_what_is_no_file_of_a_source_sends_nothing(
    server: FakeServer, tmp_path: Path, content: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "source.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    assert server.run("sources", "create", str(file)) == Code.USAGE
    assert server.asked == []
    assert "source.json" in capsys.readouterr().err


def test_what_is_shown_can_be_edited_and_given_back(
    server: FakeServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/inbound-sources/src_1", ok(SOURCE))
    server.on("PUT /api/inbound-sources/src_1", ok(SOURCE))
    assert server.run("sources", "show", "src_1") == Code.DONE
    shown = json.loads(capsys.readouterr().out)
    assert server.run("sources", "change", "src_1", given(tmp_path, shown)) == Code.DONE
    assert server.bodies() == [{"name": "Acme", "mapping": MAPPING}]
    assert "2 events can be replayed" in capsys.readouterr().out


def test_a_mapping_that_cannot_be_is_refused_with_its_fields(
    server: FakeServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    errors = [{"field": "mapping.rules.0.start.kind", "message": "There is no such kind."}]
    server.on("PUT /api/inbound-sources/src_1", problem("invalid-values", 422, errors=errors))
    assert server.run("sources", "change", "src_1", given(tmp_path, SOURCE)) != Code.DONE
    assert "mapping.rules.0.start.kind" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "body"),
    [
        ([], {"overlapHours": 24}),
        (["--hours", "0", "--secret", "whsec_given"], {"overlapHours": 0, "secret": "whsec_given"}),
    ],
)
def test_one_is_given_another_secret(
    server: FakeServer, options: list[str], body: dict[str, Any]
) -> None:
    server.on(
        "POST /api/inbound-sources/src_1/secrets",
        httpx.Response(201, json={**SOURCE, "secret": None}),
    )
    assert server.run("sources", "rotate", "src_1", *options) == Code.DONE
    assert server.bodies() == [body]


def test_one_is_ended(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on("DELETE /api/inbound-sources/src_1", httpx.Response(204))
    assert server.run("sources", "end", "src_1") == Code.DONE
    assert "takes no events any more" in capsys.readouterr().out


def test_what_could_not_be_mapped_is_listed_with_its_reason(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/inbound-events", page(EVENT, cursor="c_1"))
    assert (
        server.run("events", "list", "--source", "src_1", "--only", "unmapped", "--limit", "1")
        == Code.DONE
    )
    assert dict(server.asked[0].url.params) == {
        "source": "src_1",
        "state": "unmapped",
        "limit": "1",
    }
    told = capsys.readouterr()
    assert "no rule of the source fits it" in " ".join(told.out.split())
    assert "--cursor c_1" in told.err


def test_an_event_is_shown_whole(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on("GET /api/inbound-events/ine_1", ok({**EVENT, "body": {"type": "invoice.paid"}}))
    assert server.run("events", "show", "ine_1") == Code.DONE
    assert json.loads(capsys.readouterr().out)["body"] == {"type": "invoice.paid"}


def test_one_is_replayed_or_all_of_a_source(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on(
        "POST /api/inbound-events/ine_1/replay",
        httpx.Response(202, json={**EVENT, "state": "stored"}),
    )
    server.on(
        "POST /api/inbound-sources/src_1/replay",
        httpx.Response(202, json={"replayed": 2, "left": 5}),
    )
    assert server.run("events", "replay", "ine_1") == Code.DONE
    assert server.run("events", "replay", "src_1") == Code.DONE
    assert "Worked off again: 2. Left: 5." in capsys.readouterr().out


def test_one_that_has_done_something_is_not_replayed(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST /api/inbound-events/ine_1/replay", problem("not-replayable", 409))
    assert server.run("events", "replay", "ine_1") == Code.REFUSED
    assert "Do this." in capsys.readouterr().err


def test_one_is_taken_over_and_its_new_secret_shown(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on(
        "POST /api/inbound-sources/src_1/take-over",
        httpx.Response(201, json={**SOURCE, "secret": "whsec_once"}),
    )
    assert server.run("sources", "take-over", "src_1") == Code.DONE
    assert server.bodies() == [{}]
    assert "whsec_once" in capsys.readouterr().out
