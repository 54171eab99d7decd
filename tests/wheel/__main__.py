"""A project of the built wheel is tested, run, killed in a step, and ends with its effect once.

    python -m tests.wheel

It installs the wheel from the registries and takes some minutes. `make wheel-project` runs it.
"""

import sys
import tempfile
from pathlib import Path

from tests.wheel.journey import Journey


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="tillroll-wheel-") as folder:
        journey = Journey(Path(folder))
        try:
            journey.build()
            journey.begin()
            journey.test()
            journey.die_in_a_step()
        finally:
            journey.stop()
    print("1 kill in a step: its effect once, and the run completed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
