"""What ended after a backup ends again in the restored place: once, in order, and nothing else is touched."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw
import httpx
import pytest

from cli import main as command
from cli.operations import where
from local.d1 import Answer, D1Error
from tests.support.endpoints import add_endpoint
from tests.support.host_api import api_client
from tests.support.host_platform import HostPlatform
from tests.support.roles import roles_given
from tillroll.access.roles import Role
from tillroll.audit.service import seal_new_events
from tillroll.durable import Actor
from tillroll.durable.record.audit import append
from tillroll.identity.people import change_roles, remove_person
from tillroll.identity.repository import Person
from tillroll.identity.tokens import new_token, revoke_token
from tillroll.platform.bindings.database import statement
from tillroll.platform.clock import to_text
from tillroll.privacy.repository import Audited, What
from tillroll.privacy.service import request_erasure, take_back
from tillroll.webhooks.service import delete_endpoint

ACCOUNT = "acc_first"
OWNER = Actor(ACCOUNT, "user:usr_first")
AT = "2026-03-01T09:30:00.000Z"


@dataclass
class Places:
    """The old place, and the one that was restored from a backup of it; commands run on `current`."""

    old: HostPlatform
    restored: Any
    current: Any

    def back_up(self) -> None:
        """Bring the restored place to where the old one stands now."""
        self.restored.deserialize("main", self.old.database.connection.serialize("main"))

    def run(self, sql: str, _configuration: Path) -> list[Answer]:
        answers: list[Answer] = []
        try:
            with self.current:
                cursor = self.current.execute(sql)
                for row in cursor:
                    names = [column[0] for column in cursor.get_description()]
                    answers.append(dict(zip(names, row, strict=True)))
        except apsw.Error as error:
            raise D1Error(str(error)) from error
        return answers

    def run_all(self, statements: Sequence[str], configuration: Path) -> list[list[Answer]]:
        return [self.run(each, configuration) for each in statements]

    def rows(self, sql: str, *values: str) -> list[tuple[object, ...]]:
        return list(self.restored.execute(sql, values))


@pytest.fixture
async def places(host: HostPlatform, monkeypatch: pytest.MonkeyPatch) -> Places:
    """Ann owns the account; Bob and Cem are there too, Bob with a token; there is an endpoint."""
    for name in ("bob", "cem"):
        add = "INSERT INTO users (id, account_id, name, created_at) VALUES (?1, 'acc_first', ?1, ?2)"
        await host.database.batch([statement(add, f"usr_{name}", AT), *roles_given(f"usr_{name}", "approver")])
    await add_endpoint(host, "ep_a", "https://a.example.org/hook")
    restored: Any = apsw.Connection(":memory:")
    places = Places(host, restored, host.database.connection)
    places.back_up()
    monkeypatch.setattr(where, "execute_remotely", places.run)
    monkeypatch.setattr(where, "query_remotely", places.run)
    monkeypatch.setattr(where, "query_all_remotely", places.run_all)
    return places


def repeat(places: Places, file: Path, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, list[str]]:
    """Write the list of the old place, and repeat it in the restored one."""
    places.current = places.old.database.connection
    assert command.main(["endings", "list", str(file), "--remote"]) == 0
    places.current = places.restored
    capsys.readouterr()
    assert command.main(["endings", "repeat", str(file), "--remote", "--json", *options]) == 0
    return json.loads(capsys.readouterr().out)


async def test_people_tokens_roles_and_endpoints_end_again_and_once(
    places: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    host = places.old
    now = host.pieces.clock.now()
    token = new_token(Person(ACCOUNT, "usr_cem"), "script", None, OWNER.name, now)
    await host.database.batch(token.statements)
    places.back_up()
    await host.database.batch(remove_person(Person(ACCOUNT, "usr_bob"), OWNER.name, now))
    await host.database.batch(change_roles(Person(ACCOUNT, "usr_cem"), [Role.SUBMITTER], OWNER.name, now))
    await host.database.batch(revoke_token(ACCOUNT, token.id, OWNER.name, now))
    await delete_endpoint(host.platform, OWNER, "ep_a")
    everybody = places.rows("SELECT count(*) FROM users WHERE removed_at IS NULL")

    planned = repeat(places, tmp_path / "list", capsys, "--dry-run")
    assert places.rows("SELECT count(*) FROM users WHERE removed_at IS NULL") == everybody
    done = repeat(places, tmp_path / "list", capsys)
    assert done == planned
    assert len(done["repeated"]) == 4
    assert places.rows("SELECT id FROM users WHERE removed_at IS NOT NULL") == [("usr_bob",)]
    assert places.rows("SELECT role FROM user_roles WHERE user_id = 'usr_cem'") == [("submitter",)]
    assert places.rows("SELECT id FROM tokens WHERE id = ? AND revoked_at IS NULL", token.id) == []
    assert places.rows("SELECT id FROM endpoints WHERE deleted_at IS NULL AND id = 'ep_a'") == []
    assert places.rows("SELECT count(*) FROM endpoint_secrets") == [(0,)]
    assert (tmp_path / "list").stat().st_mode & 0o777 == 0o600

    events = places.rows("SELECT count(*) FROM audit_events")
    assert repeat(places, tmp_path / "list", capsys)["repeated"] == []
    assert places.rows("SELECT count(*) FROM audit_events") == events


async def test_an_erasure_that_had_begun_is_due_at_once_and_one_that_waits_keeps_its_day(
    places: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    host = places.old
    now = host.pieces.clock.now()
    for name in ("bob", "cem"):
        await host.database.batch(remove_person(Person(ACCOUNT, f"usr_{name}"), OWNER.name, now))
    begun = await request_erasure(host.platform, OWNER, What.PERSON, "usr_bob")
    waiting = await request_erasure(host.platform, OWNER, What.PERSON, "usr_cem")
    detail = {"erasure": begun.id, "what": "person", "target": "usr_bob"}
    await host.database.batch([append(OWNER.event(Audited.ERASURE_BEGUN, f"{begun.id}:begun", AT, {**detail}))])

    repeat(places, tmp_path / "list", capsys)
    rows = places.rows("SELECT id, target, is_repeated FROM erasures ORDER BY target")
    assert rows == [(begun.id, "usr_bob", 1), (waiting.id, "usr_cem", 0)]
    assert places.rows("SELECT due_at FROM erasures WHERE id = ?", waiting.id) == [(waiting.due_at,)]
    [(due_at,)] = places.rows("SELECT due_at FROM erasures WHERE id = ?", begun.id)
    assert str(due_at) <= to_text(datetime.now(UTC))
    runs = "SELECT kind, state, subject, begin_key FROM runs WHERE kind = 'erasure' ORDER BY begin_key"
    assert places.rows(runs) == [("erasure", "requested", each, each) for each in sorted([begun.id, waiting.id])]
    assert repeat(places, tmp_path / "list", capsys)["repeated"] == []


async def test_what_was_taken_back_since_is_not_erased_by_the_restored_place(
    places: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    host = places.old
    await host.database.batch(remove_person(Person(ACCOUNT, "usr_bob"), OWNER.name, host.pieces.clock.now()))
    erasure = await request_erasure(host.platform, OWNER, What.PERSON, "usr_bob")
    places.back_up()
    await take_back(host.platform, OWNER, What.PERSON, "usr_bob")
    repeat(places, tmp_path / "list", capsys)
    [(taken_back_at,)] = places.rows("SELECT taken_back_at FROM erasures WHERE id = ?", erasure.id)
    assert taken_back_at is not None


async def test_an_export_of_the_audit_will_do_where_the_database_is_lost(
    places: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    host = places.old
    await host.database.batch(remove_person(Person(ACCOUNT, "usr_bob"), OWNER.name, host.pieces.clock.now()))
    await seal_new_events(host.platform)
    async with api_client(host.platform) as client:
        exported = await client.get("/api/audit/export")
        assert exported.status_code == httpx.codes.OK, exported.text
    file = tmp_path / "audit.jsonl"
    file.write_text(exported.text)
    places.current = places.restored
    assert command.main(["endings", "repeat", str(file), "--remote"]) == 0
    assert places.rows("SELECT id FROM users WHERE removed_at IS NOT NULL") == [("usr_bob",)]
    capsys.readouterr()
    file.write_text("no audit\n")
    assert command.main(["endings", "repeat", str(file), "--remote"]) == 1
    assert "line 1 of" in capsys.readouterr().err
