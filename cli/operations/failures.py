"""What can go wrong in the commands of operators, as their ending."""

from collections.abc import Generator
from contextlib import contextmanager

import httpx

from cli.endings import Code, Stopped
from cli.operations.audit import NoKey, NotWhole
from cli.operations.backup import BrokenExport, NotEmpty
from cli.operations.backup_folder import BrokenBackup
from cli.operations.bucket import BucketError
from local.d1 import D1Error

_EXPECTED = (
    BrokenBackup,
    BrokenExport,
    BucketError,
    D1Error,
    NoKey,
    NotEmpty,
    NotWhole,
    OSError,
    UnicodeDecodeError,
    httpx.HTTPError,
)


@contextmanager
def or_else(sentence: str, *more: type[Exception]) -> Generator[None]:
    """`sentence` says what has not been done; `more` is what else can go wrong.

    Raises:
        Stopped: it was not, and why.
    """
    try:
        yield
    except (*_EXPECTED, *more) as error:
        raise Stopped(Code.FAILED, f"{sentence}\n{error}") from error
