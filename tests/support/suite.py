"""Cases that run inside the genuine workerd: a test-only Worker, made from the platform's code and
the cases.
"""

import json
import shutil
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from local import config
from local.places import ROOT
from local.wrangler import dev_command, wrangler_environment
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import wait_until
from tillroll_local.processes import Part, end_all, free_port


@contextmanager
def answers_of_suite(folder: Path, state: Path, bindings: Mapping[str, Any]) -> Generator[Any]:
    """What the Worker of `folder` (cases.py, suite_worker.py) answers, as JSON; the arguments are
    those of `suite`.
    """
    with suite(folder, state, bindings, ("cases.py", "suite_worker.py")) as (_, answer):
        yield answer


@contextmanager
def suite(
    folder: Path,
    state: Path,
    bindings: Mapping[str, Any],
    files: Sequence[str] = ("suite_worker.py",),
) -> Generator[tuple[str, Any]]:
    """Where the Worker of `folder` listens, and what it answers first.

    `bindings` is the part of a wrangler configuration that names what it uses; `state` keeps the
    data; `files` are those of the folder that it needs.
    """
    name = f"{folder.name}-suite"
    source = ROOT / ".build" / name
    shutil.rmtree(source, ignore_errors=True)
    for package in (ROOT / "src").iterdir():
        if package.is_dir() and package.name != "__pycache__":
            shutil.copytree(
                package, source / package.name, ignore=shutil.ignore_patterns("__pycache__")
            )
    for file in files:
        shutil.copy(folder / file, source / file)
    deployed = config.read_deployed()
    configuration = {
        "name": name,
        "main": str((source / "suite_worker.py").relative_to(ROOT)),
        "compatibility_date": deployed["compatibility_date"],
        "compatibility_flags": [*deployed["compatibility_flags"], *config.LOCAL_FLAGS],
        **bindings,
    }
    path = config.config_path(state)
    path.write_text(json.dumps(configuration), encoding="utf-8")
    port = free_port()
    command = dev_command(path, state, port, free_port())
    environment = wrangler_environment(state / "starts", makes_snapshots=False)
    part = Part("the suite's wrangler dev", command, log=state / "wrangler.log", env=environment)
    try:
        answer = wait_until(lambda: _ask(port, part), f"the suite to answer\n{part.tail()}")
        yield f"http://127.0.0.1:{port}/", answer
    finally:
        end_all([part])
        path.unlink()


def _ask(port: int, part: Part) -> Any | None:
    assert part.exit_code() is None, part.tail()
    try:
        answer = httpx.get(f"http://127.0.0.1:{port}/", timeout=PATIENCE_SECONDS)
    except httpx.TransportError:
        return None
    assert answer.status_code == httpx.codes.OK, answer.text + part.tail()
    return answer.json()
