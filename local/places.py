"""Where the local stack keeps its parts, relative to the project's folder."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
HOST_PYTHON = VENV / "bin" / "python"
HOST_COMMAND = VENV / "bin" / "tillroll"
NODE_MODULES = ROOT / "node_modules"
NODE = NODE_MODULES / ".bin" / "node"
WRANGLER = NODE_MODULES / "wrangler" / "bin" / "wrangler.js"
WORKERD = NODE_MODULES / "workerd" / "bin" / "workerd"
HIDE_LINKS = ROOT / "local" / "hide_links.cjs"
TESTING = ROOT / "testing"
_RUNTIME = TESTING / "tillroll_local" / "runtime"
WORKERD_OFFLINE = _RUNTIME / "workerd-offline"
BUNDLE_BUILDER = _RUNTIME / "build_bundle.py"
PYTHON_MODULES = ROOT / "python_modules"
BUILD = ROOT / ".build"
SETUP_LOCK = BUILD / "setup.lock"
# Which state folders have a running `make dev`.
SERVERS = BUILD / "servers"
SNAPSHOTS = BUILD / "snapshots"
PYODIDE_BUNDLE = BUILD / "pyodide"
PYODIDE_BUNDLE_FILE = PYODIDE_BUNDLE / "pyodide_dev.capnp.bin"
# The folder of `make dev`, unless STATE names another.
STATE = ROOT / ".tillroll"
# Where plain wrangler keeps its data.
WRANGLER_STATE = ROOT / ".wrangler" / "state"
MIGRATIONS = ROOT / "migrations"
# The API's description, which `make setup` makes of the sources.
API_DOCUMENT = ROOT / "public" / "api" / "openapi.json"
API_PAGE = ROOT / "public" / "api" / "docs.html"
API_TYPES = ROOT / "public" / "js" / "api" / "types.d.ts"
