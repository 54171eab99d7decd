"""What wrangler is told of this machine's data."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from local.config import config_path, localise, read_deployed
from local.places import ROOT
from local.wrangler import NothingRuns, data_folder, information_file, on_this_machine

STATE = Path("/somewhere/state")
HERE = ["--persist-to", "/somewhere/state/wrangler"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("d1 execute DB --command x", ["--local", *HERE]),
        ("d1 execute DB --local --command x", HERE),
        ("d1 migrations list DB", ["--local", *HERE]),
        ("r2 object get tillroll-receipts/key", ["--local", *HERE]),
        ("d1 execute DB --remote --command x", []),
        ("d1 execute --help", []),
        ("queues list", []),
        ("deploy --dry-run", []),
    ],
)
def test_commands_on_stored_data_are_told_where_it_lies(arguments: str, told: list[str]) -> None:
    assert on_this_machine(arguments.split(), STATE) == [*arguments.split(), *told]


def test_the_data_of_the_default_instance_are_where_plain_wrangler_has_them() -> None:
    """Plain wrangler has .wrangler/state beside its configuration."""
    assert data_folder(ROOT / ".tillroll") == ROOT / ".wrangler" / "state"
    assert data_folder(STATE) == STATE / "wrangler"
    assert config_path(ROOT / ".tillroll").parent == ROOT


def test_the_databases_of_both_have_the_same_names() -> None:
    deployed = read_deployed()
    local = localise(deployed, None, {})
    same = ("name", "d1_databases", "r2_buckets", "queues", "workflows")
    assert {key: local.get(key) for key in same} == {key: deployed.get(key) for key in same}


def test_workflows_commands_are_told_the_running_instances_port(tmp_path: Path) -> None:
    information_file(tmp_path).write_text(
        json.dumps({"url": "http://localhost:8788"}), encoding="utf-8"
    )
    command = ["workflows", "instances", "list", "receipt-workflow"]
    assert on_this_machine(command, tmp_path) == [*command, "--local", "--port", "8788"]
    assert on_this_machine([*command, "--local", "--port", "9"], tmp_path) == [
        *command,
        "--local",
        "--port",
        "9",
    ]


def test_without_a_running_instance_workflows_are_explained(tmp_path: Path) -> None:
    with pytest.raises(NothingRuns, match=r"`make dev` runs.*STATE="):
        on_this_machine(["workflows", "list"], tmp_path)


def test_make_passes_quoted_arguments_on_as_they_are() -> None:
    """Make would read the $ of a JSON path as a variable of its own, and a lost quote would split
    the SQL.
    """
    sql = """SELECT json_extract(detail, '$.a') AS "a b" FROM t WHERE x LIKE '%;*'"""
    arguments = (
        "d1 execute DB --command "
        f'"{sql.replace(chr(34), chr(92) + chr(34)).replace("$", chr(92) + "$")}"'
    )
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    [recipe] = re.findall(r"^\t@exec .*local\.wrangler.*-- (.*)$", makefile, re.MULTILINE)
    printing = f"show:\n\t@printf '%s\\n' {recipe}\n"
    done = subprocess.run(
        ["/usr/bin/env", "make", "--no-print-directory", "-f", "-", f"ARGS={arguments}"],
        input=printing,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["d1", "execute", "DB", "--command", sql]
