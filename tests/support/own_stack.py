"""A stack of a test's own, on a copy of the sources that the test may change; its state survives
kills and restarts.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from local.places import ROOT
from tests.support.host_platform import WEBHOOK_SECRET
from tests.support.running_stack import RunningStack, wait_until
from tests.support.webhook_receiver import LocalReceiver


def as_they_are(_source: Path) -> None:
    """For a stack whose sources are the project's."""


@contextmanager
def own_stack(
    state: Path,
    receiver: LocalReceiver | None = None,
    main: Path | None = None,
    *,
    change: Callable[[Path], None] = as_they_are,
    workflows: Sequence[Mapping[str, str]] = (),
    variables: Mapping[str, str] | None = None,
    makes_snapshots: bool = False,
    databases: int = 1,
) -> Generator[tuple[RunningStack, Path]]:
    """A started stack, and the copied entry file.

    `main` is a test's own entry file, which is put beside the copied `entry.py` and run in its
    place; the path that comes back is the one that runs. `change` is done to the copied sources
    before the start, and `workflows` are those that they have beside the deployed ones. Most copies
    start once: a memory snapshot of them is made only with `makes_snapshots`.
    """
    build = ROOT / ".build"
    build.mkdir(exist_ok=True)
    # others may run a stack on a state of the same name
    source = Path(tempfile.mkdtemp(dir=build, prefix="own-"))
    shutil.copytree(
        ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True
    )
    entry = source / "entry.py" if main is None else Path(shutil.copy(main, source))
    change(source)
    hook = {"WEBHOOK_URL": receiver.hook, "WEBHOOK_SECRET": WEBHOOK_SECRET} if receiver else {}
    given = {**hook, **(variables or {})}
    path = str(entry.relative_to(ROOT))
    stack = RunningStack(
        state,
        given,
        main=path,
        workflows=workflows,
        makes_snapshots=makes_snapshots,
        databases=databases,
    )
    try:
        stack.start()
        yield stack, entry
    except BaseException:
        print(stack.logs())  # noqa: T201 - pytest shows it with the failure
        raise
    finally:
        stack.stop()
        shutil.rmtree(source)


def save(stack: RunningStack, entry: Path) -> None:
    """Save the entry file and wait until workerd was started anew and answers."""
    starts = stack.workerd_starts()
    entry.write_text(
        entry.read_text(encoding="utf-8") + f"\n# saved at {time.time()}\n", encoding="utf-8"
    )
    wait_until(lambda: stack.workerd_starts() > starts, "workerd to restart")
    wait_until(stack.is_healthy, "the Worker to answer again")
