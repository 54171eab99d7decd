"""What builds the site, in .build/site-tools: nothing of Tillroll needs it, and only `make site`
installs it.
"""

import shutil
import sys
from typing import Final

from local.installation import npm_install, pip_install
from local.places import BUILD, ROOT
from tillroll_local.commands import Commands
from tillroll_local.installable import Installable, Run
from tillroll_local.locks import take_turn

_REQUIREMENTS: Final = ROOT / "requirements" / "site.txt"
_LOCKED: Final = ROOT / "local" / "site"
_FOLDER: Final = BUILD / "site-tools"
PYTHON: Final = _FOLDER / "python" / "bin" / "python"
DRAWS_DIAGRAMS: Final = (
    _FOLDER / "node_modules" / "@mermaid-js" / "tiny" / "dist" / "mermaid.tiny.js"
)


def install() -> None:
    """Install what is missing, by exact versions and hashes.

    Raises:
        CommandFailed: pip or npm failed; the message has what it printed.
    """
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with take_turn(_FOLDER / "setup.lock", "Waiting for another installation …") as lock:
        run = Commands(keep_open=lock, folder=ROOT).run
        for part in (_OF_PYTHON, _OF_NODE):
            part.bring_up_to_date(run)


def _install_python(run: Run) -> None:
    shutil.rmtree(_FOLDER / "python", ignore_errors=True)
    run(sys.executable, "-m", "venv", _FOLDER / "python")
    pip_install(run, PYTHON, "-r", _REQUIREMENTS)


def _install_node(run: Run) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_LOCKED / name, _FOLDER)
    npm_install(run, "--prefix", _FOLDER, "--ignore-scripts")


_OF_PYTHON: Final = Installable(
    "what builds the site",
    inputs=(_REQUIREMENTS,),
    stamp=_FOLDER / "python.stamp",
    product=PYTHON,
    install=_install_python,
    root=ROOT,
)
_OF_NODE: Final = Installable(
    "what draws its diagrams",
    inputs=(_LOCKED / "package-lock.json",),
    stamp=_FOLDER / "node.stamp",
    product=DRAWS_DIAGRAMS,
    install=_install_node,
    root=ROOT,
)
