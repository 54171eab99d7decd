"""The dependencies' licences and known weaknesses: `python -m local.release.audit` (`make audit`).

    make audit              the licences of all that is locked; asks no network
    make audit NETWORK=1    the known weaknesses too, which pip-audit and npm audit look up

Ends with 1 where something must not be.
"""

import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from local.places import ROOT, VENV
from local.release.licences import TOOLS, exception_for, findings, is_permissive
from local.release.packages import HOST_LOCK, WORKER_LOCK, Package, locked_packages, npm_packages

# Of tools that only some commands install.
_LOCKS: Final = ("tests/clients/package-lock.json", "local/site/package-lock.json")
# Only some commands install these, so their metadata is not here.
_NOT_INSTALLED: Final = (
    "bench/peers/requirements.txt",
    "requirements/site.txt",
    "tests/clients/requirements.txt",
)
_PIP_AUDIT: Final = "pip-audit@2.10.1"
_SECONDS: Final = 300.0


def main(words: Sequence[str]) -> int:
    packages = locked_packages()
    for lock in _LOCKS:
        packages += npm_packages(ROOT / lock)
    is_clean = _say_licences(packages)
    if "--network" in words:
        is_clean = _say_weaknesses() and is_clean
    else:
        print("Known weaknesses were not looked up: NETWORK=1 asks the registries' advisories.")
    return 0 if is_clean else 1


def _say_licences(packages: Sequence[Package]) -> bool:
    found, unneeded = findings(packages)
    counts = Counter(each.licence for each in packages)
    for licence, count in sorted(counts.items()):
        print(f"{count:4} {licence or 'no licence'}")
    for name in sorted(_excepted(packages)):
        print(f"a tool under {TOOLS[name].licence}: {name}: {TOOLS[name].purpose}")
    for each in found:
        package = each.package
        licence = package.licence or "no licence"
        print(f"NOT ALLOWED: {package.name} {package.version}, {licence}: {each.why}")
    for name in unneeded:
        print(f"NOT NEEDED: no locked package needs the exception {name}")
    print(f"not among them, for want of installed metadata: {', '.join(_NOT_INSTALLED)}")
    print(f"{len(packages)} packages, {len(found)} not allowed")
    return not found and not unneeded


def _excepted(packages: Sequence[Package]) -> set[str]:
    others = [each for each in packages if not is_permissive(each.licence)]
    return {name for each in others if (name := exception_for(each)) is not None}


def _say_weaknesses() -> bool:
    """Ask for the advisories. What cannot be asked is not clean."""
    uvx = VENV / "bin" / "uvx"
    asked = [_python_command(uvx, lock) for lock in (WORKER_LOCK, HOST_LOCK)]
    are_clean = [_ran(command) for command in (*asked, _npm_command())]
    return all(are_clean)


def _python_command(uvx: Path, lock: Path) -> list[str]:
    # Without --strict a package that the registry does not know passes as one without a weakness.
    options = ["--strict", "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    return [str(uvx), _PIP_AUDIT, *options, "--requirement", str(lock)]


def _npm_command() -> list[str]:
    npm = shutil.which("npm") or "npm"
    return [npm, "audit", "--package-lock-only", "--audit-level", "low"]


def _ran(command: Sequence[str]) -> bool:
    told = " ".join([Path(command[0]).name, *command[1:]])
    print(f"$ {told}", flush=True)
    try:
        done = subprocess.run(command, cwd=ROOT, check=False, timeout=_SECONDS)
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        print(f"It could not be asked: {error}")
        return False
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
