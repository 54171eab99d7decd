"""The library's wheel: the same bytes each time, and whole where nothing of this project is."""

import ast
import json
import subprocess
import sys
import sysconfig
import zipfile
from email import message_from_bytes
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from local.places import NODE_MODULES, ROOT
from local.wheel import DEV_DEPENDENCIES, ON_THE_HOST, PACKAGES, build, requirements

_NAMES = """
import {package}, sys
from importlib import import_module
for name in {package}.__all__:
    getattr({package}, name)
print({package}.__file__)
loaded = {{name.partition(".")[0] for name in sys.modules}}
print(*sorted(loaded & {{"tillroll", "tests", "cli", "local"}}))
"""
_WORKFLOW = '''\
"""Orders that are charged once."""

from pydantic import BaseModel

from tillroll_durable import (
    Allowed,
    Contract,
    Effect,
    Params,
    Step,
    StepContext,
    Trigger,
    Workflow,
    WorkflowRun,
)
from tillroll_testing import Deployed, Faults, Ground, Scene, Story, World, open_world


class Order(Params):
    amount: int


class Price(BaseModel):
    total: int


PRICE = Step("price", Effect.READ, gives=Price)
ORDER_V1 = Contract("order", 1, steps=(PRICE,))


async def find_price(context: StepContext, amount: int) -> Price:
    return Price(total=amount + len(context.idempotency_key))


async def body(run: WorkflowRun[Order]) -> dict[str, int]:
    price = await run.step(PRICE, find_price, run.params.amount)
    reveal_type(price)
    return {"total": price.total}


ORDER = Workflow(ORDER_V1, body, Order, trigger=Trigger(), allowed=Allowed())


async def opened(faults: Faults, ground: Ground) -> World:
    return await open_world(ground, faults, Deployed(ORDER))


def story(scene: Scene) -> Story:
    async def scene_of(_: Faults) -> Scene:
        return scene

    return Story("an order", scene_of, "completed")
'''


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the wheel, and with what it needs from here."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    subprocess.run([*command, "--no-deps", "--no-index", wheel], check=True)
    # A path of a .pth file reads no .pth file there, so this project's own sources stay away.
    [packages] = folder.glob("lib/python3.*/site-packages")
    needed = sysconfig.get_path("purelib")
    (packages / "needed.pth").write_text(f"{needed}\n", encoding="utf-8")
    return python


def test_it_is_the_same_to_the_byte(wheel: Path, tmp_path: Path) -> None:
    assert build(tmp_path).read_bytes() == wheel.read_bytes()
    assert wheel.name.endswith("-py3-none-any.whl")


def test_it_has_all_packages_and_their_types(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {*archive.namelist()}
        assert archive.testzip() is None
    assert {f"{package}/py.typed" for package in PACKAGES} < names
    folders = {name.partition("/")[0] for name in names}
    assert {each for each in folders if not each.endswith(".dist-info")} == {*PACKAGES}
    assert not [name for name in names if "__pycache__" in name]


def test_it_names_what_it_imports(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [metadata] = [name for name in archive.namelist() if name.endswith("/METADATA")]
        told = message_from_bytes(archive.read(metadata))
    assert told["Requires-Python"] == ">=3.11"
    needed = {*(told.get_all("Requires-Dist") or ())}
    assert needed == {*requirements(), *(f'{each}; extra == "dev"' for each in DEV_DEPENDENCIES)}
    known = {_name_of(each) for each in requirements()}
    of_dev = {_name_of(each) for each in DEV_DEPENDENCIES}
    assert _distributions("tillroll_durable") <= known - {_name_of(each) for each in ON_THE_HOST}
    for package in ("tillroll_command", "tillroll_local", "tillroll_testing"):
        assert _distributions(package) <= known | of_dev, package


def test_it_has_the_command_and_what_that_needs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [points] = [name for name in archive.namelist() if name.endswith("/entry_points.txt")]
        said = archive.read(points).decode()
        wrapper = archive.getinfo("tillroll_local/runtime/workerd-offline")
    assert said == "[console_scripts]\ntillroll = tillroll_command.main:main\n"
    assert wrapper.external_attr >> 16 == 0o100755, "wrangler starts it as a program"


@pytest.mark.parametrize("package", ["tillroll_durable", "tillroll_testing"])
def test_all_public_names_are_there(installed: Path, tmp_path: Path, package: str) -> None:
    command = [installed, "-I", "-c", _NAMES.format(package=package)]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    place, others = done.stdout.split("\n")[:2]
    assert Path(place).is_relative_to(installed.parent.parent)
    assert others == "", "it brings what is not in the wheel"


def test_a_workflow_is_typed_strictly_against_it(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "order.py").write_text(_WORKFLOW, encoding="utf-8")
    environment = installed.parent.parent
    settings = {
        "include": ["order.py"],
        "typeCheckingMode": "strict",
        "venvPath": str(environment.parent),
        "venv": environment.name,
    }
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    node = ROOT / "node_modules" / ".bin" / "node"
    command = [node, NODE_MODULES / "pyright" / "index.js", "--outputjson"]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    found = json.loads(done.stdout)["generalDiagnostics"]
    assert [each["message"] for each in found if each["severity"] != "information"] == []
    assert 'Type of "price" is "Price"' in [each["message"] for each in found]


def _name_of(requirement: str) -> str:
    return requirement.partition(">")[0]


def _distributions(package: str) -> set[str]:
    """The distributions that a package imports from, but for those of the Worker's own runtime."""
    of_runtime = {"js", "pyodide", "workers"}
    owners = packages_distributions()
    imported: set[str] = set()
    for path in PACKAGES[package].rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.partition(".")[0])
            elif isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
    outside = imported - sys.stdlib_module_names - {*PACKAGES} - of_runtime
    return {owners.get(name, [name])[0].lower().replace("_", "-") for name in outside}
