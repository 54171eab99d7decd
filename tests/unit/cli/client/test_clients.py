"""Clients from a terminal."""

import json
from typing import Any

import pytest

from cli.endings import Code
from tests.unit.cli.client.fake_server import FakeServer, ok, page

CLIENT: dict[str, Any] = {
    **dict.fromkeys(
        (
            "street",
            "postalCode",
            "city",
            "country",
            "vatId",
            "registrationId",
            "language",
            "currency",
        )
    ),
    **dict.fromkeys(("reference", "source", "archivedAt", "mergedInto")),
    "id": "cli_1",
    "name": "ACME AG",
    "mail": "books@acme.example",
    "termsDays": 14,
    "openProjects": 1,
}
PROJECT = {"id": "prj_1", "name": "Roof", "client": "ACME AG", "closedAt": None}


def sent(server: FakeServer) -> tuple[str, Any]:
    request = server.asked[-1]
    return f"{request.method} {request.url.path}", json.loads(
        request.content
    ) if request.content else None


def test_a_client_is_added_and_changed_by_its_name(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST /api/clients", ok(CLIENT))
    server.on("GET /api/clients", page(CLIENT))
    server.on("PATCH /api/clients/cli_1", ok(CLIENT))
    assert (
        server.run("clients", "add", "ACME AG", "--terms", "14", "--mail", "books@acme.example")
        == Code.DONE
    )
    body = {"name": "ACME AG", "termsDays": 14, "mail": "books@acme.example"}
    assert sent(server) == ("POST /api/clients", body)
    assert "books@acme.example" in capsys.readouterr().out
    assert server.run("clients", "set", "ACME AG", "--mail", "") == Code.DONE
    assert dict(server.asked[-2].url.params) == {"name": "ACME AG"}
    assert sent(server) == ("PATCH /api/clients/cli_1", {"mail": None})
    assert server.run("clients", "archive", "cli_1") == Code.DONE
    assert sent(server)[1] == {"archived": True}


def test_a_name_that_nobody_has_is_said(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/clients", page())
    assert server.run("clients", "show", "Gamma") == Code.NOT_FOUND
    assert "There is no client Gamma" in capsys.readouterr().err


def test_clients_are_merged_and_deleted(server: FakeServer) -> None:
    server.on("POST /api/clients/cli_2/merge", ok(CLIENT))
    server.on("DELETE /api/clients/cli_2", ok({}))
    assert server.run("clients", "merge", "cli_2", "cli_1") == Code.DONE
    assert sent(server)[1] == {"into": "cli_1"}
    assert server.run("clients", "delete", "cli_2") == Code.DONE


def test_projects_are_listed_added_and_archived(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/projects", page(PROJECT))
    server.on("POST /api/clients/cli_1/projects", ok(PROJECT))
    server.on("PATCH /api/projects/prj_1", ok({**PROJECT, "closedAt": "2026-03-01T00:00:00.000Z"}))
    assert server.run("clients", "projects", "cli_1") == Code.DONE
    assert "Roof" in capsys.readouterr().out
    assert server.run("clients", "add-project", "cli_1", "Roof") == Code.DONE
    assert server.run("clients", "set-project", "prj_1", "--archive") == Code.DONE
    assert sent(server) == ("PATCH /api/projects/prj_1", {"archived": True})
    assert "archived" in capsys.readouterr().out


def test_an_expense_selects_a_client_by_name(server: FakeServer) -> None:
    server.on("GET /api/clients", page(CLIENT))
    server.on("GET /api/expenses/exp_1", ok({}, etag='"1"'))
    server.on("PATCH /api/expenses/exp_1", ok({"id": "exp_1"}))
    assert server.run("expense", "exp_1", "--set", "client=ACME AG", "--json") == Code.DONE
    assert sent(server) == ("PATCH /api/expenses/exp_1", {"clientId": "cli_1"})
