"""All operations of the OpenAPI document, asked by schemathesis: https://schemathesis.readthedocs.io."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# What no answer may be. Left out: `positive_data_acceptance`, since a schema cannot say all that a value must be (that
# a cursor is one of ours, that a file is a picture), and the checks of what is stored after a DELETE, of which there is
# none here.
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
)
# Of schemathesis' phases, without `stateful`: its sequences follow links between operations, of which the document
# declares none, and those that it guesses take minutes. Ids that exist come from the campaign instead.
COVERAGE, FUZZING = "coverage", "fuzzing"
# Of the ids in paths; the others are made up, or come from answers. No token does: one of them is the campaign's own.
_EXISTING_SHARE = 0.8
TOKEN_ID = "token_id"


@dataclass(frozen=True)
class Asked:
    """How many operations were asked, by how many requests."""

    operations: int
    requests: int


def ask_operations(
    url: str,
    token: str,
    ids: Mapping[str, Sequence[str]],
    folder: Path,
    *,
    seed: int,
    examples: int,
    phases: Sequence[str] = (COVERAGE, FUZZING),
) -> Asked:
    """Ask each operation, with `examples` random requests each where FUZZING is among the phases.

    `ids` are values that exist, by the name of the path's parameter. Files are left in `folder`.

    Raises:
        AssertionError: something was answered that must not be, or an operation was not asked; the message is
            schemathesis' account of it, with a curl command each.
    """
    report, config = folder / "report.json", folder / "schemathesis.toml"
    config.write_text(_config(ids), encoding="utf-8")
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(config)),
        *("run", f"{url}/api/openapi.json", "--header", f"Authorization: Bearer {token}"),
        *("--phases", ",".join(phases), "--checks", ",".join(CHECKS)),
        *("--seed", str(seed), "--max-examples", str(examples)),
        *("--continue-on-failure", "--no-shrink", "--generation-database", "none", "--request-timeout", "60"),
        *("--suppress-health-check", "all", "--report", "json", "--report-json-path", str(report)),
    ]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    assert ended.returncode == 0, ended.stdout[-20_000:] + ended.stderr[-2_000:]
    found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    operations = found["operations"]
    assert operations["tested"] == operations["total"], operations
    return Asked(operations["tested"], found["test_cases"]["generated"])


def _config(ids: Mapping[str, Sequence[str]]) -> str:
    """In TOML; JSON's strings and lists are TOML's."""
    dictionaries = [f"[dictionaries.{name}]\nvalues = {json.dumps(list(known))}" for name, known in ids.items()]
    shares = {name: 1.0 if name == TOKEN_ID else _EXISTING_SHARE for name in ids}
    bindings = [f'"path.{name}" = {{ dictionary = "{name}", probability = {share} }}' for name, share in shares.items()]
    return "\n".join([*dictionaries, "[parameters]", *bindings, ""])
