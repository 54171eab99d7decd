"""Holds the code to plain Python: `make plain` counts what makes it hard to read, and a count may
only fall.

    make plain             fails where a folder of src/ has more of something than
                           local/plain.txt says
    make plain WRITE=1     lowers the recorded counts; files that git knows as moved
                           take theirs along
    make plain TABLE=1     prints the counts, and their share of the code

The record holds counts, not quotients: new code is plain, or the same change makes old code of its
folder plain. A count that has no line in the record is zero. Of two lines for one count, as a merge
can leave them, the lower is valid.
"""

import argparse
import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from local.places import ROOT

RECORD: Final = ROOT / "local" / "plain.txt"
LONGEST_LINE: Final = 100
MOST_POSITIONAL: Final = 3
# What each count is of, and what to write instead.
MEASURES: Final[Mapping[str, str]] = {
    "assignments": "assignments of several values at once, as `a, b = x(), y`: one thing a line",
    "conditionals": "conditional expressions, as `x if y else z`: an `if` statement",
    "walrus": "assignments in an expression, as `(x := y)`: a line of its own",
    "positional": f"calls with more than {MOST_POSITIONAL} positional arguments: name them",
    "long_lines": f"lines over {LONGEST_LINE} characters: break them",
    "participles": "names such as `said` or `kept`: a noun that says what it is",
    "docstrings": "docstrings that begin with Of, Those, The same or It: a subject or a verb",
}
_PARTICIPLES: Final = """
    said told asked kept found shown there here wanted given taken made known held left seen heard
    gone begun again behind beside ahead says
"""
PARTICIPLES: Final = frozenset(_PARTICIPLES.split())
# The linter measures a line without what silences a checker at its end, and its reason.
_SILENCER: Final = re.compile(r"\s*# (noqa|pyright|type): .*$")
_VAGUE_BEGINNING: Final = re.compile(r"(Of|Those|The same|It)\b")
# What the shares are of.
_LINES: Final = "lines"
_CALLS: Final = "calls"
_NAMES: Final = "names"

Counts = Counter[tuple[str, str]]
"""How many by folder and measure."""


def counts_of(source: str) -> Counter[str]:
    """The counts of one file by measure, and its non-blank lines, its calls and the names that it
    defines.
    """
    counts = Counter[str]()
    lines = [line for line in source.splitlines() if line.strip()]
    counts[_LINES] = len(lines)
    measured = [_SILENCER.sub("", line) for line in lines]
    counts["long_lines"] = sum(len(line) > LONGEST_LINE for line in measured)
    for node in ast.walk(ast.parse(source)):
        counts.update(_features(node))
    return counts


def _features(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Assign(targets=[ast.Tuple() | ast.List(), *_], value=ast.Tuple() | ast.List()):
            yield "assignments"
        case ast.IfExp():
            yield "conditionals"
        case ast.NamedExpr():
            yield "walrus"
        case ast.Call():
            yield _CALLS
            if len(node.args) > MOST_POSITIONAL:
                yield "positional"
        case ast.Name(ctx=ast.Store()):
            yield from _of_name(node.id)
        case ast.arg():
            yield from _of_name(node.arg)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield from _of_name(node.name)
            yield from _of_docstring(node)
        case ast.Module():
            yield from _of_docstring(node)
        case _:
            pass


def _of_name(name: str) -> Iterator[str]:
    yield _NAMES
    if name.strip("_").lower() in PARTICIPLES:
        yield "participles"


def _of_docstring(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module,
) -> Iterator[str]:
    text = ast.get_docstring(node)
    if text is not None and _VAGUE_BEGINNING.match(text):
        yield "docstrings"


def folder_of(file: PurePosixPath) -> str:
    """The folder that a file counts for: src, the package in it, or a folder of the package with
    all below it.
    """
    return "/".join(file.parts[:-1][:3])


def count(root: Path = ROOT) -> Counts:
    """The counts of all of src/, and what the shares are of."""
    counts = Counts()
    for path in sorted((root / "src").rglob("*.py")):
        folder = folder_of(PurePosixPath(path.relative_to(root)))
        for measure, number in counts_of(path.read_text(encoding="utf-8")).items():
            counts[folder, measure] += number
    return counts


def read_record(text: str) -> Counts:
    """The recorded counts. Of two lines for the same count the lower one is valid."""
    recorded = Counts()
    for line in text.splitlines():
        folder, measure, number = line.split()
        key = (folder, measure)
        recorded[key] = min(int(number), recorded.get(key, int(number)))
    return recorded


def record_of(counts: Counts, allowed: Counts) -> str:
    """The record as it is to be: the present counts, but none that is above the allowed one."""
    lines: list[str] = []
    for folder, measure in sorted(counts):
        number = min(counts[folder, measure], allowed[folder, measure])
        if measure in MEASURES and number > 0:
            lines.append(f"{folder} {measure} {number}\n")
    return "".join(lines)


def rises(counts: Counts, allowed: Counts) -> list[str]:
    """A sentence for each count that is above the allowed one."""
    sentences: list[str] = []
    for (folder, measure), number in sorted(counts.items()):
        if measure in MEASURES and number > allowed[folder, measure]:
            limit = allowed[folder, measure]
            sentences.append(
                f"{folder}: {number} {measure}, allowed are {limit}. {MEASURES[measure]}"
            )
    return sentences


def allowed_after_moves(root: Path, record: Path) -> Counts:
    """The counts as they were recorded last, with those of the files that were moved to another
    folder since.

    Without git nothing is known to be moved.
    """
    name = record.relative_to(root).as_posix()
    last = _git(root, "log", "-1", "--format=%H", "--", name).strip()
    if not last:
        return read_record(record.read_text(encoding="utf-8"))
    allowed = read_record(_git(root, "show", f"{last}:{name}"))
    spans = [
        [f"{commit}^", commit]
        for commit in _git(root, "rev-list", f"{last}..HEAD", "--", "src").split()
    ]
    for span in [*spans, ["HEAD"]]:
        renames = _git(
            root, "diff", "-M", "--diff-filter=R", "--name-status", *span, "--", "src/*.py"
        )
        for rename in renames.splitlines():
            _, old, new = rename.split("\t")
            source = folder_of(PurePosixPath(old))
            target = folder_of(PurePosixPath(new))
            if source == target:
                continue
            for measure, number in counts_of(_git(root, "show", f"{span[0]}:{old}")).items():
                allowed[source, measure] -= number
                allowed[target, measure] += number
    return allowed


def _git(root: Path, *words: str) -> str:
    """What git prints; nothing where it fails, as outside of a checkout."""
    try:
        done = subprocess.run(
            ["git", *words], cwd=root, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return ""
    if done.returncode != 0:
        return ""
    return done.stdout


def table(counts: Counts) -> str:
    """The counts per 1,000 non-blank lines, a row for each folder, in Markdown; below them each
    measure's sum.
    """
    sums = Counter[str]()
    for (_, measure), number in counts.items():
        sums[measure] += number
    rows = [
        f"| folder | lines | {' | '.join(MEASURES)} |",
        f"| --- | ---: |{' ---: |' * len(MEASURES)}",
    ]
    for folder in sorted({folder for folder, _ in counts}):
        own = Counter({measure: counts[folder, measure] for measure in sums})
        rows.append(_row(folder, own))
    rows.append(_row("all", sums))
    rows.append("")
    for measure, meaning in MEASURES.items():
        rows.append(f"{measure}: {sums[measure]} {meaning}")
    calls = 100 * sums["positional"] / sums[_CALLS]
    names = 100 * sums["participles"] / sums[_NAMES]
    long_lines = 100 * sums["long_lines"] / sums[_LINES]
    rows.append(
        f"Of the calls {calls:.1f} %, of the names {names:.1f} %, of the lines {long_lines:.1f} %."
    )
    return "\n".join(rows)


def _row(folder: str, counts: Counter[str]) -> str:
    lines = counts[_LINES]
    shares = [f"{1000 * counts[measure] / max(lines, 1):.1f}" for measure in MEASURES]
    return f"| {folder} | {lines} | {' | '.join(shares)} |"


def main(words: list[str]) -> int:
    """The command. 1: a count has risen."""
    parser = argparse.ArgumentParser(prog="make plain")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--table", action="store_true")
    arguments = parser.parse_args(words)
    counts = count()
    if arguments.table:
        sys.stdout.write(f"{table(counts)}\n")
    if arguments.write:
        RECORD.write_text(record_of(counts, allowed_after_moves(ROOT, RECORD)), encoding="utf-8")
    failures = rises(counts, read_record(RECORD.read_text(encoding="utf-8")))
    for sentence in failures:
        sys.stdout.write(f"{sentence}\n")
    if failures:
        sys.stdout.write(
            "If these came with moved files, commit the move and run `make plain WRITE=1`.\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
