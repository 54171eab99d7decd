"""The company from a terminal."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.endings import Code
from tests.unit.cli.client.fake_server import FakeServer, ok

COMPANY: dict[str, Any] = {
    **dict.fromkeys(
        (
            "street",
            "postalCode",
            "city",
            "country",
            "vatId",
            "registrationId",
            "mail",
            "iban",
            "bic",
        )
    ),
    "name": "Books GmbH",
    "logo": None,
    "missing": ["iban"],
    "updatedAt": None,
}


def test_it_is_shown_with_what_is_missing(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/company", ok(COMPANY))
    assert server.run("company", "show") == Code.DONE
    shown = capsys.readouterr()
    assert "Books GmbH" in shown.out
    assert "still need: iban" in shown.err


def test_what_is_named_is_changed_and_an_empty_text_takes_away(server: FakeServer) -> None:
    server.on("PATCH /api/company", ok(COMPANY))
    assert server.run("company", "set", "--city", "Köln", "--bic", "") == Code.DONE
    assert json.loads(server.asked[-1].content) == {"city": "Köln", "bic": None}
    with pytest.raises(SystemExit):
        server.run("company", "set")


def test_a_logo_is_sent_or_removed(server: FakeServer, tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    file.write_bytes(b"\x89PNG")
    logo = {"width": 64, "height": 32, "mediaType": "image/png"}
    server.on("POST /api/company/logo", ok({**COMPANY, "logo": logo}))
    server.on("DELETE /api/company/logo", ok({}))
    assert server.run("company", "logo", str(file)) == Code.DONE
    assert server.asked[-1].content == b"\x89PNG"
    assert server.run("company", "logo", "--remove") == Code.DONE
    with pytest.raises(SystemExit):
        server.run("company", "logo")
