"""Deployments on a fake of Cloudflare's API, by the genuine wrangler: two, updates, a rollback, and
what stops one.
"""

import base64
import json
import re
import shutil
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli.operations.deploying.errors import NotDeployed
from cli.operations.deploying.record import Answers, Secrets
from cli.operations.verifying.subjects import SUBJECTS
from local.places import MIGRATIONS, ROOT
from tests.deploying.fake.account import ACCOUNT_ID, Account, Bucket, Worker, insert
from tests.deploying.fake.server import FakeCloudflare, Kind, Trouble
from tests.deploying.playing import Machine, small
from tillroll_command.endings import Code
from tillroll_command.main import main
from tillroll_command.surroundings import Surroundings
from tillroll_durable.platform.encryption import KEY_BYTES, key_name

pytestmark = pytest.mark.long

FIRST, HOST = "first-play", "first.example.com"
QUEUES = ("deliveries", "events", "slow-deliveries", "ticks")


@dataclass(frozen=True)
class Deployed:
    """An account with one deployment, and the records of the machine that made it."""

    account: Account
    records: Path


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    records = tmp_path_factory.mktemp("deployed")
    configuration = ROOT / "wrangler.jsonc"
    before = configuration.read_bytes()
    with FakeCloudflare() as cloudflare:
        Machine(cloudflare, records).deploy(FIRST, Answers(ACCOUNT_ID, "eu", HOST, "example.com"))
        assert cloudflare.unknown == []
        assert configuration.read_bytes() == before
        assert list(ROOT.glob(f"wrangler.deploy-{FIRST}*")) == []
        return Deployed(cloudflare.account, records)


@pytest.fixture
def machine(
    deployed: Deployed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Generator[Machine]:
    """The machine after the first deployment, in a world of its own."""
    records = tmp_path / "records"
    shutil.copytree(deployed.records, records)
    monkeypatch.setenv("TILLROLL_DEPLOYMENTS", str(records))
    with FakeCloudflare(deployed.account.copy()) as cloudflare:
        yield Machine(cloudflare, records)


def test_a_first_deployment_has_all_and_answers(machine: Machine) -> None:
    account = machine.cloudflare.account
    summary = account.summary()
    assert summary["databases"] == [(FIRST, "eu")]
    assert summary["buckets"] == [(f"{FIRST}-receipts", "eu")]
    # Nothing is kept in KV.
    assert summary["namespaces"] == []
    assert summary["queues"] == [(f"{FIRST}-{name}", "eu", (FIRST,)) for name in QUEUES]
    assert set(summary["workflows"].values()) == {(FIRST, "eu")}
    assert summary["domains"] == {HOST: FIRST}
    worker = summary["workers"][FIRST]
    assert worker["crons"] == ["* * * * *"]
    assert worker["secrets"] == ["AUDIT_SIGNING_KEY", "ENCRYPTION_KEYS", "PUSH_SIGNING_KEY"]
    assert not worker["onWorkersDev"]
    assert any('"https://first.example.com"' in each for each in worker["variables"])
    assert machine.record(FIRST).checked_run == "run_1"


def test_two_deployments_share_nothing(machine: Machine) -> None:
    before = machine.cloudflare.account.summary()
    machine.deploy("second-play", Answers(ACCOUNT_ID))
    after = machine.cloudflare.account.summary()
    names = [name for name, _ in after["databases"]]
    assert names == [FIRST, "second-play"]
    assert after["workers"][FIRST] == before["workers"][FIRST]
    assert before["workflows"].items() < after["workflows"].items()
    assert {script for script, _ in after["workflows"].values()} == {FIRST, "second-play"}
    assert _limits(machine, FIRST).isdisjoint(_limits(machine, "second-play"))
    assert machine.record("second-play").address == "https://second-play.examples.workers.dev"


def test_an_update_is_a_canary_and_keeps_the_rows(machine: Machine, tmp_path: Path) -> None:
    first = machine.record(FIRST).version
    machine.deploy(FIRST, migrations=_with_one_more(tmp_path))
    record = machine.record(FIRST)
    worker = machine.cloudflare.account.workers[FIRST]
    shares = [sorted(each.traffic.values()) for each in worker.deployments[-2:]]
    assert shares == [[10, 90], [100]]
    assert worker.traffic == {record.version: 100}
    assert record.previous == first
    assert "9999_more.sql" in record.migrated
    assert worker.versions[-1].secrets == worker.versions[0].secrets
    machine.roll_back(FIRST)
    assert worker.traffic == {first: 100}
    with pytest.raises(NotDeployed, match="no release before"):
        machine.roll_back(FIRST)


def test_a_further_database_is_made_and_has_all_tables(machine: Machine, tmp_path: Path) -> None:
    newer = small()
    [database] = newer["d1_databases"]
    further = {**database, "binding": "DB_2", "database_name": f"{database['database_name']}-2"}
    newer["d1_databases"] = [database, further]
    machine.deploy(FIRST, deployed=newer)
    assert machine.cloudflare.account.summary()["databases"] == [
        (FIRST, "eu"),
        (f"{FIRST}-2", "eu"),
    ]
    record = machine.record(FIRST)
    assert record.migrated_in("DB_2") == record.migrated
    machine.deploy(FIRST, deployed=newer, migrations=_with_one_more(tmp_path))
    record = machine.record(FIRST)
    assert record.migrated_in("DB_2") == record.migrated
    assert "9999_more.sql" in record.migrated


def test_a_canary_that_is_not_well_is_taken_back(machine: Machine) -> None:
    first = machine.record(FIRST).version
    worker = machine.cloudflare.account.workers[FIRST]
    machine.hosts.ill = _AllBut(first)
    with pytest.raises(NotDeployed, match="is not well, so the old one answers"):
        machine.deploy(FIRST)
    assert worker.traffic == {first: 100}
    assert machine.record(FIRST).version == first
    machine.hosts.ill = set()
    machine.deploy(FIRST)
    assert worker.traffic == {machine.record(FIRST).version: 100}


def test_a_new_workflow_is_deployed_at_once_and_not_taken_back_unasked(machine: Machine) -> None:
    first = machine.record(FIRST).version
    newer = small()
    newer["workflows"] = [*newer["workflows"], _workflow("other-workflow", "OtherWorkflow")]
    machine.deploy(FIRST, deployed=newer)
    assert machine.said == [
        "Deploying for all at once, for the release adds the Workflow OtherWorkflow."
    ]
    assert f"{FIRST}-other-workflow" in machine.cloudflare.account.workflows
    with pytest.raises(NotDeployed, match="the Workflow OtherWorkflow"):
        machine.roll_back(FIRST)
    machine.roll_back(FIRST, anyway=True)
    assert machine.cloudflare.account.workers[FIRST].traffic == {first: 100}


def test_a_deployment_falls_silent_and_is_awake_again(machine: Machine) -> None:
    """A version beside the old one would leave the cron and the queues' consumers as they are."""
    worker = machine.cloudflare.account.workers[FIRST]
    assert worker.crons == ["* * * * *"]
    operation = "DELETE /accounts/{account_id}/queues/{queue_id}/consumers/{consumer_id}"
    machine.cloudflare.begin(Trouble(operation, 2, Kind.LOST))
    _set_quiet(machine, is_quiet=True)
    with pytest.raises(NotDeployed):
        machine.deploy(FIRST)
    machine.cloudflare.begin()
    machine.deploy(FIRST)
    assert worker.crons == []
    assert _consumers(machine.cloudflare.account, FIRST) == [0] * len(QUEUES)
    with pytest.raises(NotDeployed, match="removed the cron"):
        machine.roll_back(FIRST)
    _set_quiet(machine, is_quiet=False)
    machine.deploy(FIRST)
    assert worker.crons == ["* * * * *"]
    assert _consumers(machine.cloudflare.account, FIRST) == [1] * len(QUEUES)


def test_a_release_takes_no_key_away_that_encrypted_something(machine: Machine) -> None:
    """A night's finding: a deploy put the keys of its record in place of those that somebody had
    set by wrangler.
    """
    other = key_name(2, bytes(range(KEY_BYTES)))
    database = next(each for each in machine.cloudflare.account.databases if each.name == FIRST)
    insert(database, "encryption_keys", {"name": other, "place": 0})
    kept = {
        "id": "sec_1",
        "endpoint_id": "ep_1",
        "kept": f"{other}.n.c",
        "created_at": "2026-03-01T09:30:00.000Z",
    }
    insert(database, "endpoint_secrets", kept)
    worker = machine.cloudflare.account.workers[FIRST]
    versions = len(worker.versions)
    with pytest.raises(NotDeployed, match=f"The Worker has the key {other}, which encrypted"):
        machine.deploy(FIRST)
    assert len(worker.versions) == versions
    both = (
        f"2:{base64.b64encode(bytes(range(KEY_BYTES))).decode()},"
        f"{Secrets.of(FIRST).worker['ENCRYPTION_KEYS']}"
    )
    machine.deploy(FIRST, secrets={"ENCRYPTION_KEYS": both})
    assert machine.said == [
        f"Deploying for all at once, for the release adds the encryption key {other}."
    ]
    with pytest.raises(NotDeployed, match=f"added the encryption key {other}"):
        machine.roll_back(FIRST)


def test_wranglers_own_commands_work_on_a_deployment(
    machine: Machine, capfd: pytest.CaptureFixture[str]
) -> None:
    surroundings = Surroundings(environment=machine.environment)
    words = ["d1", "execute", "DB", "--remote", "--json", "--command"]
    assert (
        main(["wrangler", *words, "SELECT count(*) AS accounts FROM accounts"], surroundings)
        == Code.DONE
    )
    assert '"accounts": 2' in capfd.readouterr().out
    assert (
        main(["wrangler", "--deployment", FIRST, *words, "SELECT nothing"], surroundings)
        == Code.FAILED
    )
    assert (
        main(["wrangler", "--deployment", "unknown-play", "tail"], surroundings) == Code.NOT_FOUND
    )


def test_a_migration_that_changed_stops_everything(machine: Machine, tmp_path: Path) -> None:
    before = machine.cloudflare.account.summary()
    folder = _with_one_more(tmp_path)
    one = next(folder.glob("*.sql"))
    one.write_text(one.read_text(encoding="utf-8") + "-- changed\n", encoding="utf-8")
    with pytest.raises(NotDeployed, match="have changed since"):
        machine.deploy(FIRST, migrations=folder)
    assert machine.cloudflare.account.summary() == before


def test_what_is_somebody_elses_is_not_taken(machine: Machine) -> None:
    account = machine.cloudflare.account
    account.buckets.append(Bucket("other-play-receipts", "default"))
    account.workers["third-play"] = Worker("third-play", account.new_id())
    with pytest.raises(NotDeployed, match="the bucket other-play-receipts already"):
        machine.deploy("other-play", Answers(ACCOUNT_ID))
    with pytest.raises(NotDeployed, match="a Worker third-play already"):
        machine.deploy("third-play", Answers(ACCOUNT_ID))
    with pytest.raises(NotDeployed, match="custom domain of another Worker"):
        machine.deploy("fourth-play", Answers(ACCOUNT_ID, host=HOST))
    assert account.domains == {HOST: FIRST}


def test_an_account_on_free_is_told_so(machine: Machine) -> None:
    account = machine.cloudflare.account
    account.on_paid = False
    with pytest.raises(NotDeployed, match="needs Workers Paid"):
        machine.deploy("free-play", Answers(ACCOUNT_ID))
    account.on_paid = True
    machine.deploy("free-play")
    assert account.workers["free-play"].traffic


def test_a_lost_answer_makes_nothing_twice(machine: Machine) -> None:
    machine.cloudflare.begin(Trouble("POST /accounts/{account_id}/d1/database", 1, Kind.LOST))
    with pytest.raises(NotDeployed):
        machine.deploy("lost-play", Answers(ACCOUNT_ID), places_only=True)
    machine.cloudflare.begin()
    machine.deploy("lost-play", places_only=True)
    names = [each.name for each in machine.cloudflare.account.databases]
    assert names == [FIRST, "lost-play"]


def test_the_restore_drill_never_touches_what_is_live(machine: Machine) -> None:
    account = machine.cloudflare.account
    live = account.summary()
    drill = Answers(ACCOUNT_ID, "eu", is_quiet=True)
    machine.deploy("drill-play", drill, places_only=True)
    assert "drill-play" not in account.workers
    _restored(account, FIRST, "drill-play")
    with pytest.raises(NotDeployed, match="needs ENCRYPTION_KEYS"):
        machine.deploy("drill-play")
    theirs = Secrets.of(FIRST).worker
    machine.deploy("drill-play", secrets={"ENCRYPTION_KEYS": theirs["ENCRYPTION_KEYS"]})
    worker = account.workers["drill-play"]
    assert worker.crons == []
    assert _consumers(account, "drill-play") == [0] * len(QUEUES)
    assert machine.hosts.rows("drill-play", "SELECT name FROM accounts") == machine.hosts.rows(
        FIRST, "SELECT name FROM accounts"
    )
    after = account.summary()
    assert after["workers"][FIRST] == live["workers"][FIRST]
    assert {name: each for name, each in after["workflows"].items() if each[0] == FIRST} == live[
        "workflows"
    ]
    assert all(each in after["queues"] for each in live["queues"])


def test_the_drill_goes_by_the_words_of_its_page(machine: Machine) -> None:
    """docs/operations.md names three commands. Between the first two a backup goes into the
    database.
    """
    account = machine.cloudflare.account
    live = account.summary()
    surroundings = Surroundings(
        environment=machine.environment, transport=machine.hosts, sleep=lambda _: None
    )
    places, worker, awake = _lines_of_the_drill()
    assert main(places, surroundings) == Code.DONE
    assert "drill" not in account.workers
    _restored(account, FIRST, "drill")
    assert main(worker, surroundings) == Code.DONE
    drill = account.workers["drill"]
    assert drill.crons == []
    assert _consumers(account, "drill") == [0] * len(QUEUES)
    theirs = Secrets.of(FIRST).worker
    assert Secrets.of("drill").worker["ENCRYPTION_KEYS"] == theirs["ENCRYPTION_KEYS"]
    assert main(awake, surroundings) == Code.DONE
    assert drill.crons == ["* * * * *"]
    assert _consumers(account, "drill") == [1] * len(QUEUES)
    after = account.summary()
    assert after["workers"][FIRST] == live["workers"][FIRST]
    assert {name: each for name, each in after["workflows"].items() if each[0] == FIRST} == live[
        "workflows"
    ]
    assert all(each in after["queues"] for each in live["queues"])


def test_the_command_makes_the_places_and_keeps_its_answers(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    surroundings = Surroundings(environment=machine.environment, transport=machine.hosts)
    answers = [
        "--jurisdiction",
        "us",
        "--workers-dev",
        "--variable",
        "SECOND_READING=always",
        "--quiet",
    ]
    assert (
        main(["deploy", "command-play", *answers, "--places-only", "--json"], surroundings)
        == Code.DONE
    )
    shown = capsys.readouterr()
    assert json.loads(shown.out)["name"] == "command-play"
    record = machine.record("command-play")
    assert record.answers == Answers(
        ACCOUNT_ID, "us", is_quiet=True, variables={"SECOND_READING": "always"}
    )
    for refused in (["--jurisdiction", "eu"], ["--jurisdiction", "none"]):
        assert main(["deploy", "command-play", *refused], surroundings) == Code.REFUSED
    assert main(["rollback", "command-play"], surroundings) == Code.FAILED
    assert main(["rollback", "unknown-play"], surroundings) == Code.NOT_FOUND
    with pytest.raises(SystemExit):
        main(["deploy", "other-play"], surroundings)
    assert "--jurisdiction none, eu, us or fedramp" in capsys.readouterr().err


def test_verify_says_how_each_line_stands(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the record and by Cloudflare's figures; what answers at the host is no Worker here, so it
    says little.
    """
    account = machine.cloudflare.account
    account.invocations = {"success": 5_000, "exceededMemory": 1}
    surroundings = Surroundings(
        environment=machine.environment, transport=machine.hosts, sleep=lambda _: None
    )
    assert main(["verify", FIRST, "--remote", "--json"], surroundings) == Code.FAILED
    stands = {
        each["subject"]: each["stand"] for each in json.loads(capsys.readouterr().out)["items"]
    }
    assert [*stands] == [each.name for each in SUBJECTS]
    assert (
        stands["first deployment"]
        == stands["migrations by file"]
        == stands["start-up CPU"]
        == "proven"
    )
    assert stands["canary"] == stands["HEIC"] == "not proven"
    assert stands["memory"] == "failed"
    assert machine.cloudflare.unknown == []


def _set_quiet(machine: Machine, *, is_quiet: bool) -> None:
    record = machine.record(FIRST)
    record.answers.is_quiet = is_quiet
    record.save()


def _consumers(account: Account, name: str) -> list[int]:
    """How many consumers each queue of a deployment has."""
    return [len(each.consumers) for each in account.queues if each.name.startswith(f"{name}-")]


def _lines_of_the_drill() -> list[list[str]]:
    """The words of each `tillroll deploy drill` on the page; the live deployment is this
    module's.
    """
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    lines = [found.split() for found in re.findall(r"tillroll (deploy drill[^`#\n]*)", page)]
    return [[FIRST if word == "tillroll" else word for word in line] for line in lines]


class _AllBut(set[str]):
    """Every version but this one."""

    def __init__(self, well: str) -> None:
        super().__init__()
        self._well = well

    def __contains__(self, version: object) -> bool:
        return version != self._well


def _limits(machine: Machine, name: str) -> set[str]:
    bindings = machine.cloudflare.account.workers[name].versions[-1].metadata["bindings"]
    return {each["namespace_id"] for each in bindings if each["type"] == "ratelimit"}


def _workflow(name: str, class_name: str) -> dict[str, Any]:
    return {"name": name, "binding": "OTHER_WORKFLOW", "class_name": class_name}


def _with_one_more(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    (folder / "9999_more.sql").write_text(
        "CREATE TABLE more (id TEXT PRIMARY KEY) STRICT;\n", encoding="utf-8"
    )
    return folder


def _restored(account: Account, source: str, target: str) -> None:
    """As `restore` leaves a database: with all that a backup of another one has."""
    images = {each.name: each for each in account.databases}
    images[target].image = images[source].image
