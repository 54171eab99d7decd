"""Add workerd's other platforms to package-lock.json where the registry lacks them:
`python -m local.complete_lock`.

A registry may not have mirrored the macOS and Windows packages of the newest release yet; npm then
leaves them out of the lock, and `npm ci` refuses a lock without them.
"""

import json
from typing import Any

from local.places import ROOT


def complete(lock: dict[str, Any]) -> list[str]:
    """Add the missing entries to a parsed package-lock.json (version 3); return the names added."""
    packages: dict[str, Any] = lock["packages"]
    workerd = packages["node_modules/workerd"]
    added: list[str] = []
    for name, version in workerd["optionalDependencies"].items():
        key = f"node_modules/{name}"
        if key in packages:
            continue
        system, processor = name.rsplit("workerd-", 1)[1].split("-")
        packages[key] = {
            "version": version,
            "cpu": ["x64" if processor == "64" else processor],
            "dev": True,
            "license": "Apache-2.0",
            "optional": True,
            "os": [{"windows": "win32"}.get(system, system)],
            "engines": {"node": ">=16"},
        }
        added.append(name)
    lock["packages"] = dict(sorted(packages.items()))
    return added


if __name__ == "__main__":
    path = ROOT / "package-lock.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    for name in complete(content):
        print(f"added {name}")
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
