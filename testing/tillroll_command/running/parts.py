"""What a project's Worker is installed of: wrangler and Node, the Pyodide bundle, its packages."""

import re
import shutil
import sys
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final

from tillroll_command.running.places import Places
from tillroll_local import tools
from tillroll_local.commands import CommandFailed, Commands
from tillroll_local.installable import Installable, Run
from tillroll_local.locks import take_turn

_LIBRARY: Final = "tillroll-durable"
_PINS: Final = Path(tools.__file__).with_name("worker.txt")
_QUIET: Final = ("--quiet", "--disable-pip-version-check", "--no-input")
_NO_NETWORK: Final = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT|NewConnectionError|NameResolutionError"
    r"|Temporary failure in name resolution"
)
_WAITING: Final = "Another command installs in this folder: waiting for it …"


class NotInstalled(Exception):
    """Something could not be installed; the message says what to do."""


def install_what_is_missing(places: Places) -> None:
    """Bring what runs the project's Worker up to date.

    Raises NotInstalled.
    """
    parts = parts_of(places)
    if all(part.is_installed() for part in parts):
        return
    if shutil.which("npm") is None:
        raise NotInstalled("npm is missing: install Node.js 20 or newer, https://nodejs.org.")
    with take_turn(places.state / "install.lock", _WAITING) as lock:
        commands = Commands(keep_open=lock, folder=places.root)
        try:
            for part in parts:
                part.bring_up_to_date(commands.run)
        except CommandFailed as error:
            raise NotInstalled(why_not_installed(error)) from error
        finally:
            commands.stop()


def install_packages(places: Places) -> None:
    """Bring the Worker's packages alone up to date, as a deployment needs them.

    Raises NotInstalled.
    """
    with take_turn(places.state / "install.lock", _WAITING) as lock:
        try:
            _packages(places).bring_up_to_date(Commands(keep_open=lock, folder=places.root).run)
        except CommandFailed as error:
            raise NotInstalled(why_not_installed(error)) from error


def why_not_installed(error: CommandFailed) -> str:
    """What a failed installation says; without a network, that alone."""
    said = str(error)
    if not _NO_NETWORK.search(said):
        return said
    command = said.partition("\n")[0].removeprefix("This failed: ")
    return (
        f"No registry was reached, and this needs one: {command}. Try again where there is a "
        "network; what is installed once is not asked for again."
    )


def parts_of(places: Places) -> Sequence[Installable]:
    """All parts, in the order in which they are installed."""
    return (_node_tools(places), _bundle(places), _packages(places))


def _node_tools(places: Places) -> Installable:
    modules = places.tools.node_modules

    def install(run: Run) -> None:
        run("npm", "install", "--no-fund", "--no-audit", "--loglevel=error")

    return Installable(
        "Node tools (wrangler, Pyodide)",
        inputs=(places.package,),
        stamp=modules / ".tillroll-stamp",
        product=places.tools.wrangler,
        install=install,
        root=places.root,
    )


def _bundle(places: Places) -> Installable:
    bundle = places.tools.bundle

    def install(run: Run) -> None:
        source = places.tools.node_modules / "pyodide"
        run(sys.executable, "-m", "tillroll_local.runtime.build_bundle", source, bundle)

    return Installable(
        "the Pyodide bundle",
        inputs=(places.package, tools.BUNDLE_BUILDER),
        stamp=bundle / ".stamp",
        product=places.tools.bundle_file,
        install=install,
        root=places.root,
    )


def _packages(places: Places) -> Installable:
    target = places.python_modules
    library = Path(str(files("tillroll_durable")))

    def install(run: Run) -> None:
        shutil.rmtree(target, ignore_errors=True)
        pip = (sys.executable, "-m", "pip", "install", *_QUIET, "--target", target)
        worker = (*tools.WORKER_PLATFORM, "--only-binary=:all:", "--no-compile")
        run(*pip, *worker, "--no-deps", "--require-hashes", "-r", _PINS)
        own = own_requirements(places.root / "pyproject.toml")
        if own:
            run(*pip, *worker, "--constraint", _PINS, *own)
        ignored = shutil.ignore_patterns("__pycache__", "schema")
        shutil.copytree(library, target / "tillroll_durable", ignore=ignored)
        # wrangler takes the folder for a finished environment by this file.
        (target / "pyvenv.cfg").touch()

    return Installable(
        "the Worker's packages",
        inputs=(places.root / "pyproject.toml", _PINS, *sorted(library.rglob("*.py"))),
        stamp=target / ".stamp",
        product=target / "pyvenv.cfg",
        install=install,
        root=places.root,
    )


def own_requirements(project: Path) -> list[str]:
    """What a project's Worker needs beside the library."""
    document = tomllib.loads(project.read_text(encoding="utf-8"))
    asked: list[str] = document["project"].get("dependencies", [])
    return [each for each in asked if not each.replace("_", "-").startswith(_LIBRARY)]
