"""Interleaved transfers with failures: `make ledger`."""

import argparse
import asyncio
import secrets
import sys
import time

from tests.ledger.interleaving import interleave


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--transfers", type=int, default=10_000)
    parser.add_argument("--seed", type=lambda text: int(text) if text else None, default=None)
    given = parser.parse_args()
    seed = secrets.randbelow(10**6) if given.seed is None else given.seed
    sys.stdout.write(f"seed {seed}\n")
    began = time.monotonic()
    told = asyncio.run(interleave(given.transfers, seed))
    answers = ", ".join(f"{count} {answer.value}" for answer, count in sorted(told.answers.items()))
    sys.stdout.write(
        f"{given.transfers} transactions in {time.monotonic() - began:.0f} s: {answers}; "
        f"{told.failures} failures "
        f"on the way; {told.applied} transfers stand in the books, which balanced at "
        f"{told.moments} moments in "
        "between and behind each transfer\n"
        f"Proved: {given.transfers} transactions, {told.applied} transfers\n"
    )


if __name__ == "__main__":
    main()
