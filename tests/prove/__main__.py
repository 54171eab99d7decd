"""`make prove`: runs the parts that have no valid result, one after the other, and prints one
table.

    make prove                          what has no valid result yet
    make prove AGAIN=1                  everything
    make prove ONLY=pairs,chaos         these
    make prove FROM=money               that part and those behind it
    make prove ROUNDS=30 SEED=7         at another length than the default; with that seed

A part that fails or hangs stops nothing. The results are in tests/prove/results.json, to be
committed; each part's output is in .build/prove/. Ends with 1 while a part has no valid result.
"""

import os
import random
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from local.places import BUILD
from tests.prove.parts import PARTS, Part
from tests.prove.results import Result, commit_of, counts, digest_of, load, store
from tests.prove.running import run

_LOGS = BUILD / "prove"
_SIZES = {name for part in PARTS for name in part.sizes}
_TAIL_LINES = 25


@dataclass(frozen=True)
class Asked:
    """What the command was asked for. `sizes` are the make variables that differ from the
    default.
    """

    parts: Sequence[Part] = PARTS
    again: bool = False
    seed: int | None = None
    sizes: Mapping[str, int] = field(default_factory=dict[str, int])


def main(words: Sequence[str]) -> int:
    try:
        asked = asked_by(words)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for part in asked.parts:
            _prove(part, asked)
    except KeyboardInterrupt:
        _say("\nStopped. The next `make prove` goes on with what has no valid result.")
    results = load()
    _say(table(results))
    return (
        0
        if all(counts(results.get(part.name), part, digest_of(part)) for part in asked.parts)
        else 1
    )


def asked_by(words: Sequence[str]) -> Asked:
    """What words such as ROUNDS=30 ask for.

    Raises:
        ValueError: a word is unknown, or its value is not one that it takes.
    """
    given = {name: value for name, _, value in (word.partition("=") for word in words)}
    chosen, again = (
        _parts_of(given.pop("ONLY", ""), given.pop("FROM", "")),
        given.pop("AGAIN", "") not in {"", "0"},
    )
    seed = given.pop("SEED", "")
    given.pop("PYTHON", None)  # it was for the set-up
    if unknown := sorted(given.keys() - _SIZES):
        known = ", ".join(["AGAIN", "FROM", "ONLY", "SEED", *sorted(_SIZES)])
        raise ValueError(f"make prove does not know {', '.join(unknown)}. It takes {known}.")
    return Asked(
        chosen,
        again,
        int(seed) if seed else None,
        {name: _size(name, value) for name, value in given.items()},
    )


def _size(name: str, value: str) -> int:
    if not value.isdecimal():
        raise ValueError(f"{name} is a whole number, not {value!r}.")
    return int(value)


def _parts_of(only: str, first: str) -> Sequence[Part]:
    names = [part.name for part in PARTS]
    wanted = (
        [name.strip() for name in only.split(",")]
        if only
        else names[names.index(first) :]
        if first in names
        else names
    )
    if unknown := sorted({*wanted, *([first] if first else [])} - {*names}):
        raise ValueError(
            f"There is no part {', '.join(unknown)}. The parts are {', '.join(names)}."
        )
    return [part for part in PARTS if part.name in wanted]


def _prove(part: Part, asked: Asked) -> None:
    """Run a part unless its result still counts, and keep what became of it."""
    digest, commit = digest_of(part), commit_of()
    sizes = {name: asked.sizes.get(name, size) for name, size in part.sizes.items()}
    is_usual = sizes == dict(part.sizes) and asked.seed is None and not asked.again
    if is_usual and counts(load().get(part.name), part, digest):
        _say(f"{part.name}: its result of {load()[part.name].commit} still counts")
        return
    seed = (
        None
        if not part.has_seed
        else asked.seed
        if asked.seed is not None
        else random.randrange(10**6)
    )
    variables = {**sizes, **({} if seed is None else {"SEED": seed})}
    command = [
        "make",
        "--silent",
        part.name,
        *(f"{name}={value}" for name, value in variables.items()),
    ]
    _say(f"{part.name} … ({' '.join(command[2:])})")
    log = _LOGS / f"{part.name}.log"
    outcome = run(command, log, 60 * part.minutes, _own_environment())
    if digest_of(part) != digest:
        digest = ""  # it ran on sources that changed meanwhile
    result = Result(
        commit + ("" if digest else "+"),
        digest,
        sizes,
        seed,
        outcome.count,
        round(outcome.seconds),
        outcome.result,
    )
    names = {each.name for each in PARTS}
    store({name: each for name, each in {**load(), part.name: result}.items() if name in names})
    _say(f"{part.name}: {outcome.result} in {outcome.seconds:.0f} s; {outcome.count or 'no count'}")
    if outcome.result != "passed":
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_TAIL_LINES:]
        _say("\n".join([f"  {line}" for line in lines] + [f"  All of it is in {log}"]))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _own_environment() -> dict[str, str]:
    """The environment without what the make that runs this one hands down, such as another part's
    ROUNDS.
    """
    return {
        name: value
        for name, value in os.environ.items()
        if name not in {"MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS"}
    }


def table(results: Mapping[str, Result]) -> str:
    """One row a part, in Markdown."""
    rows = [
        "| part | length | seed | count | time | result | commit |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    total = 0
    for part in PARTS:
        result = results.get(part.name)
        if result is None:
            rows.append(f"| {part.name} | | | | | not run | |")
            continue
        total += result.seconds
        says = (
            result.result
            if counts(result, part, digest_of(part))
            else f"{result.result}, to be run again"
        )
        length = " ".join(f"{name}={size}" for name, size in result.sizes.items())
        seed = "" if result.seed is None else str(result.seed)
        rows.append(
            f"| {part.name} | {length} | {seed} | {result.count} | {result.seconds} s | {says} | "
            f"{result.commit} |"
        )
    return "\n".join([*rows, f"All together {total // 60} min {total % 60} s."])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
