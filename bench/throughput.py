"""Photos a minute through the whole stack with real OCR, from upload to expense or review, and what
the OCR holds.

Usage: python -m bench.throughput FOLDER [--photos 60] [--rounds 2] [--write]
"""

import time
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path

from bench.folders import Photo, photos_in
from bench.measuring import median, most_resident, resident_bytes
from bench.quiet import Measurement, least_disturbed
from bench.real_stack import RealStack, real_stack
from bench.report import parser, publish, table

_CLIENTS = 4
_WARM_UP = 4
_PATIENCE_SECONDS_EACH = 20
_MB = 1024 * 1024
_TARGET = 70
_MOST_MB = 1_600


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--photos", type=int, default=60, help="in each round")
    asked.add_argument("--rounds", type=int, default=2)
    asked.add_argument(
        "--tries", type=int, default=2, help="how often to try for each undisturbed round"
    )
    arguments = asked.parse_args()
    photos = photos_in(arguments.folder)
    with real_stack() as running:
        started_mb = resident_bytes(running.ai_group) / _MB
        with most_resident(running.ai_group) as most:
            rounds = measure(running, photos, arguments.photos, arguments.rounds, arguments.tries)
            most_mb = most() / _MB
    rate = median([item.result for item in rounds])
    rows = [
        [f"photos a minute, {arguments.photos} in a round", f"**{rate:.0f}** (target ≥ {_TARGET})"],
        ["AI server, resident at its start (MB)", f"{started_mb:.0f}"],
        ["AI server, the most it held (MB)", f"**{most_mb:.0f}** (target ≤ {_MOST_MB})"],
        [
            "most CPU that others took meanwhile, of all cores",
            f"{max(item.foreign_share for item in rounds):.0%}",
        ],
    ]
    results = {
        "photos a minute": [item.result for item in rounds],
        "AI server MB": [started_mb, most_mb],
        "photos in a round": arguments.photos,
    }
    said = f"{rate:.0f} a minute, AI server {most_mb:.0f} MB"
    publish("throughput", said, results, table(["", ""], rows), write=arguments.write)


def measure(
    running: RealStack, photos: Sequence[Photo], count: int, rounds: int, tries: int
) -> list[Measurement[float]]:
    """Photos a minute in each of the least disturbed rounds."""
    following = _unique(photos)
    _photos_a_minute(running, list(islice(following, _WARM_UP)))

    def measure_round() -> float:
        return _photos_a_minute(running, list(islice(following, count)))

    return least_disturbed(measure_round, lambda: running.groups, rounds, rounds * tries)


def _unique(photos: Sequence[Photo]) -> Iterator[Photo]:
    """The photos over and over, each time with bytes of their own, which decoders ignore."""
    for number, photo in enumerate(cycle(photos)):
        yield photo._replace(content=photo.content + f"{number:012d}".encode())


def _photos_a_minute(running: RealStack, photos: Sequence[Photo]) -> float:
    began = time.monotonic()
    run_ids = running.api.upload_all(photos, _CLIENTS)
    settled = list(running.api.settle(run_ids, _PATIENCE_SECONDS_EACH * len(run_ids)))
    return 60 * len(settled) / (time.monotonic() - began)


if __name__ == "__main__":
    main()
