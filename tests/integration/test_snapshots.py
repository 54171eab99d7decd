"""A start from a memory snapshot, on the genuine stack: two starts from one draw other values, it
holds nothing of the stack that had it made, a save runs the new code, and a spoilt one is done
without.
"""

import base64
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from local.audit_key import signing_key_of
from local.encryption_key import encryption_keys_of
from local.places import SNAPSHOTS
from tests.support.own_stack import own_stack
from tests.support.running_stack import RunningStack, wait_until
from tillroll_local.runtime.snapshots import Snapshots

pytestmark = pytest.mark.long

ENTRY = Path(__file__).parents[1] / "entries" / "drawing.py"
MARK = f"# {uuid4()}\n"
VARIABLES = {
    "WEBHOOK_SECRET": "whsec_" + base64.b64encode(os.urandom(24)).decode(),
    "WEBHOOK_URL": f"https://receiver.example/{uuid4()}",
}
_PATIENCE_SECONDS = 600.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("snapshots")


@pytest.fixture(scope="module")
def made(folder: Path) -> Path:
    """The snapshot that a first start has had made: of sources that no other test has, or had
    before.
    """
    with own_stack(
        folder / "first", main=ENTRY, change=_mark, variables=VARIABLES, makes_snapshots=True
    ) as (stack, _):
        key, was_there = _loaded(stack)
        assert not was_there
        return wait_until(
            lambda: _file_of(key), "the snapshot, which gives way to all else", _PATIENCE_SECONDS
        )


@pytest.fixture(scope="module")
def twice(folder: Path, made: Path) -> Iterator[list[RunningStack]]:
    """Two stacks, each started from that snapshot."""
    with (
        own_stack(folder / "second", main=ENTRY, change=_mark) as (second, _),
        own_stack(folder / "third", main=ENTRY, change=_mark) as (third, _),
    ):
        for stack in (second, third):
            assert _loaded(stack) == (made.name.partition("-")[0], True)
        yield [second, third]


def test_it_holds_no_secret_and_no_variable_of_the_stack_that_had_it_made(
    folder: Path, made: Path
) -> None:
    content = made.read_bytes()
    state = folder / "first"
    # it is the memory as it was, neither packed nor encrypted
    assert b"tillroll_durable" in content
    for secret in (
        *VARIABLES.values(),
        signing_key_of(state),
        encryption_keys_of(state),
        str(state),
    ):
        assert secret.encode() not in content
        assert secret.encode("utf-16-le") not in content


def test_two_starts_from_one_draw_other_values(twice: list[RunningStack]) -> None:
    first, second = [_post(stack, "/api/test/draws") for stack in twice]
    assert {name for name, value in first.items() if second[name] == value} == set()
    # And again, further on in the same two.
    third, fourth = [_post(stack, "/api/test/draws") for stack in twice]
    for name in first:
        assert len({draw[name] for draw in (first, second, third, fourth)}) == 4, name


def test_two_starts_from_one_give_other_sessions_tokens_and_ids(twice: list[RunningStack]) -> None:
    codes = [_post(stack, "/api/sign-in-codes")["url"] for stack in twice]
    assert len(set(codes)) == 2
    tokens = [_post(stack, "/api/tokens", {"name": "one more"}) for stack in twice]
    assert len({token["token"] for token in tokens}) == len({token["id"] for token in tokens}) == 2


def test_each_seals_with_the_key_of_its_own_state(twice: list[RunningStack]) -> None:
    keys: list[str] = []
    for stack in twice:
        with stack.client() as client:
            keys.append(client.get("/api/audit/verify").raise_for_status().json()["publicKey"])
    assert all(keys)
    assert keys[0] != keys[1]


def test_a_save_runs_the_new_code_and_a_spoilt_snapshot_is_done_without(
    folder: Path, made: Path
) -> None:
    with own_stack(folder / "fourth", main=ENTRY, change=_mark) as (stack, entry):
        key, was_there = _loaded(stack)
        assert was_there
        text = entry.read_text(encoding="utf-8")
        entry.write_text(text.replace('"JavaScript":', '"the new code":'), encoding="utf-8")
        wait_until(lambda: "the new code" in _post(stack, "/api/test/draws"), "the saved code")
        saved, was_there = _loaded(stack)
        assert saved != key
        assert not was_there
    content = bytearray(made.read_bytes())
    content[1_000_000:1_001_000] = bytes(1000)
    made.write_bytes(content)
    with own_stack(folder / "fifth", main=ENTRY, change=_mark) as (stack, _):
        assert _loaded(stack) == (key, False)
        assert not made.exists() or made.read_bytes() != content
        assert len(_post(stack, "/api/test/draws")["uuid"]) == 36


def _mark(source: Path) -> None:
    (source / "tillroll" / "marked.py").write_text(MARK, encoding="utf-8")


def _loaded(stack: RunningStack) -> tuple[str, bool]:
    """The key of what runs, and whether it was started from a snapshot."""
    key, _, how = (
        (stack.stack.state / "workerd-snapshot").read_text(encoding="utf-8").partition(" ")
    )
    return key, how == "loaded"


def _file_of(key: str) -> Path | None:
    return Snapshots(SNAPSHOTS).find(key)


def _post(stack: RunningStack, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    with stack.client() as client:
        return client.post(path, json=body).raise_for_status().json()
