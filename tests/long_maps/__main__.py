"""`make long-maps`: a map of ITEMS calls on the genuine stack."""

import argparse
import sys
import tempfile
from functools import partial
from pathlib import Path

from tests.long_maps.playing import play


def main() -> None:
    parser = argparse.ArgumentParser(prog="make long-maps", description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    options = parser.parse_args()
    say = partial(print, flush=True)
    with tempfile.TemporaryDirectory(prefix="long-maps-") as folder:
        course = play(Path(folder), options.items, say)
    say("seconds of each thousand:", ", ".join(f"{each:.1f}" for each in course.seconds))
    memory = [course.memory_mb[each] for each in sorted(course.memory_mb)]
    say("MB in use, by generation:", ", ".join(f"{each:.1f}" for each in memory))
    faults = course.faults(options.items)
    if faults:
        sys.exit("\n".join(faults))
    say(f"Proved: {course.mails[0]} calls once each, in {course.generations} generations")


if __name__ == "__main__":
    main()
