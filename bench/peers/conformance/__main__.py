"""Hold engines to the recovery rules: `make conformance ENGINE=Tillroll`, or
`python -m bench.peers.conformance`.

What came of each rule is printed. With --write it is put into the file of results, of which the
page docs/conformance.md is made. The exit status is 1 where a rule is broken of which that page
does not say so.
"""

import argparse
import signal
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from bench.peers.conformance.bare_engine import BareEngine, CarefulBare
from bench.peers.conformance.dbos_engine import CarefulDbos, DbosEngine
from bench.peers.conformance.page import RESULTS, write_page
from bench.peers.conformance.restate_engine import CarefulRestate, RestateEngine
from bench.peers.conformance.tillroll_engine import TillrollEngine
from bench.peers.installed import TOOLS, use_packages
from tillroll_testing.conformance import results
from tillroll_testing.conformance.__main__ import report
from tillroll_testing.conformance.adapter import Adapter
from tillroll_testing.conformance.scenes import SCENES
from tillroll_testing.conformance.suite import Played, play
from tillroll_testing.conformance.toy import Toy


def engines() -> Mapping[str, type[Adapter]]:
    """All by their names in lower case."""
    kinds: tuple[type[Adapter], ...] = (
        Toy,
        TillrollEngine,
        DbosEngine,
        CarefulDbos,
        RestateEngine,
        CarefulRestate,
        BareEngine,
        CarefulBare,
    )
    return MappingProxyType({kind.name.lower(): kind for kind in kinds})


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started ends with it
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--engine", default="tillroll", help="names, with semicolons between")
    asked.add_argument("--scene", default="", help="play only scenes with these words")
    asked.add_argument("--write", action="store_true", help="write the results and the page")
    arguments = asked.parse_args()
    known = engines()
    names = [name.strip().lower() for name in arguments.engine.split(";")]
    unknown = [name for name in names if name not in known]
    if unknown:
        asked.error(f"there is no {unknown[0]}: {'; '.join(known)}")
    is_as_told = True
    for name in names:
        played = _played(known[name], words=arguments.scene)
        report(played)
        if arguments.write:
            results.write(RESULTS, played, f"{datetime.now(UTC):%Y-%m-%d}")
            write_page()
        surprises = [number for number in played.broken if number not in _told(played.name)]
        if surprises:
            _print(f"{played.name}: the page does not say that {surprises} are broken")
        is_as_told = is_as_told and not surprises
    return int(not is_as_told)


def _told(name: str) -> set[int]:
    """The rules of which the page says that an engine breaks them."""
    kept = results.read(RESULTS).get(name, {"rules": {}})
    return {int(number) for number, came in kept["rules"].items() if came["broken"]}


def _played(kind: type[Adapter], *, words: str) -> Played:
    if kind not in {Toy, TillrollEngine}:
        TOOLS.install()
        use_packages()
    scenes = [scene for scene in SCENES if words in scene.title]
    with tempfile.TemporaryDirectory(prefix="conformance-", ignore_cleanup_errors=True) as folder:
        return play(kind, Path(folder), scenes=scenes, tell=_print)


def _print(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
