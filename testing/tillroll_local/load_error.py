"""Why the Worker's code does not load, out of what wrangler logs then.

workerd logs the Python traceback, then a line for each workflow whose class is missing because of
it, and wrangler logs all of that again. A developer needs the traceback's end: which line of which
file, and what is wrong there.
"""

import re
from collections.abc import Sequence

TITLE = "The Worker's code does not load:"
# How many frames are shown: where it broke, and what imported that.
_FRAMES = 3
_TRACEBACK = re.compile(
    r"✘ \[ERROR\] service core:user:\S+: Uncaught (?:Error: )?PythonError: Traceback "
)
_MISSING = re.compile(
    r"✘ \[ERROR\] Worker .* named entrypoint \"(?P<name>\w+)\".* has no such named entrypoint"
)
_ENDED = "✘ [ERROR] The Workers runtime failed to start"
_FRAME = re.compile(r"  File \"(?P<file>[^\"]+)\", line (?P<line>\d+)")
_OURS = "/session/metadata/"
# What Python draws below a frame's source, such as ~~~^^^.
_MARKS = re.compile(r"[\s~^]+")


class LoadErrors:
    """Takes the log's errors in order, each as its lines, and says of each what is to be shown."""

    def __init__(self) -> None:
        self._has_traceback = self._is_told = False

    def shown(self, block: Sequence[str]) -> list[str] | None:
        """The lines to be shown for an error; None where it does not tell of code that does not
        load.
        """
        if _TRACEBACK.match(block[0]):
            self._has_traceback = self._is_told = True
            return [f"✘ [ERROR] {TITLE}", *(f"  {line}" for line in end_of(block[1:]))]
        if found := _MISSING.match(block[0]):
            self._is_told = True
            # A module that does not load has no class: then the traceback says it all.
            missing = (
                f"✘ [ERROR] src/entry.py has no class {found['name']}, which wrangler.jsonc names."
            )
            return [] if self._has_traceback else [missing]
        if block[0].startswith(_ENDED):
            is_told = self._is_told
            self._has_traceback = self._is_told = False
            return [] if is_told else None
        return None


def end_of(traceback: Sequence[str]) -> list[str]:
    """The last frames in files of the project, and the error itself. The lines are indented by two,
    as wrangler has them.
    """
    frames: list[tuple[str, list[str]]] = []
    error: list[str] = []
    for line in (line.removeprefix("  ") for line in traceback):
        if line.startswith("Traceback "):  # of the error that followed from the one before
            frames, error = [], []
        elif found := _FRAME.match(line):
            frames.append((found["file"], [f"{_name(found['file'])}, line {found['line']}"]))
        elif line.startswith("    ") and frames and not error:
            if not _MARKS.fullmatch(line):
                frames[-1][1].append(f"  {line.strip()}")
        elif frames:
            error.append(line)
    ours = [lines for file, lines in frames if file.startswith(_OURS)] or [
        lines for _, lines in frames[-1:]
    ]
    return [line for lines in ours[-_FRAMES:] for line in lines] + error


def _name(file: str) -> str:
    """A file as the developer has it, for one as the Worker has it."""
    below = file.removeprefix(_OURS)
    return f"src/{below}" if below != file and not below.startswith("python_modules/") else below
