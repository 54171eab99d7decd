"""What `tillroll dev` makes of a project: its configuration, token, packages and database."""

import json
import socket
from pathlib import Path

import httpx
import pytest

from local.pins import OF_LIBRARY, PINNED, of_library
from tillroll_command.making.starting import start_project
from tillroll_command.project import AuthorsProject, nearest_project
from tillroll_command.running import configuration
from tillroll_command.running.dev import told_of_runs
from tillroll_command.running.parts import own_requirements, why_not_installed
from tillroll_command.running.places import Places
from tillroll_command.running.stack import Ports, ProjectStack
from tillroll_command.tokens import ACCOUNT, made_token
from tillroll_durable.server.access import digest_of
from tillroll_local.commands import CommandFailed
from tillroll_local.other_side import OtherSide
from tillroll_local.processes import free_port
from tillroll_local.stack import StackError
from tillroll_testing.host.entry import NoWorkflows, registry_of
from tillroll_testing.host.sqlite import SqliteDatabase

OTHER_SIDE = "http://127.0.0.1:9000"
_ENTRY = """
import js
from js import URL
from pyodide.ffi import JsException, to_js
from workers import WorkflowEntrypoint
from workers.workflows import NonRetryableError

from tillroll_durable import Contract, NoParams, Registry, Workflow

started = to_js({}, dict_converter=js.Object.fromEntries)


async def body(run):
    try:
        return None
    except JsException:
        return None


class Workflows(WorkflowEntrypoint):
    pass


class App:
    registry = Registry([Workflow(Contract("note", 1, steps=()), body, params=NoParams)])


app = App()
"""


def test_hosts_that_nobody_has_are_answered_here() -> None:
    deployed = {
        "compatibility_flags": ["python_workers"],
        "vars": {
            "PAYMENTS_URL": "https://payments.example/charges",
            "NAME": "x",
            "LIVE": "https://a.de",
        },
        "ai": {"binding": "AI"},
    }
    local = configuration.localise(deployed, {"NAME": "mine", "OTHER": "no"}, OTHER_SIDE)
    assert local["vars"] == {
        "ALLOW_PRIVATE_ADDRESSES": "true",
        "PAYMENTS_URL": f"{OTHER_SIDE}/payments.example/charges",
        "NAME": "mine",
        "LIVE": "https://a.de",
    }
    assert local["compatibility_flags"] == [
        "python_workers",
        "experimental",
        "python_workers_development",
    ]
    assert "ai" not in local


def test_a_new_projects_configuration_is_read(tmp_path: Path) -> None:
    start_project(tmp_path / "shop", "shop")
    places = Places(AuthorsProject(tmp_path / "shop", "shop"))
    deployed = configuration.read(places.configuration)
    assert configuration.workflows_in(deployed) == ["shop-workflows"]
    assert configuration.crons_in(deployed) == ["* * * * *"]
    assert own_requirements(tmp_path / "shop" / "pyproject.toml") == []


def test_the_other_side_does_it_once_a_key_and_remembers(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/payments.example/charges"
    for _ in range(2):  # the second is a start after a kill
        side = OtherSide(port, tmp_path / "other-side.jsonl")
        side.start()
        try:
            first = httpx.post(url, headers={"idempotency-key": "one"}, json={"amount": 1})
            again = httpx.post(url, headers={"idempotency-key": "one"}, json={"amount": 1})
            found = httpx.get(f"{url}/one")
            missing = httpx.get(f"{url}/two")
        finally:
            side.stop()
        assert first.json() == again.json() == found.json()
        assert (again.status_code, missing.status_code) == (200, 404)
    lines = (tmp_path / "other-side.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["key"] for line in lines] == ["one"]


def test_a_token_makes_the_account_where_there_is_none(tmp_path: Path) -> None:
    start_project(tmp_path / "shop", "shop")
    database = SqliteDatabase()
    database.migrate(tmp_path / "shop" / "migrations")
    for name in ("first", "second"):
        made = made_token(name, ["read", "run"])
        database.connection.execute(made.sql)
    rows = [*database.connection.execute("SELECT name, digest, account_id FROM access_tokens")]
    assert rows[-1] == ("second", digest_of(made.secret), ACCOUNT)
    assert len(rows) == 2
    assert [*database.connection.execute("SELECT count(*) FROM accounts")] == [(1,)]
    with pytest.raises(ValueError, match="permission"):
        made_token("third", ["Read all"])


def test_the_librarys_pins_are_those_of_the_worker() -> None:
    renewed = of_library(PINNED.read_text(encoding="utf-8"))
    assert OF_LIBRARY.read_text(encoding="utf-8") == renewed, "run: .venv/bin/python -m local.pins"


def test_an_entry_is_read_where_the_runtime_is_not(tmp_path: Path) -> None:
    entry = tmp_path / "entry.py"
    entry.write_text(_ENTRY, encoding="utf-8")
    assert [*registry_of(entry).newest] == ["note"]
    entry.write_text("app = None\n", encoding="utf-8")
    with pytest.raises(NoWorkflows, match="has no `app"):
        registry_of(entry)


@pytest.mark.parametrize(
    "said",
    [
        "npm error code ENOTFOUND\nnpm error network request to https://npm.example failed",
        "WARNING: Retrying after NewConnectionError\nERROR: No matching distribution found",
    ],
)
def test_without_a_network_an_installation_ends_in_a_sentence(said: str) -> None:
    why = why_not_installed(CommandFailed(f"This failed: npm install\n{said}"))
    assert why.startswith("No registry was reached, and this needs one: npm install.")
    assert "\n" not in why


def test_what_else_an_installation_says_is_told_whole() -> None:
    assert why_not_installed(CommandFailed("This failed: npm install\nno room")).endswith(
        "\nno room"
    )


def test_a_project_without_its_configuration_does_not_start(tmp_path: Path) -> None:
    start_project(tmp_path / "shop", "shop")
    (tmp_path / "shop" / "wrangler.jsonc").unlink()
    stack = ProjectStack(Places(nearest_project(tmp_path / "shop")), Ports(free_port()))
    with pytest.raises(StackError, match=r"wrangler\.jsonc cannot be read: .*No such file"):
        stack.start()


def test_a_port_in_use_is_told_with_the_option_that_chooses_another(tmp_path: Path) -> None:
    start_project(tmp_path / "shop", "shop")
    with socket.create_server(("localhost", 0)) as taken:
        port = int(taken.getsockname()[1])
        stack = ProjectStack(Places(nearest_project(tmp_path / "shop")), Ports(port))
        with pytest.raises(StackError, match=f"Port {port} is taken.*--port {port + 1}"):
            stack.start()


def test_a_start_tells_of_runs_from_before() -> None:
    assert told_of_runs({"items": [], "nextCursor": None}) is None
    told = told_of_runs({"items": [{"id": "run_1"}, {"id": "run_2"}], "nextCursor": None})
    assert str(told).startswith("2 runs from before: each goes on from its record.")
    assert "100 runs and more" in str(told_of_runs({"items": [{}] * 100, "nextCursor": "x"}))
