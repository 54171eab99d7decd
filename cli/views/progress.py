"""Progress on stderr, where that is a terminal."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

from tillroll_command.output import console


@contextmanager
def bar(title: str, total: int, *, is_shown: bool) -> Generator[Callable[[], None]]:
    """A bar of `total` steps while the context is open; what it gives is called once a step, on any
    thread.
    """
    if not is_shown or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.progress import (  # noqa: PLC0415 - only where there is a bar to draw
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console(error=True), transient=True, redirect_stdout=sys.stdout.isatty()
    ) as progress:
        task = progress.add_task(title, total=total)
        yield lambda: progress.advance(task)


@contextmanager
def gauge(title: str, *, is_shown: bool) -> Generator[Callable[[int, int], None]]:
    """Show progress that comes as a state: the function it gives takes how much is done, and of
    how much.
    """
    if not is_shown or not sys.stderr.isatty():
        yield lambda _done, _of: None
        return
    # Only where there is a bar to draw.
    from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
    )
    with Progress(*columns, console=console(error=True), transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=max(of, 1))
