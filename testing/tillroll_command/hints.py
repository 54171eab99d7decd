"""Commands that are named to a person: each as this one was called, so that it works as it stands
when it is copied.
"""

import os
import re
import shlex
import shutil
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_NAME: Final = "tillroll"
_PACKAGES: Final = ("cli", "tillroll_command")
_HINT: Final = re.compile(r"`tillroll( [^`]+)?`")
# Options that say which server or database is meant. A hint repeats those that its command has.
_VALUED: Final = frozenset({"--url", "--token-file", "--state", "--account", "--deployment"})
_FLAGS: Final = frozenset({"--local", "--remote"})
_URL: Final = "TILLROLL_URL"


@dataclass(frozen=True)
class Call:
    """How this command was called: by which words a shell finds it, and on which server or database
    it works. `command` is the root command, in which others are found.
    """

    program: str
    target: Sequence[Sequence[str]]
    command: Any

    def as_called(self, words: str) -> str:
        """What follows `tillroll` as a command to copy."""
        found = self.command
        for word in words.split():
            if word not in getattr(found, "commands", {}):
                break
            found = found.commands[word]
        options = {option for param in found.params for option in param.opts}
        taken = options - {*words.split()}
        more = [shlex.join(option) for option in self.target if option[0] in taken]
        if taken >= _FLAGS and not self._names_a_database():
            more.insert(0, self._database())
        return " ".join([self.program, *words.split(" "), *more]) if words else self.program

    def _names_a_database(self) -> bool:
        return any(option[0] in _FLAGS for option in self.target)

    def _database(self) -> str:
        """That of the server which this command asked: an operator's command works on no other
        without a word.
        """
        is_deployed = any(option[0] == "--url" for option in self.target) or os.environ.get(_URL)
        return "--remote" if is_deployed else "--local"


_CALL: ContextVar[Call | None] = ContextVar("call", default=None)


@contextmanager
def of_call(program: str, arguments: Sequence[str], command: Any) -> Generator[None]:
    """While a command runs, have its hints written with the words by which it was called."""
    token = _CALL.set(Call(program, [*target_of(arguments)], command))
    try:
        yield
    finally:
        _CALL.reset(token)


def hint(words: str) -> str:
    """A command to copy; `words` are what follows `tillroll`."""
    call = _CALL.get()
    return f"{_NAME} {words}" if call is None else call.as_called(words)


def with_hints(text: str) -> str:
    """A text for people in which each `tillroll …` between backticks is a command to copy."""
    call = _CALL.get()
    return (
        text
        if call is None
        else _HINT.sub(lambda found: f"`{call.as_called((found[1] or '').strip())}`", text)
    )


def program_of(called: str, folder: Path) -> str:
    """How a shell in this folder finds the command that was called as `called`, which is
    sys.argv[0].
    """
    package, file = ("", *Path(called).parts)[-2:]
    if package in _PACKAGES and file == "__main__.py":
        return f"{_nearest(sys.executable, folder)} -m {package}"
    found = shutil.which(_NAME)
    if Path(called).name != _NAME or (
        found is not None and Path(found).resolve() == (folder / called).resolve()
    ):
        return _NAME
    return _nearest(called, folder)


def target_of(arguments: Sequence[str]) -> Iterator[Sequence[str]]:
    """The options among a command's words that say what it works on, each with its value."""
    words = iter(arguments)
    for word in words:
        option, is_one_word, value = word.partition("=")
        if word == "--":
            return
        if option in _VALUED:
            yield (option, value if is_one_word else next(words, ""))
        elif word in _FLAGS:
            yield (word,)


def _nearest(path: str, folder: Path) -> str:
    whole = str(folder / path)
    below = os.path.relpath(whole, folder)
    # Pathlib leaves the point out.
    below = below if os.sep in below else os.path.join(".", below)  # noqa: PTH118
    return shlex.quote(min(below, whole, key=len))
