"""The genuine wrangler, offline: its programs, its commands and their environment."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tillroll_local.runtime.snapshots import BUNDLE_NAME

LOCAL_FLAGS: Final = ("experimental", "python_workers_development")
"""Compatibility flags by which workerd reads its Pyodide bundle from disk."""
WORKER_PLATFORM: Final = (
    "--platform",
    "pyemscripten_2026_0_wasm32",
    "--python-version",
    "3.14",
    "--implementation",
    "cp",
)
"""pip's names for the Worker's platform: Pyodide 314 is CPython 3.14 on Emscripten."""
_RUNTIME: Final = Path(__file__).with_name("runtime")
WORKERD_OFFLINE: Final = _RUNTIME / "workerd-offline"
BUNDLE_BUILDER: Final = _RUNTIME / "build_bundle.py"


@dataclass(frozen=True)
class Tools:
    """What runs a project's Worker.

    Attributes:
        node_modules: where npm has installed wrangler, workerd, Pyodide and Node.
        python: the Python that makes snapshots.
        bundle: the folder of the Pyodide bundle.
        snapshots: the folder of memory snapshots.
    """

    node_modules: Path
    python: Path
    bundle: Path
    snapshots: Path

    @property
    def node(self) -> Path:
        return self.node_modules / ".bin" / "node"

    @property
    def wrangler(self) -> Path:
        return self.node_modules / "wrangler" / "bin" / "wrangler.js"

    @property
    def workerd(self) -> Path:
        return self.node_modules / "workerd" / "bin" / "workerd"

    @property
    def bundle_file(self) -> Path:
        return self.bundle / BUNDLE_NAME


def wrangler_command(tools: Tools, arguments: list[str], configuration: Path) -> list[str]:
    """A command of wrangler on a configuration."""
    return [str(tools.node), str(tools.wrangler), *arguments, "--config", str(configuration)]


def dev_command(
    tools: Tools, configuration: Path, *, data: Path, port: int, inspector_port: int
) -> list[str]:
    """The command of `wrangler dev` on a configuration, with its data in a folder."""
    command = wrangler_command(tools, ["dev"], configuration)
    command += ["--local", "--ip", "127.0.0.1", "--port", str(port)]
    command += ["--inspector-port", str(inspector_port), "--show-interactive-dev-session=false"]
    # Secrets come from the environment alone: not from a .dev.vars or .env that lies there.
    command += ["--env-file", os.devnull]
    return [*command, "--persist-to", str(data)]


def offline_environment(
    tools: Tools, starts_file: Path, *, makes_snapshots: bool = True
) -> dict[str, str]:
    """What wrangler must be told to run workerd offline; every start of workerd appends a line to
    `starts_file`.

    Without `makes_snapshots` a start uses a memory snapshot that is there, and has none made: code
    that starts once gains nothing by one.
    """
    snapshots = os.environ.get("MEMORY_SNAPSHOTS")
    return {
        **quiet_environment(tools),
        "MINIFLARE_WORKERD_PATH": str(WORKERD_OFFLINE),
        "WORKERD": str(tools.workerd),
        "BUNDLE_DIR": str(tools.bundle),
        "STARTS_FILE": str(starts_file.resolve()),
        "HOST_PYTHON": str(tools.python),
        "SNAPSHOTS_DIR": "" if snapshots == "off" else str(tools.snapshots),
        "MAKES_SNAPSHOTS": "1" if makes_snapshots and snapshots != "found" else "",
        # Where wrangler would look for Workers of other projects on this machine, to bind to them.
        "WRANGLER_REGISTRY_PATH": str(starts_file.resolve().with_name("registry")),
    }


def quiet_environment(tools: Tools) -> dict[str, str]:
    """Make the environment of a process that runs wrangler, or its parts: no network, no banner,
    the pinned Node.
    """
    return {
        "PATH": f"{tools.node.parent}{os.pathsep}{os.environ['PATH']}",
        "CLOUDFLARE_CF_FETCH_ENABLED": "false",
        "WRANGLER_HIDE_BANNER": "true",
        "WRANGLER_SEND_METRICS": "false",
        "WRANGLER_WRITE_LOGS": "false",
        # Traces of every request, for wrangler's explorer: without them a request takes half the
        # time.
        "X_LOCAL_OBSERVABILITY": os.environ.get("X_LOCAL_OBSERVABILITY", "false"),
    }
