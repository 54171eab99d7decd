"""Cases that run inside the genuine workerd: a test-only Worker, made from the platform's code and the cases."""

import json
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from local import config
from local.places import ROOT
from local.processes import Part, end_all, free_port
from local.wrangler import dev_command, wrangler_environment
from tests.support.running_stack import wait_until

_ANSWER_SECONDS = 90


@contextmanager
def answers_of_suite(folder: Path, state: Path, bindings: Mapping[str, Any]) -> Generator[Any]:
    """What the Worker of `folder` (cases.py, suite_worker.py) answers, as JSON.

    `bindings` is the part of a wrangler configuration that names what the cases use; `state` keeps the data.
    """
    name = f"{folder.name}-suite"
    source = ROOT / ".build" / name
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(ROOT / "src" / "tillroll", source / "tillroll", ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("cases.py", "suite_worker.py"):
        shutil.copy(folder / file, source / file)
    deployed = config.read_deployed()
    suite = {
        "name": name,
        "main": str((source / "suite_worker.py").relative_to(ROOT)),
        "compatibility_date": deployed["compatibility_date"],
        "compatibility_flags": [*deployed["compatibility_flags"], *config.LOCAL_FLAGS],
        **bindings,
    }
    path = config.config_path(state)
    path.write_text(json.dumps(suite), encoding="utf-8")
    port = free_port()
    command = dev_command(path, state, port, free_port())
    part = Part(
        "the suite's wrangler dev", command, log=state / "wrangler.log", env=wrangler_environment(state / "starts")
    )
    try:
        yield wait_until(lambda: _ask(port, part), f"the suite to answer\n{part.tail()}")
    finally:
        end_all([part])
        path.unlink()


def _ask(port: int, part: Part) -> Any | None:
    assert part.exit_code() is None, part.tail()
    try:
        answer = httpx.get(f"http://127.0.0.1:{port}/", timeout=_ANSWER_SECONDS)
    except httpx.TransportError:
        return None
    assert answer.status_code == httpx.codes.OK, answer.text + part.tail()
    return answer.json()
