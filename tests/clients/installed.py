"""What generates and checks clients, in .build/clients: nothing of Tillroll needs it, and only
`make clients` installs it.
"""

import shutil
import sys

from local.installation import npm_install, pip_install
from local.places import BUILD, ROOT
from tillroll_local.commands import Commands
from tillroll_local.installable import Installable, Run
from tillroll_local.locks import take_turn

_LOCKED = ROOT / "tests" / "clients"
FOLDER = BUILD / "clients"
PYTHON = FOLDER / "python" / "bin" / "python"
NODE_MODULES = FOLDER / "node_modules"


def install() -> None:
    """Install what is missing, by exact versions and hashes.

    Raises:
        CommandFailed: pip or npm failed; the message has what it printed.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    with take_turn(FOLDER / "setup.lock", "Waiting for another installation …") as lock:
        run = Commands(keep_open=lock, folder=ROOT).run
        for part in (_OF_PYTHON, _OF_NODE):
            part.bring_up_to_date(run)


def _install_python(run: Run) -> None:
    shutil.rmtree(FOLDER / "python", ignore_errors=True)
    run(sys.executable, "-m", "venv", FOLDER / "python")
    pip_install(run, PYTHON, "-r", _LOCKED / "requirements.txt")


def _install_node(run: Run) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_LOCKED / name, FOLDER)
    npm_install(run, "--prefix", FOLDER, "--ignore-scripts")


_OF_PYTHON = Installable(
    "what generates a Python client",
    inputs=(_LOCKED / "requirements.txt",),
    stamp=FOLDER / "python.stamp",
    product=PYTHON,
    install=_install_python,
    root=ROOT,
)
_OF_NODE = Installable(
    "what generates a TypeScript client",
    inputs=(_LOCKED / "package-lock.json",),
    stamp=FOLDER / "node.stamp",
    product=NODE_MODULES / ".bin" / "redocly",
    install=_install_node,
    root=ROOT,
)
