"""How right the extractions are, through the API, for a folder of receipts with truth.json (see
bench/truth.py).

Usage: python -m bench.photos_read FOLDER [--url URL --token TOKEN] [--misses] [--write]
"""

import sys
import time
from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.api import Api
from bench.folders import photos_in
from bench.real_stack import real_stack
from bench.report import parser, publish, table
from bench.truth import Truth, read_truths

FIELDS = ("merchant", "date", "total")
_OTHER_NAME = "registeredName"
# What must not be wrong where nobody was asked.
_CRITICAL = ("date", "total")
_CLIENTS = 4
_PATIENCE_SECONDS_EACH = 20


@dataclass
class Score:
    """Counts over the receipts that have a truth. `known` counts, by field, those whose truth can
    be read.
    """

    receipts: int = 0
    seconds: float = 0.0
    known: Counter[str] = field(default_factory=Counter[str])
    right: Counter[str] = field(default_factory=Counter[str])
    all_right: int = 0
    statuses: Counter[str] = field(default_factory=Counter[str])
    reasons: Counter[str] = field(default_factory=Counter[str])
    accepted: int = 0
    accepted_right: int = 0
    accepted_wrong: list[str] = field(default_factory=list[str])
    misses: list[str] = field(default_factory=list[str])

    def add(self, name: str, truth: Truth, run: Mapping[str, Any]) -> None:
        """Count one finished run."""
        read: Mapping[str, Mapping[str, str | None]] = run["extraction"] or {}
        values: dict[str, str | None] = {
            key: read[key]["value"] if read else None for key in (*FIELDS, _OTHER_NAME)
        }
        verdicts = {key: truth.agrees(key, values[key]) for key in FIELDS}
        if verdicts["merchant"] is False:  # a truth names one of both names
            verdicts["merchant"] = truth.agrees("merchant", values[_OTHER_NAME])
        accepted = run["status"] == "complete" and run["review"] is None
        wrong = [key for key in FIELDS if verdicts[key] is False]
        self.receipts += 1
        self.statuses[run["status"]] += 1
        self.reasons.update(run["review"]["reasons"] if run["review"] else [])
        self.known.update(key for key in FIELDS if verdicts[key] is not None)
        self.right.update(key for key in FIELDS if verdicts[key])
        self.all_right += not wrong
        self.accepted += accepted
        critical = [key for key in wrong if key in _CRITICAL]
        if accepted and critical:
            self.accepted_wrong.append(f"{name} ({', '.join(critical)})")
        self.accepted_right += accepted and not critical
        mark = "accepted" if accepted else run["status"]
        shown = values | {"merchant": f"{values['merchant']} / {values[_OTHER_NAME]}"}
        self.misses += [f"{name:12} {key:9} {mark:13} {shown[key]!s}" for key in wrong]


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--url", help="of a running Tillroll; without it, one is started for this")
    asked.add_argument("--token", help="an account's token on it")
    asked.add_argument("--misses", action="store_true", help="list every wrong value")
    arguments = asked.parse_args()
    if (arguments.url is None) != (arguments.token is None):
        asked.error("give --url and --token together")
    with _api(arguments.url, arguments.token) as api:
        score = measure(api, arguments.folder)
    said = f"date and total right among {score.accepted} accepted: {score.accepted_right}"
    publish("photos_read", said, vars(score), _markdown(score), write=arguments.write)
    if arguments.misses:
        print(*score.misses, sep="\n")


@contextmanager
def _api(url: str | None, token: str | None) -> Generator[Api]:
    if url and token:
        api = Api(url, token)
        yield api
        api.close()
    else:
        with real_stack() as running:
            yield running.api


def measure(api: Api, folder: Path) -> Score:
    """Upload the folder's receipts that have a truth, wait for their runs, compare."""
    truths = read_truths(folder)
    photos = [photo for photo in photos_in(folder) if photo.id in truths]
    began = time.monotonic()
    run_ids = api.upload_all(photos, _CLIENTS)
    for count, _ in enumerate(api.settle(run_ids, _PATIENCE_SECONDS_EACH * len(run_ids)), start=1):
        if sys.stderr.isatty():
            print(f"\r{count} of {len(run_ids)}", end="", file=sys.stderr, flush=True)
    score = Score(seconds=time.monotonic() - began)
    for photo, run_id in zip(photos, run_ids, strict=True):
        score.add(photo.id, truths[photo.id], api.run(run_id))
    return score


def _markdown(score: Score) -> str:
    rows = [[name, *_share(score.right[name], score.known[name])] for name in FIELDS]
    rows += [
        ["all three", *_share(score.all_right, score.receipts)],
        ["accepted without asking", *_share(score.accepted, score.receipts)],
        ["date and total right among accepted", *_share(score.accepted_right, score.accepted)],
    ]
    asked = ", ".join(f"{code} {count}" for code, count in score.reasons.most_common()) or "nothing"
    return (
        f"{table(['', 'right', 'of', ''], rows)}\n\n"
        f"Accepted with a wrong date or total: {', '.join(score.accepted_wrong) or 'none'}.\n"
        f"Asked for: {asked}. Ended as: "
        f"{', '.join(f'{name} {count}' for name, count in score.statuses.items())}.\n"
        f"{score.seconds / max(1, score.receipts):.2f} s a receipt, {_CLIENTS} clients."
    )


def _share(count: int, of: int) -> list[str]:
    return [str(count), str(of), f"**{count / of:.1%}**" if of else ""]


if __name__ == "__main__":
    main()
