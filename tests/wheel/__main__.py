"""A project of the built wheel is tested, run, killed in a step, and ends with its effect once. The
product does its main job on the same wheel.

    python -m tests.wheel

It installs the wheel from the registries and takes some minutes. `make wheel-project` runs it.
"""

import sys
import tempfile
from pathlib import Path

from tests.wheel.journey import Journey, check_whole, die_in_a_step
from tests.wheel.product import Product


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="tillroll-wheel-") as folder:
        journey = Journey(Path(folder))
        product = Product()
        try:
            product.lay(journey.build())
            product.work()
            project = journey.begin()
            check_whole(project)
            die_in_a_step(project)
        finally:
            journey.stop()
            product.clear()
    print("1 kill in a step: its effect once, and the run completed. The product did its main job.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
