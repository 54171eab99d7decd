"""The local configuration differs from the deployed one where docs/decisions/0002-local-stack.md
says so, only.
"""

import json
import stat
from pathlib import Path

import json5
import pytest

from local import config


def test_it_differs_in_the_documented_points_only() -> None:
    deployed = config.read_deployed()
    local = config.localise(deployed, "127.0.0.1:9388", {})
    added = {key: local[key] for key in local.keys() - deployed.keys()}
    removed = deployed.keys() - local.keys()
    changed = {key for key in local.keys() & deployed.keys() if local[key] != deployed[key]}
    assert removed == {"$schema", "ai", "build"}
    assert changed == {"compatibility_flags"}
    assert local["compatibility_flags"] == [*deployed["compatibility_flags"], *config.LOCAL_FLAGS]
    assert added == {
        "unsafe": {
            "bindings": [
                {
                    "name": deployed["ai"]["binding"],
                    "type": "ai-local",
                    "dev": {
                        "plugin": {"package": str(config.AI_PLUGIN), "name": "ai-local"},
                        "options": {"address": "127.0.0.1:9388"},
                    },
                }
            ]
        }
    }


def test_the_platforms_own_lines_for_requests_are_off() -> None:
    """They have the whole address, and the token of a link stands in its path."""
    assert config.read_deployed()["observability"]["logs"]["invocation_logs"] is False


def test_this_machines_variables_override_the_deployed_ones() -> None:
    deployed = config.read_deployed()
    variables = {"WEBHOOK_URL": "http://127.0.0.1:5000/hook", "WEBHOOK_SECRET": "whsec_x"}
    local = config.localise(deployed, None, variables)
    assert local["vars"] == {**deployed["vars"], "WEBHOOK_URL": "http://127.0.0.1:5000/hook"}
    assert local["secrets"] == {"required": ["WEBHOOK_SECRET"]}
    assert config.secrets_of(variables) == {"WEBHOOK_SECRET": "whsec_x"}
    assert deployed["vars"]["WEBHOOK_URL"] == ""


def test_variables_are_taken_from_the_environment_by_their_names() -> None:
    environment = {"PATH": "/bin", "WEBHOOK_SECRET": "whsec_x", "DEFAULT_CURRENCY": ""}
    assert config.variables_from(environment) == {
        "WEBHOOK_SECRET": "whsec_x",
        "DEFAULT_CURRENCY": "",
    }


def test_no_two_state_folders_share_a_configuration(tmp_path: Path) -> None:
    assert config.config_path(tmp_path / "a") != config.config_path(tmp_path / "b")
    assert config.config_path(tmp_path / "a") == config.config_path(tmp_path / "b" / ".." / "a")


def test_a_stack_can_have_more_databases_than_are_deployed(tmp_path: Path) -> None:
    local = config.localise(config.read_deployed(), None, {}, databases=3)
    named = [(each["binding"], each["database_name"]) for each in local["d1_databases"]]
    assert named == [("DB", "tillroll"), ("DB_2", "tillroll-2"), ("DB_3", "tillroll-3")]
    file = tmp_path / "wrangler.jsonc"
    file.write_text(json.dumps(local), encoding="utf-8")
    assert config.databases_in(file) == ["DB", "DB_2", "DB_3"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder with nothing but a wrangler.jsonc."""
    content: dict[str, object] = {
        "name": "x",
        "main": "m.py",
        "compatibility_flags": [],
        "vars": {},
        "ai": {"binding": "AI"},
    }
    (tmp_path / "wrangler.jsonc").write_text(
        f"// a comment\n{json.dumps(content)}", encoding="utf-8"
    )
    monkeypatch.setattr(config, "ROOT", tmp_path)
    return tmp_path


def test_the_written_file_lies_beside_wrangler_jsonc_for_this_user_only(project: Path) -> None:
    path = config.write(
        project / "state", "127.0.0.1:9388", {"WEBHOOK_SECRET": "whsec_x"}, main="copy/entry.py"
    )
    assert path.parent == project
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    written = json5.loads(path.read_text(encoding="utf-8"))
    assert (written["main"], written["vars"]) == ("copy/entry.py", {})
    assert "whsec_x" not in path.read_text(encoding="utf-8")


def test_the_configuration_for_one_command_is_gone_afterwards(project: Path) -> None:
    with config.for_one_command() as path:
        assert "unsafe" not in json5.loads(path.read_text(encoding="utf-8"))
    assert [each.name for each in project.iterdir()] == ["wrangler.jsonc"]
