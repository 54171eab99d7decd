"""The genuine wrangler on a deployment."""

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cli.operations.deploying.configuration import written
from cli.operations.deploying.errors import NotDeployed
from cli.operations.deploying.record import Record
from local.config import read_deployed
from local.places import NODE, ROOT, WRANGLER
from local.wrangler import quiet_environment
from tillroll_local.files import write_private
from tillroll_local.log_lines import without_colours

_CODE: Final = re.compile(r"\[code: (\d+)\]")
_STARTUP: Final = re.compile(r"Worker Startup Time: (\d+) ms")
_NO_PLAN: Final = 100328
_ADVICE: Final = {
    _NO_PLAN: "The account has the plan Workers Free. Tillroll needs Workers Paid: 10 ms of "
    "processor time are too few for Python. Change the plan in Cloudflare's dashboard, then give "
    "the command again.",
}


class WranglerFailed(NotDeployed):
    """wrangler ended with an error; `code` is Cloudflare's, None where it names none."""

    def __init__(self, message: str, code: int | None) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Wrangler:
    """wrangler for one deployment. `deployed` is wrangler.jsonc, `environment` this process's;
    tests have others.
    """

    record: Record
    deployed: Mapping[str, Any] = field(default_factory=read_deployed)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def run(self, *arguments: str) -> str:
        """What it printed. Raises WranglerFailed."""
        with written(self.record, self.deployed) as configuration:
            return self._run([*arguments, "--config", str(configuration)], {})

    def document(self, *arguments: str) -> Any:
        """What it printed, which is JSON. Raises WranglerFailed."""
        return json_of(self.run(*arguments))

    def released(self, *arguments: str, secrets: Mapping[str, str]) -> str:
        """Upload the Worker with these secrets beside those that it has; the id of its version.
        Raises WranglerFailed.
        """
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            secrets_file = folder / "secrets.json"
            write_private(secrets_file, json.dumps(secrets))
            report = folder / "report"
            options = [*arguments, "--strict", "--secrets-file", str(secrets_file)]
            with written(self.record, self.deployed) as configuration:
                words = [*options, "--config", str(configuration)]
                output = self._run(words, {"WRANGLER_OUTPUT_FILE_PATH": str(report)})
            lines: list[str] = []
            if report.exists():
                lines = report.read_text(encoding="utf-8").splitlines()
        self.record.startup = _startup_in(output)
        versions = [json.loads(line).get("version_id") for line in lines]
        ids = [each for each in versions if each]
        if not ids:
            raise WranglerFailed(output, None)
        return ids[-1]

    def _run(self, arguments: Sequence[str], more: Mapping[str, str]) -> str:
        environment = {
            **self.environment,
            **quiet_environment(),
            "CLOUDFLARE_ACCOUNT_ID": self.record.answers.account,
            **more,
        }
        return run(arguments, environment)


def _startup_in(output: str) -> int | None:
    """How long the Worker took to start, in ms; None where wrangler does not say it."""
    match = _STARTUP.search(output)
    if match is None:
        return None
    return int(match[1])


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Run wrangler; what it printed on standard output. Raises WranglerFailed."""
    process = subprocess.run(
        [str(NODE), str(WRANGLER), *arguments],
        cwd=ROOT,
        env={**environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode == 0:
        return without_colours(process.stdout)
    output = without_colours(f"{process.stdout}\n{process.stderr}").strip()
    match = _CODE.search(output)
    code = None
    if match is not None:
        code = int(match[1])
    words = " ".join(arguments[:3])
    raise WranglerFailed(_ADVICE.get(code or 0, f"`wrangler {words} …` failed:\n{output}"), code)


def json_of(printed: str) -> Any:
    """The document in what wrangler printed, before which warnings may stand.
    Raises WranglerFailed.
    """
    begin = re.search(r"^[\[{]", printed, re.MULTILINE)
    if begin is None:
        return None
    try:
        return json.loads(printed[begin.start() :])
    except ValueError as error:
        raise WranglerFailed(f"wrangler's answer is no JSON: {printed}", None) from error
