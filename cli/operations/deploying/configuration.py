"""The configuration that wrangler is given for a deployment: wrangler.jsonc with its names, its ids
and its answers.

It is made for each command, beside wrangler.jsonc, where wrangler looks for python_modules.
wrangler.jsonc stays as it is: with ids in it, `make dev` would look for its data under them.
"""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from cli.operations.deploying.names import named
from cli.operations.deploying.record import Answers, Record
from local.places import ROOT
from tillroll_durable.platform.shards import FIRST_BINDING
from tillroll_local.files import write_private

# Cloudflare's own limit of the plan Workers Paid. To say it changes nothing there, and an account
# without the plan refuses it, before the Worker runs into the 10 ms of the plan Free.
_CPU_MILLISECONDS: Final = 30_000
_LATE: Final = "src/late.py"
DATABASE: Final = "database"
BUCKET: Final = "bucket"


def database_key(binding: str) -> str:
    """Under which the record has the id of a database."""
    if binding == FIRST_BINDING:
        return DATABASE
    return f"{DATABASE} {binding}"


def configuration(record: Record, deployed: Mapping[str, Any]) -> dict[str, Any]:
    """What wrangler deploys."""
    content = named(json.loads(json.dumps(deployed)), record.name)
    answers = record.answers
    place = _place_of(answers)
    content["account_id"] = answers.account
    content["limits"] = {"cpu_ms": _CPU_MILLISECONDS}
    content["workers_dev"] = not answers.host
    content["preview_urls"] = False
    for database in content["d1_databases"]:
        database.update(place)
        key = database_key(database["binding"])
        if key in record.ids:
            database["database_id"] = record.ids[key]
    for bucket in content["r2_buckets"]:
        bucket.update(place)
    for workflow in content["workflows"]:
        workflow.update(place)
    content["vars"] = {**content["vars"], **_variables(record, content["vars"])}
    if answers.host and record.is_attached:
        content["routes"] = [{"pattern": answers.host, "custom_domain": True}]
    if answers.imports_late:
        content["main"] = _LATE
    if answers.is_quiet:
        content["triggers"] = {"crons": []}
        content["queues"] = {**content["queues"], "consumers": []}
    return content


def _place_of(answers: Answers) -> dict[str, str]:
    """Where Cloudflare keeps what is stored, as wrangler has it."""
    if not answers.jurisdiction:
        return {}
    return {"jurisdiction": answers.jurisdiction}


def _variables(record: Record, declared: Mapping[str, str]) -> dict[str, str]:
    """What the answers set; a project has some of these variables only."""
    answers = record.answers
    variables = {"PUBLIC_URL": record.address, "RECEIPTS_MAIL_DOMAIN": answers.mail_domain}
    used = {name: value for name, value in variables.items() if value and name in declared}
    return {**used, **answers.variables}


@contextmanager
def written(record: Record, deployed: Mapping[str, Any]) -> Generator[Path]:
    """The configuration as a file, for as long as the block lasts. `deployed` is wrangler.jsonc."""
    path = ROOT / f"wrangler.deploy-{record.name}.jsonc"
    content = configuration(record, deployed)
    text = json.dumps(content, indent=2)
    write_private(
        path, f"// Made from wrangler.jsonc for one deployment. Edits are lost.\n{text}\n"
    )
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
