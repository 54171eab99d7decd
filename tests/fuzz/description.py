"""All operations of the OpenAPI document, asked by schemathesis:
https://schemathesis.readthedocs.io.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.places import ROOT
from tests.fuzz.askers import OWNER, Asker
from tests.fuzz.tally import Tally

# What no answer may be. Left out: `positive_data_acceptance`, since a schema cannot say all that a
# value must be (that a cursor is one of ours, that a file is a picture), and the checks of what is
# stored after a DELETE, of which there is none here.
CHECKS = (
    "not_a_server_error",
    "status_as_described",  # in hooks.py, as the other three of ours
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "wrong_data_is_refused",
    "missing_required_header",
    "wrong_method_is_refused",
    "allow_header_conformance",
    "only_what_they_may",
)
# Of schemathesis' phases, without `stateful`: its sequences follow links between operations, of
# which the document declares none, and those that it guesses take minutes. Ids that exist come from
# the campaign instead.
EXAMPLES, COVERAGE, FUZZING = "examples", "coverage", "fuzzing"
# Of the ids in paths; the others are made up, or come from answers. No token and no person does:
# among them are the campaign's own.
_EXISTING_SHARE = 0.8
_ONLY_EXISTING = ("token_id", "user_id")
# Of the requests: an owner's come furthest, and there are seven others.
_SHARE_OF_OWNER, _SHARE = 5, 1
# Where schemathesis' account of what it found begins, and how much of a line of it is shown.
_FINDINGS, _LINE = "= FAILURES =", 600


@dataclass(frozen=True)
class Asked:
    """How many operations were asked, and what came of it."""

    operations: int
    tally: Tally


def ask_operations(
    url: str,
    askers: Sequence[Asker],
    ids: Mapping[str, Sequence[str]],
    folder: Path,
    *,
    seed: int,
    examples: int,
    phases: Sequence[str] = (EXAMPLES, COVERAGE, FUZZING),
) -> Asked:
    """Ask each operation, with `examples` random requests each where FUZZING is among the phases,
    each as one of the askers.

    `ids` are values that exist, by the name of the path's parameter. Files are left in `folder`.

    Raises:
        AssertionError: something was answered that must not be, or an operation was not asked; the
            message is schemathesis' account of it, with a curl command each.
    """
    report, config = folder / "report.json", folder / "schemathesis.toml"
    config.write_text(_config(ids), encoding="utf-8")
    who, answers = folder / "askers.json", folder / "answers.jsonl"
    who.write_text(json.dumps([_told(asker) for asker in askers]), encoding="utf-8")
    answers.write_text("", encoding="utf-8")
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(config)),
        *(
            "run",
            f"{url}/api/openapi.json",
            "--phases",
            ",".join(phases),
            "--checks",
            ",".join(CHECKS),
        ),
        *("--seed", str(seed), "--max-examples", str(examples)),
        *(
            "--continue-on-failure",
            "--no-shrink",
            "--generation-database",
            "none",
            "--request-timeout",
            "60",
        ),
        *("--suppress-health-check", "all", "--report", "json", "--report-json-path", str(report)),
    ]
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}:{ROOT / 'testing'}",
        "SCHEMATHESIS_HOOKS": "tests.fuzz.hooks",
        "FUZZ_ASKERS": str(who),
        "FUZZ_ANSWERS": str(answers),
        "FUZZ_SEED": str(seed),
        "FUZZ_SPARE": json.dumps({name: [*ids[name]] for name in _ONLY_EXISTING}),
    }
    ended = subprocess.run(
        command, capture_output=True, text=True, cwd=folder, env=environment, check=False
    )
    (folder / "schemathesis.txt").write_text(ended.stdout + ended.stderr, encoding="utf-8")
    assert ended.returncode == 0, _findings(ended.stdout) + ended.stderr[-2_000:]
    operations: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))["operations"]
    assert operations["tested"] == operations["total"], operations
    tally = Tally()
    tally.add(answers)
    return Asked(operations["tested"], tally)


def _findings(account: str) -> str:
    """What schemathesis found, without what it was sent: one body of a megabyte hid all other
    findings.
    """
    found = account[max(account.find(_FINDINGS), 0) :]
    return "\n".join(
        line if len(line) <= _LINE else f"{line[:_LINE]} …" for line in found.splitlines()
    )


def _told(asker: Asker) -> dict[str, Any]:
    share = _SHARE_OF_OWNER if asker.name == OWNER else _SHARE
    return {"name": asker.name, "token": asker.token, "may": sorted(asker.may), "share": share}


def _config(ids: Mapping[str, Sequence[str]]) -> str:
    """In TOML; JSON's strings and lists are TOML's."""
    dictionaries = [
        f"[dictionaries.{name}]\nvalues = {json.dumps(list(known))}" for name, known in ids.items()
    ]
    shares = {name: 1.0 if name in _ONLY_EXISTING else _EXISTING_SHARE for name in ids}
    bindings = [
        f'"path.{name}" = {{ dictionary = "{name}", probability = {share} }}'
        for name, share in shares.items()
    ]
    return "\n".join([*dictionaries, "[parameters]", *bindings, ""])
