"""What is installed into the project's folder, in which order. Runs on the system's Python,
standard library only.

The parts that do not need each other are installed at the same time. Several set-ups at once take
turns, and the next one repairs what an interrupted one left behind.
"""

import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from local.places import (
    API_DOCUMENT,
    API_PAGE,
    API_TYPES,
    BUILD,
    HOST_COMMAND,
    HOST_PYTHON,
    NODE_MODULES,
    PYODIDE_BUNDLE,
    PYODIDE_BUNDLE_FILE,
    PYTHON_MODULES,
    ROOT,
    SETUP_LOCK,
    VENV,
    WRANGLER,
)
from local.pywrangler import mark_as_installed
from tillroll_local.commands import CommandFailed, Commands
from tillroll_local.installable import Installable, Run
from tillroll_local.locks import take_turn
from tillroll_local.tools import WORKER_PLATFORM

OLDEST_NODE = 20
_NODE_DOWNLOAD = "https://nodejs.org/en/download"


class ToolMissing(Exception):
    """Something that the project does not install itself is missing or too old; the message says
    what to do.
    """


class LinkedFolder(Exception):
    """What is installed would go somewhere else; the message says what to do."""


def check_node() -> None:
    """Only npm is needed of the machine's own Node: everything else runs on the pinned one.

    Raises:
        ToolMissing: there is no node with npm, or it is too old.
    """
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        raise ToolMissing(
            f"Tillroll needs Node.js {OLDEST_NODE} or newer with npm: {_NODE_DOWNLOAD}"
        )
    version = subprocess.run(
        [node, "--version"], capture_output=True, text=True, check=True
    ).stdout.strip()
    if int(version.removeprefix("v").split(".")[0]) < OLDEST_NODE:
        raise ToolMissing(
            f"Tillroll needs Node.js {OLDEST_NODE} or newer; this node is {version}: "
            f"{_NODE_DOWNLOAD}"
        )


def check_folders(folders: Sequence[Path] = (VENV, NODE_MODULES, PYTHON_MODULES, BUILD)) -> None:
    """A link would have another folder's installation removed and made anew, while it is used.

    Raises:
        LinkedFolder: what is installed into is a symbolic link.
    """
    links = [folder.name for folder in folders if folder.is_symlink()]
    if links:
        named, each = " and ".join(links), "is a link" if len(links) == 1 else "are links"
        raise LinkedFolder(
            f"{named} {each} to another folder, whose installation would be overwritten. "
            f"Nothing was changed. To install here: rm {' '.join(links)}"
        )


def _install_host(run: Run) -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        run(sys.executable, "-m", "venv", VENV)
    except CommandFailed as error:
        raise ToolMissing(f"{error}\nOn Debian and Ubuntu: apt-get install python3-venv") from error
    pip_install(run, HOST_PYTHON, "-r", ROOT / "requirements" / "host.txt")


def _link_packages(_: Run) -> None:
    """The project's own packages are found from any folder, as after an editable installation."""
    packages = next(VENV.glob("lib/python3.*/site-packages"))
    places = (ROOT, ROOT / "src", ROOT / "testing")
    text = "".join(f"{place}\n" for place in places)
    (packages / "tillroll.pth").write_text(text, encoding="utf-8")
    _add_commands(packages)
    write_command(HOST_COMMAND, HOST_PYTHON)


def _add_commands(packages: Path) -> None:
    """Name what the product adds to the command, as an installation of cli/ would."""
    info = packages / "tillroll_cli-0.1.0.dist-info"
    info.mkdir(exist_ok=True)
    metadata = "Metadata-Version: 2.4\nName: tillroll-cli\nVersion: 0.1.0\n"
    (info / "METADATA").write_text(metadata, encoding="utf-8")
    points = "[tillroll.commands]\ntillroll-cli = cli.app:add\n"
    (info / "entry_points.txt").write_text(points, encoding="utf-8")


def write_command(file: Path, python: Path) -> None:
    """The command `tillroll`, as an installation of the project would have it.

    A system cuts the first line of a script at a blank, and at 127 bytes. So it names a shell,
    which runs Python by its path; Python takes the shell's lines for a text.
    """
    lines = [
        "#!/bin/sh",
        f"""'''exec' {shlex.quote(str(python))} "$0" "$@" """.rstrip(),
        "' '''",
        "import sys",
        "",
        "from tillroll_command.main import main",
        "",
        "sys.exit(main())",
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    file.chmod(0o755)


def pip_install(run: Run, python: Path, *arguments: object) -> None:
    """Install pinned, hashed packages; the lock lists the whole closure, so nothing is resolved."""
    quiet = ("--quiet", "--disable-pip-version-check", "--no-input")
    run(python, "-m", "pip", "install", *quiet, "--no-deps", "--require-hashes", *arguments)


def npm_install(run: Run, *arguments: object, folder: Path = ROOT) -> None:
    """Install what the lock of npm's in a folder lists, and nothing else. `--prefix` would move
    the configuration of the whole machine's npm, with its registry.
    """
    run("npm", "ci", "--no-fund", "--no-audit", "--loglevel=error", *arguments, folder=folder)


def _install_node_tools(run: Run) -> None:
    check_node()
    npm_install(run)


def _install_worker_packages(run: Run) -> None:
    shutil.rmtree(PYTHON_MODULES, ignore_errors=True)
    target = ("--target", PYTHON_MODULES, *WORKER_PLATFORM, "--only-binary=:all:", "--no-compile")
    pip_install(run, HOST_PYTHON, *target, "-r", ROOT / "requirements" / "worker.txt")
    # wrangler takes the folder for a finished environment by this file.
    (PYTHON_MODULES / "pyvenv.cfg").touch()


def _build_pyodide_bundle(run: Run) -> None:
    run(
        HOST_PYTHON,
        "-m",
        "tillroll_local.runtime.build_bundle",
        NODE_MODULES / "pyodide",
        PYODIDE_BUNDLE,
    )


def _describe_api(run: Run) -> None:
    run("env", "PYTHONPATH=src", HOST_PYTHON, "-m", "cli.reference.files")


def _sources_of_description() -> tuple[Path, ...]:
    """The sources that can change the API's description: the Worker's, and those that write it."""
    folders = (ROOT / "src", ROOT / "cli" / "reference")
    return tuple(sorted(path for folder in folders for path in folder.rglob("*.py")))


HOST = Installable(
    "host packages",
    inputs=(ROOT / "requirements" / "host.txt",),
    stamp=VENV / ".stamp",
    product=HOST_PYTHON,
    install=_install_host,
    root=ROOT,
)
PACKAGES = Installable(
    "the project's own packages",
    inputs=(Path(__file__),),
    stamp=VENV / ".packages-stamp",
    product=HOST_PYTHON,
    install=_link_packages,
    root=ROOT,
)
NODE_TOOLS = Installable(
    "Node tools (wrangler, Pyodide, a browser for the tests)",
    inputs=(ROOT / "package-lock.json", ROOT / "package.json"),
    stamp=NODE_MODULES / ".tillroll-stamp",
    product=WRANGLER,
    install=_install_node_tools,
    root=ROOT,
)
WORKER = Installable(
    "the Worker's packages",
    inputs=(ROOT / "requirements" / "worker.txt",),
    stamp=PYTHON_MODULES / ".stamp",
    product=PYTHON_MODULES / "pyvenv.cfg",
    install=_install_worker_packages,
    root=ROOT,
)
BUNDLE = Installable(
    "the Pyodide bundle",
    inputs=(
        ROOT / "package-lock.json",
        ROOT / "testing" / "tillroll_local" / "runtime" / "build_bundle.py",
    ),
    stamp=PYODIDE_BUNDLE / ".stamp",
    product=PYODIDE_BUNDLE_FILE,
    install=_build_pyodide_bundle,
    root=ROOT,
)
DESCRIPTION = Installable(
    "the API's description",
    inputs=_sources_of_description(),
    stamp=BUILD / "api-description.stamp",
    product=API_DOCUMENT,
    install=_describe_api,
    others=(API_PAGE, API_TYPES),
    root=ROOT,
)


def install_what_is_missing() -> int:
    """Bring the project's folder up to date; print what is done; return an exit code."""
    if all(
        part.is_installed() for part in (HOST, PACKAGES, NODE_TOOLS, WORKER, BUNDLE, DESCRIPTION)
    ):
        mark_as_installed()
        return 0
    # SIGTERM ends the set-up as Ctrl-C does: with what it started, or a forgotten npm would write
    # into node_modules.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        check_folders()
        with take_turn(
            SETUP_LOCK, "Another set-up is at work in this folder: waiting for it …"
        ) as lock:
            _install(Commands(keep_open=lock, folder=ROOT))
            mark_as_installed()
    except KeyboardInterrupt:
        print(
            "\nThe set-up was interrupted. The next `make` goes on with what is missing.",
            file=sys.stderr,
        )
        return 130
    except (ToolMissing, LinkedFolder, CommandFailed) as error:
        print(f"\nThe set-up stopped. {error}", file=sys.stderr)
        return 1
    return 0


def _install(commands: Commands) -> None:
    def python_side() -> None:
        HOST.bring_up_to_date(commands.run)
        PACKAGES.bring_up_to_date(commands.run)
        WORKER.bring_up_to_date(commands.run)  # with the host environment's pip

    pool = ThreadPoolExecutor()
    try:
        at_once = [pool.submit(python_side), pool.submit(NODE_TOOLS.bring_up_to_date, commands.run)]
        for done in as_completed(at_once):
            done.result()
        BUNDLE.bring_up_to_date(commands.run)
        DESCRIPTION.bring_up_to_date(commands.run)
    finally:
        commands.stop()
        pool.shutdown()
