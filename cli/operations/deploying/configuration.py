"""The configuration that wrangler is given for a deployment: wrangler.jsonc with its names, its ids and its answers.

It is made for each command, beside wrangler.jsonc, where wrangler looks for python_modules. wrangler.jsonc stays as it
is: with ids in it, `make dev` would look for its data under them.
"""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from cli.operations.deploying.names import named, namespace_title
from cli.operations.deploying.record import Record
from local.files import write_private
from local.places import ROOT

# Cloudflare's own limit of the plan Workers Paid. To say it changes nothing there, and an account without the plan
# refuses it, before the Worker runs into the 10 ms of the plan Free.
_CPU_MILLISECONDS: Final = 30_000
_LATE: Final = "src/late.py"
DATABASE: Final = "database"
BUCKET: Final = "bucket"


def configuration(record: Record, deployed: Mapping[str, Any]) -> dict[str, Any]:
    """What wrangler deploys."""
    made = named(json.loads(json.dumps(deployed)), record.name)
    answers = record.answers
    held = {"jurisdiction": answers.jurisdiction} if answers.jurisdiction else {}
    made["account_id"] = answers.account
    made["limits"] = {"cpu_ms": _CPU_MILLISECONDS}
    made["workers_dev"] = not answers.host
    made["preview_urls"] = False
    for database in made["d1_databases"]:
        database.update(held)
        if DATABASE in record.ids:
            database["database_id"] = record.ids[DATABASE]
    for bucket in made["r2_buckets"]:
        bucket.update(held)
    for namespace in made["kv_namespaces"]:
        title = namespace_title(record.name, namespace["binding"])
        if title in record.ids:
            namespace["id"] = record.ids[title]
    for workflow in made["workflows"]:
        workflow.update(held)
    made["vars"] = {**made["vars"], **_variables(record, made["vars"])}
    if answers.host and record.is_attached:
        made["routes"] = [{"pattern": answers.host, "custom_domain": True}]
    if answers.imports_late:
        made["main"] = _LATE
    if answers.is_quiet:
        made["triggers"] = {"crons": []}
        made["queues"] = {**made["queues"], "consumers": []}
    return made


def _variables(record: Record, declared: Mapping[str, str]) -> dict[str, str]:
    """What the answers set; a project has some of these variables only."""
    answers = record.answers
    known = {"PUBLIC_URL": record.address, "RECEIPTS_MAIL_DOMAIN": answers.mail_domain}
    return {**{name: value for name, value in known.items() if value and name in declared}, **answers.variables}


@contextmanager
def written(record: Record, deployed: Mapping[str, Any]) -> Generator[Path]:
    """The configuration as a file, for as long as the block lasts. `deployed` is wrangler.jsonc."""
    path = ROOT / f"wrangler.deploy-{record.name}.jsonc"
    content = configuration(record, deployed)
    text = json.dumps(content, indent=2)
    write_private(path, f"// Made from wrangler.jsonc for one deployment. Edits are lost.\n{text}\n")
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
