"""Names, configuration and secrets of deployments; tests/deploying plays whole ones."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cli.operations.deploying.comparing import (
    additions,
    changes,
    release_of,
    removals,
    this_release,
)
from cli.operations.deploying.configuration import configuration
from cli.operations.deploying.errors import NotDeployed
from cli.operations.deploying.names import LONGEST, check_name, named
from cli.operations.deploying.record import Answers, Record, Release, Secrets, deployments
from cli.operations.deploying.secrets import complete
from cli.operations.deploying.wrangler import Wrangler
from local.config import read_deployed

ACCOUNT = "a" * 32
# https://developers.cloudflare.com/workflows/reference/limits/ and the same pages of Workers, R2
# and Queues.
LONGEST_WORKFLOW = 64
LONGEST_OTHER = 63


@pytest.fixture(autouse=True)
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILLROLL_DEPLOYMENTS", str(tmp_path))


@cache
def _text() -> str:
    return json.dumps(read_deployed())


def deployed() -> dict[str, Any]:
    """wrangler.jsonc, parsed once, which takes longer than all the rest; a copy each time."""
    return json.loads(_text())


def names_of(name: str) -> set[str]:
    """Every name that Cloudflare wants once in an account."""
    made = named(deployed(), name)
    queues = made["queues"]
    return {
        *(each["name"] for each in made["workflows"]),
        *(each["database_name"] for each in made["d1_databases"]),
        *(each["bucket_name"] for each in made["r2_buckets"]),
        *(each["queue"] for each in (*queues["producers"], *queues["consumers"])),
        *(each["namespace_id"] for each in made["ratelimits"]),
    }


def test_two_deployments_have_no_name_in_common() -> None:
    assert names_of("staging").isdisjoint(names_of("tillroll"))
    assert names_of("a-b").isdisjoint(names_of("a"))


def test_the_longest_name_fits_everything() -> None:
    made = named(deployed(), "n" * LONGEST)
    assert max(len(each["name"]) for each in made["workflows"]) <= LONGEST_WORKFLOW
    assert max(len(each["bucket_name"]) for each in made["r2_buckets"]) <= LONGEST_OTHER


@pytest.mark.parametrize(
    "name", ["", "a", "A", "1a", "a-", "a--b", "a.b", "a_b", "../a", "n" * (LONGEST + 1)]
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="small letters"):
        check_name(name)


def test_the_configuration_has_the_answers_and_leaves_wrangler_jsonc_as_it_is() -> None:
    given = deployed()
    record = Record(
        "staging", Answers(ACCOUNT, "eu", "staging.example.com"), ids={"database": "d1"}
    )
    made = configuration(record, given)
    assert given == deployed()
    assert made["account_id"] == ACCOUNT
    assert made["d1_databases"][0]["database_id"] == "d1"
    assert {each["jurisdiction"] for each in made["workflows"]} == {"eu"}
    assert "routes" not in made
    record.is_attached = True
    assert configuration(record, given)["routes"] == [
        {"pattern": "staging.example.com", "custom_domain": True}
    ]


def test_a_quiet_deployment_does_nothing_by_itself() -> None:
    made = configuration(Record("drill", Answers(ACCOUNT, is_quiet=True)), deployed())
    assert made["triggers"]["crons"] == []
    assert made["queues"]["consumers"] == []
    assert made["queues"]["producers"]


def test_a_deployment_may_import_late() -> None:
    made = configuration(Record("late", Answers(ACCOUNT, imports_late=True)), deployed())
    assert made["main"] == "src/late.py"
    assert this_release(deployed()).workflows == this_release(made).workflows


def test_what_is_no_versions_is_named() -> None:
    old = this_release(deployed())
    assert list(additions(old, old)) == []
    newer = Release(
        "x",
        [*old.workflows, "Other"],
        ["* * * * *", "0 0 * * *"],
        old.queues,
        [*old.contracts, "receipt 99"],
        old.consumers,
    )
    assert list(additions(old, newer)) == [
        "the Workflow Other",
        "the cron 0 0 * * *",
        "the contract version receipt 99",
    ]


def test_what_goes_on_by_itself_is_named_where_a_release_is_without_it() -> None:
    awake = this_release(deployed())
    quiet = this_release(deployed(), is_quiet=True)
    assert list(additions(awake, quiet)) == []
    assert list(removals(awake, awake)) == []
    assert list(removals(awake, quiet)) == [
        "the cron * * * * *",
        *(f"the consumer of the queue {each}" for each in sorted(awake.consumers)),
    ]
    assert list(removals(quiet, awake)) == []
    assert {f"the consumer of the queue {each}" for each in awake.consumers} < {
        *additions(quiet, awake)
    }


def test_other_settings_of_a_consumer_are_named() -> None:
    old = this_release(deployed())
    newer = deployed()
    newer["queues"]["consumers"][0]["max_batch_size"] = 99
    queue = newer["queues"]["consumers"][0]["queue"]
    new = this_release(newer)
    assert list(changes(old, old)) == []
    assert list(changes(old, new)) == [f"the consumer of the queue {queue}"]


def test_a_release_is_another_by_its_answers_and_secrets() -> None:
    secrets = Secrets("staging", worker={"AUDIT_SIGNING_KEY": "a"})
    record = Record("staging", Answers(ACCOUNT))
    first = release_of(record, deployed(), secrets)
    assert release_of(record, deployed(), secrets) == first
    assert all(name.startswith("staging-") for name in first.consumers)
    record.answers.variables["SECOND_READING"] = "always"
    second = release_of(record, deployed(), secrets)
    assert second != first
    secrets.worker["MAIL_API_KEY"] = "b"
    assert release_of(record, deployed(), secrets) != second


def test_secrets_are_generated_once_and_asked_for_where_a_variable_needs_them() -> None:
    record = Record(
        "staging",
        Answers(ACCOUNT, variables={"MAIL_FROM": "a@example.com", "WEBHOOK_URL": "https://x"}),
    )
    wrangler = Wrangler(record, deployed())
    secrets = Secrets.of("staging")
    with pytest.raises(NotDeployed, match="MAIL_FROM needs the secret MAIL_API_KEY"):
        complete(wrangler, secrets, {}, None)
    first = dict(Secrets.of("staging").worker)
    assert set(first) == {
        "AUDIT_SIGNING_KEY",
        "ENCRYPTION_KEYS",
        "PUSH_SIGNING_KEY",
        "WEBHOOK_SECRET",
    }
    again = Secrets.of("staging")
    complete(wrangler, again, {}, lambda name, variable: f"{name} for {variable}")
    assert again.worker == {**first, "MAIL_API_KEY": "MAIL_API_KEY for MAIL_FROM"}
    with pytest.raises(NotDeployed, match="NO_SUCH is no secret"):
        complete(wrangler, again, {"NO_SUCH": "x"}, None)


def test_a_record_is_kept_for_this_user_only(tmp_path: Path) -> None:
    Record("staging", Answers(ACCOUNT), version="v1", release=this_release(deployed())).save()
    Secrets("staging", token="till_x").save()
    assert Record.of("staging") == Record(
        "staging", Answers(ACCOUNT), version="v1", release=this_release(deployed())
    )
    assert deployments() == ["staging"]
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    (tmp_path / "staging.json").write_text("[]", encoding="utf-8")
    with pytest.raises(NotDeployed, match="is not what the command has written"):
        Record.of("staging")
