"""`make tests-of ROOM=payouts`: the tests that concern a room, listed and run.

    python -m tests.rooms ROOM                   run them, the rules first
    python -m tests.rooms ROOM --list            only list them
    python -m tests.rooms ROOM --parts unit,page only these parts

The parts are rules, unit, simulation, page, and stack, which has all that needs a genuine stack
or a browser. The exit status is 1 where a part fails.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from local.places import ROOT
from tests.rooms.finding import TESTS, find_page_tests, find_tests, room_of

_ON_CORES: Final = ("-n", "auto", "--maxprocesses", "8", "--dist", "worksteal")
_ON_STACKS: Final = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
_NODE: Final = ROOT / "node_modules" / ".bin" / "node"
PARTS: Final = ("rules", "unit", "simulation", "page", "stack")


def parts_of(room: str) -> dict[str, list[Path]]:
    """The tests of a room by the part that runs them."""
    found: dict[str, list[Path]] = {part: [] for part in PARTS}
    found["rules"] = [TESTS / "rules"]
    found["page"] = find_page_tests(room)
    for path in find_tests(room):
        folder = path.relative_to(TESTS).parts[0]
        found[folder if folder in {"unit", "simulation"} else "stack"].append(path)
    return found


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make tests-of", description=__doc__)
    parser.add_argument("room")
    parser.add_argument("--list", action="store_true", dest="lists")
    parser.add_argument("--parts", default=",".join(PARTS))
    asked = parser.parse_args(words)
    wanted = [part for part in asked.parts.replace(",", " ").split() if part]
    unknown = [part for part in wanted if part not in PARTS]
    if unknown:
        parser.error(f"there is no part {unknown[0]}: {', '.join(PARTS)}")
    try:
        room = room_of(asked.room)
    except LookupError as error:
        parser.error(str(error))
    found = {part: files for part, files in parts_of(room).items() if part in wanted and files}
    for part, files in found.items():
        _say(f"{part}: {len(files)} {'file' if len(files) == 1 else 'files'}")
        if asked.lists:
            _say("\n".join(f"  {path.relative_to(ROOT)}" for path in files))
    if asked.lists:
        return 0
    failed = [part for part, files in found.items() if _run(part, files) != 0]
    _say(f"Failed: {', '.join(failed)}" if failed else f"All tests of {room} passed.")
    return 1 if failed else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _run(part: str, files: Sequence[Path]) -> int:
    names = [str(path.relative_to(ROOT)) for path in files]
    if part == "page":
        command = [str(_NODE), "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", "--test", *names]
    else:
        pytest = [sys.executable, "-m", "pytest", "-q"]
        more = _ON_STACKS if part == "stack" else _ON_CORES
        command = [*pytest, *more, *names]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
