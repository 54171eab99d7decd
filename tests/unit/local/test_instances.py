"""What a running `make dev` writes down, for the command `tillroll` to find."""

import os
import stat
from pathlib import Path

import pytest

from cli.client.server import SERVERS, ServerOptions, find_server
from local import instances
from local.wrangler import information_file


def test_the_command_finds_what_is_announced_until_it_is_withdrawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instances, "SERVERS", tmp_path / "project" / SERVERS)
    state = tmp_path / "other"
    state.mkdir()
    instances.announce(state, {"url": "http://localhost:9", "token": "till_x", "pid": os.getpid()})
    assert find_server(ServerOptions(), {}, tmp_path / "project").token == "till_x"
    [pointer] = (tmp_path / "project" / SERVERS).iterdir()
    assert "till_x" not in pointer.read_text(encoding="utf-8")
    assert stat.S_IMODE(information_file(state).stat().st_mode) == 0o600
    instances.withdraw(state)
    assert not pointer.exists()
    assert not information_file(state).exists()
    instances.withdraw(state)
