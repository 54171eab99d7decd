"""Modules and lines of ours that a start, an upload, a run and a request import: counted on the
host.

The Worker's own half (platform/cloudflare, the files beside entry.py) is not in it: only workerd
has what it imports.
"""

import subprocess
import sys
from typing import Final

from local.places import ROOT

_WHAT: Final = {
    "a start": (
        "tillroll.api.native, tillroll_durable.dispatch, tillroll_durable.webhooks.consumer"
    ),
    "… with its settings": "tillroll.workflows.registry as r; r.SETTINGS",
    "… and an upload": (
        "tillroll.api.native as n; "
        "n.native_route('POST', '/api/receipts'); r.REGISTRY.newest['receipt']"
    ),
    "… and its run": "tillroll.receipts.understanding",
    "… and any other request": "tillroll.api.app; tillroll.api.app.create_app(r.REGISTRY)",
}
_COUNT: Final = """
import sys
names = [getattr(module, "__file__", None) or "" for module in list(sys.modules.values())]
files = {name for name in names if name.startswith(%r)}
print(len(files), sum(sum(1 for _ in open(each)) for each in files))
"""


def main() -> None:
    print("| what | modules | lines |\n| --- | --- | --- |")
    for what, (modules, lines) in counted().items():
        print(f"| {what} | {modules} | {lines:,} |")


def counted() -> dict[str, tuple[int, int]]:
    """Modules and lines behind each, with all before it."""
    found: dict[str, tuple[int, int]] = {}
    begun = ""
    for what, imported in _WHAT.items():
        begun += f"import {imported}\n"
        code = begun + _COUNT % str(ROOT / "src")
        asked = [sys.executable, "-c", code]
        said = subprocess.run(
            asked, cwd=ROOT, env={"PYTHONPATH": "src"}, capture_output=True, text=True, check=True
        )
        modules, lines = map(int, said.stdout.split())
        found[what] = modules, lines
    return found


if __name__ == "__main__":
    main()
