"""Generate the local wrangler configuration from wrangler.jsonc.

It differs from what is deployed in these points only (docs/decisions/0002-local-stack.md says why):
- two compatibility flags make workerd read its Pyodide bundle from disk instead of downloading it;
- `ai`, which wrangler can only reach remotely with an account, becomes the same client on a server
  of this machine;
- the local stack builds the page itself: wrangler would do it again for each saved Python file;
- variables given on this machine override `vars`; of secrets only the names stand in it, as
  `secrets.required`, and wrangler takes their values from its environment: it prints the value of
  every other variable into its log.
The file lies beside wrangler.jsonc, because wrangler looks for python_modules beside its
configuration.
"""

import hashlib
import json
import os
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import json5

from local.places import ROOT
from tillroll_durable.platform.shards import binding_of, numbers_of
from tillroll_local.files import write_private
from tillroll_local.tools import LOCAL_FLAGS

AI_PLUGIN = ROOT / "local" / "ai" / "plugin.cjs"


# In production these are set by `wrangler secret put`, so wrangler.jsonc does not name them.
SECRETS = (
    "WEBHOOK_SECRET",
    "ALERT_WEBHOOK_SECRET",
    "OTLP_HEADERS",
    "AUDIT_SIGNING_KEY",
    "ENCRYPTION_KEYS",
    "PUSH_SIGNING_KEY",
    "MAIL_API_KEY",
    "MAIL_WEBHOOK_SECRET",
    "PAYMENTS_API_KEY",
    "BILLING_API_KEY",
    "XERO_CLIENT_SECRET",
    "QUICKBOOKS_CLIENT_SECRET",
    "HUBSPOT_CLIENT_SECRET",
)


def read(configuration: Path) -> dict[str, Any]:
    """A configuration of wrangler, parsed."""
    return cast("dict[str, Any]", json5.loads(configuration.read_text(encoding="utf-8")))


def read_deployed() -> dict[str, Any]:
    """Return wrangler.jsonc, parsed."""
    return read(ROOT / "wrangler.jsonc")


def databases_in(configuration: Path) -> list[str]:
    """The bindings of the databases of a configuration, the first one first."""
    content = read(configuration)
    return [*numbers_of(each["binding"] for each in content["d1_databases"]).values()]


def variables_from(environment: Mapping[str, str]) -> dict[str, str]:
    """The Worker's variables and secrets that this machine's environment overrides, by their own
    names.
    """
    names = (*read_deployed()["vars"], *SECRETS)
    return {name: environment[name] for name in names if name in environment}


def localise(
    deployed: Mapping[str, Any],
    ai_address: str | None,
    variables: Mapping[str, str],
    main: str | None = None,
    workflows: Sequence[Mapping[str, str]] = (),
    requests_a_minute: int | None = None,
    databases: int = 1,
) -> dict[str, Any]:
    """Return the local configuration for a deployed one, with so many `databases` at least.

    `requests_a_minute` takes the place of each limit of requests, for tests and benchmarks;
    sign-ins keep theirs.

    `ai_address` is host:port of the AI server; without one there is no AI binding, which only a
    running Worker needs. `main` is another entry file than the deployed one's, and `workflows` are
    further ones that it has, for tests.
    """
    local = {key: value for key, value in deployed.items() if key not in {"$schema", "ai", "build"}}
    local["compatibility_flags"] = [*deployed["compatibility_flags"], *LOCAL_FLAGS]
    local["main"] = main or deployed["main"]
    if requests_a_minute is not None:
        limited = {"limit": requests_a_minute, "period": 60}
        local["ratelimits"] = [
            {**each, "simple": limited} if each["name"].startswith("REQUESTS_") else each
            for each in deployed["ratelimits"]
        ]
    if databases > 1:
        local["d1_databases"] = _with_further(deployed["d1_databases"], databases)
    if workflows:
        local["workflows"] = [*deployed["workflows"], *workflows]
    local["vars"] = {
        **deployed["vars"],
        **{name: value for name, value in variables.items() if name not in SECRETS},
    }
    if names := sorted(secrets_of(variables)):
        local["secrets"] = {"required": names}
    if ai_address:
        plugin = {"package": str(AI_PLUGIN), "name": "ai-local"}
        binding = {
            "name": deployed["ai"]["binding"],
            "type": "ai-local",
            "dev": {"plugin": plugin, "options": {"address": ai_address}},
        }
        local["unsafe"] = {"bindings": [binding]}
    return local


def _with_further(databases: Sequence[Mapping[str, Any]], most: int) -> list[Mapping[str, Any]]:
    """So many databases, of which the first ones are deployed."""
    further = [
        {
            **databases[0],
            "binding": binding_of(number),
            "database_name": f"{databases[0]['database_name']}-{number}",
        }
        for number in range(len(databases) + 1, most + 1)
    ]
    return [*databases, *further]


def secrets_of(variables: Mapping[str, str]) -> dict[str, str]:
    """Those of the variables that are secrets: wrangler is to be given them in its environment."""
    return {name: value for name, value in variables.items() if name in SECRETS}


def config_path(state: Path) -> Path:
    """Where the configuration of the stack that keeps its state in `state` lies: one file a state
    folder.
    """
    name = hashlib.sha256(str(state.resolve()).encode()).hexdigest()[:12]
    return ROOT / f"wrangler.local-{name}.jsonc"


def write(
    state: Path,
    ai_address: str | None,
    variables: Mapping[str, str],
    main: str | None = None,
    workflows: Sequence[Mapping[str, str]] = (),
    requests_a_minute: int | None = None,
    databases: int = 1,
) -> Path:
    """Write the local configuration for a state folder; return its path."""
    path = config_path(state)
    deployed = read_deployed()
    _write(
        path,
        localise(deployed, ai_address, variables, main, workflows, requests_a_minute, databases),
    )
    return path


@contextmanager
def for_one_command() -> Generator[Path]:
    """A configuration for a wrangler command beside a running stack, or without one; gone
    afterwards.
    """
    path = ROOT / f"wrangler.local-{os.getpid()}.jsonc"
    _write(path, localise(read_deployed(), None, {}))
    try:
        yield path
    finally:
        path.unlink()


@contextmanager
def for_the_bucket(configuration: Path, *, is_remote: bool) -> Generator[Path]:
    """A configuration of the bucket of another one alone, for wrangler's proxy to bindings; gone
    afterwards.
    """
    deployed = read(configuration)
    names = ("name", "account_id", "compatibility_date", "r2_buckets")
    kept = {key: deployed[key] for key in names if key in deployed}
    if is_remote:
        kept["r2_buckets"] = [{**binding, "remote": True} for binding in deployed["r2_buckets"]]
    path = ROOT / f"wrangler.local-{os.getpid()}-bucket.jsonc"
    _write(path, kept)
    try:
        yield path
    finally:
        path.unlink()


def _write(path: Path, content: Mapping[str, Any]) -> None:
    text = (
        "// Generated from wrangler.jsonc by local/config.py. Edits are "
        f"lost.\n{json.dumps(content, indent=2)}\n"
    )
    write_private(path, text)  # it can hold secrets
