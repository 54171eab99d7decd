"""What the proofs that play firms begin with: their options, a seed, and what they say."""

import argparse
import logging
import random
import sys
from typing import Final

_MOST_SEEDS: Final = 10**6


def parser_of(target: str, description: str | None) -> argparse.ArgumentParser:
    """The options of a target of make, `--seed` among them."""
    parser = argparse.ArgumentParser(prog=f"make {target}", description=description)
    parser.add_argument("--seed", default="", help="a whole number; without one, a new one is made")
    return parser


def begin(options: argparse.Namespace) -> int:
    """The seed to play with. The log is quiet: what went wrong is a difference."""
    logging.disable(logging.ERROR)
    if options.seed:
        return int(options.seed)
    return random.randrange(_MOST_SEEDS)


def say(text: str) -> None:
    """A line for who waits at the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
