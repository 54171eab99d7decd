"""The peers' own packages, in .build/peers: nothing of Tillroll needs them, and only `make peers`
installs them.
"""

import shutil
import site
import sys

from local.installation import npm_install, pip_install
from local.places import BUILD, ROOT
from tillroll_local.commands import Commands
from tillroll_local.installable import Installable, Run
from tillroll_local.locks import take_turn

_LOCKED = ROOT / "bench" / "peers"
FOLDER = BUILD / "peers"
PYTHON = FOLDER / "python" / "bin" / "python"
_NODE = FOLDER / "node"
RESTATE_SERVER = _NODE / "node_modules" / ".bin" / "restate-server"


def install() -> None:
    """Install what is missing, by exact versions and hashes.

    Raises:
        CommandFailed: pip or npm failed; the message has what it printed.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    with take_turn(
        FOLDER / "setup.lock", "Waiting for another installation of the peers …"
    ) as lock:
        run = Commands(keep_open=lock, folder=ROOT).run
        for part in (_PACKAGES, _SERVER):
            part.bring_up_to_date(run)


def use_packages() -> None:
    """Have this process find the peers' packages too, behind its own: a client of Postgres is among
    them.
    """
    site.addsitedir(str(packages_folder()))


def packages_folder() -> str:
    """The folder into which pip installed them."""
    (found,) = (FOLDER / "python").glob("lib/python3.*/site-packages")
    return str(found)


def _install_packages(run: Run) -> None:
    shutil.rmtree(FOLDER / "python", ignore_errors=True)
    run(sys.executable, "-m", "venv", FOLDER / "python")
    pip_install(run, PYTHON, "-r", _LOCKED / "requirements.txt")


def _install_server(run: Run) -> None:
    _NODE.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_LOCKED / name, _NODE)
    # One of the packages has a script that reports the installation elsewhere.
    npm_install(run, "--prefix", _NODE, "--ignore-scripts")


_PACKAGES = Installable(
    "the peers' Python packages",
    inputs=(_LOCKED / "requirements.txt",),
    stamp=FOLDER / "python.stamp",
    product=PYTHON,
    install=_install_packages,
    root=ROOT,
)
_SERVER = Installable(
    "Restate's server",
    inputs=(_LOCKED / "package-lock.json",),
    stamp=FOLDER / "node.stamp",
    product=RESTATE_SERVER,
    install=_install_server,
    root=ROOT,
)
