"""What can go wrong in the commands of operators, as their ending."""

from collections.abc import Generator
from contextlib import contextmanager

import httpx

from cli.operations.audit import NoKey, NotWhole
from cli.operations.backup import BrokenExport, NoSuchDatabase, NotEmpty
from cli.operations.backup_folder import BrokenBackup, NoBackup
from cli.operations.bucket import BucketError
from local.d1 import D1Error, NoDatabase
from tillroll_command.endings import Code, Stopped

_EXPECTED = (
    BrokenBackup,
    BrokenExport,
    BucketError,
    D1Error,
    NoBackup,
    NoKey,
    NoSuchDatabase,
    NotEmpty,
    NotWhole,
    OSError,
    UnicodeDecodeError,
    httpx.HTTPError,
)
_NOT_FOUND = (FileNotFoundError, NoBackup, NoDatabase)


@contextmanager
def or_else(sentence: str, *more: type[Exception]) -> Generator[None]:
    """`sentence` says what has not been done; `more` is what else can go wrong.

    Raises:
        Stopped: it was not, and why.
    """
    try:
        yield
    except (*_EXPECTED, *more) as error:
        raise Stopped(_code_of(error), f"{sentence}\n{_sentence_of(error)}") from error


def _code_of(error: Exception) -> Code:
    if isinstance(error, _NOT_FOUND):
        return Code.NOT_FOUND
    if isinstance(error, httpx.TransportError):
        return Code.UNREACHABLE
    return Code.FAILED


def _sentence_of(error: Exception) -> str:
    """What it says to a person. That of a file has no number, and names the file where the system
    does.
    """
    if not isinstance(error, OSError) or error.strerror is None:
        return str(error)
    if error.filename is None:
        return f"{error.strerror}."
    return f"{error.filename}: {error.strerror}."
