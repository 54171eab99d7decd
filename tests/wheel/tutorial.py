"""The tutorial, played as its reader would: `python -m tests.wheel.tutorial`.

Its files are written, its commands are typed, and what they print is compared with the page, in an
empty folder with the wheel. `make prove` runs it after the project of the wheel.
"""

import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from local.places import ROOT
from local.wheel import build
from tests.support.pages import Change, Commands, File, blocks_of
from tests.wheel.project import bare_environment
from tests.wheel.terminals import Terminal
from tillroll_local.leftovers import end_left_over
from tillroll_local.processes import free_port

PAGE: Final = ROOT / "docs" / "tutorial.md"
_PROJECT: Final = "contacts"
# What each command that goes on prints once it can be used.
_READY: Final = {"crm.py": "The CRM listens", "tillroll dev": "Ready in"}


class Reader:
    """Somebody who has the wheel and the page."""

    def __init__(self, folder: Path) -> None:
        wheel = build(folder / "dist")
        self._folder = folder
        self._environment = {**bare_environment(), "WHEEL": str(wheel)}
        self._first = Terminal(folder, self._environment)
        self._others: list[Terminal] = []
        self._unsaved: dict[str, str] = {}
        # The page's own ports may be somebody else's on this machine.
        self._ports = {"8787": str(free_port()), "9000": str(free_port())}

    @property
    def _root(self) -> Path:
        return self._folder / _PROJECT

    def play(self, page: str) -> int:
        """Do all that the page says; how many commands were typed."""
        typed = 0
        for block in blocks_of(page):
            if isinstance(block, File):
                self._save(block.path, block.content)
            elif isinstance(block, Change):
                content = self._unsaved.pop(block.path, None)
                if content is None:
                    content = (self._root / block.path).read_text(encoding="utf-8")
                self._unsaved[block.path] = block.of(content)
            else:
                self._save_all()
                typed += len(block.lines)
                if block.is_in_own_terminal:
                    self._go_on(block)
                else:
                    self._type(block)
        self._save_all()
        return typed

    def stop(self) -> None:
        """End what runs."""
        for terminal in (self._first, *self._others):
            terminal.end()
        end_left_over(self._root / ".tillroll")

    def _save_all(self) -> None:
        """Save what was changed: each file once, as somebody does who edits it."""
        for path, content in self._unsaved.items():
            self._save(path, content)
        self._unsaved.clear()

    def _save(self, path: str, content: str) -> None:
        """In one step, as editors do: a Worker that reloads reads no half of it."""
        partial = self._root / f"{path}.partial"
        partial.write_text(content, encoding="utf-8")
        partial.replace(self._root / path)

    def _type(self, commands: Commands) -> None:
        outputs: list[str] = []
        for line in commands.lines:
            began = time.monotonic()
            status, output = self._first.run(self._here(line))
            _say(f"{time.monotonic() - began:6.1f} s  {line}")
            may_fail = bool(commands.prints) and line == commands.lines[-1]
            assert status == 0 or may_fail, f"`{line}` ended with {status}:\n{output}"
            outputs.append(output)
        whole = "".join(outputs)
        lacks = commands.missing_in(whole)
        assert lacks is None, f"{commands.lines}: the page has {lacks!r}, and it printed:\n{whole}"

    def _go_on(self, commands: Commands) -> None:
        terminal = Terminal(self._root, self._environment)
        self._others.append(terminal)
        for line in commands.lines[:-1]:
            terminal.run(self._here(line))
        last = commands.lines[-1]
        [ready] = [word for part, word in _READY.items() if part in last]
        began = time.monotonic()
        terminal.begin(self._here(last), ready)
        _say(f"{time.monotonic() - began:6.1f} s  {last}")

    def _here(self, line: str) -> str:
        for written, port in self._ports.items():
            line = line.replace(written, port)
        if line.endswith("tillroll dev"):
            line += f" --port {self._ports['8787']}"
        return line


def _say(line: str) -> None:
    # What each command takes is what this is read for.
    print(line, flush=True)  # noqa: T201 - a report


def main() -> int:
    """Play the page in a new folder."""
    with tempfile.TemporaryDirectory(prefix="tillroll-tutorial-") as folder:
        reader = Reader(Path(folder))
        try:
            typed = reader.play(PAGE.read_text(encoding="utf-8"))
        finally:
            reader.stop()
    _say(f"{typed} commands of the tutorial: each did what the page says.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
