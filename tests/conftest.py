"""Fixtures for all tests: the genuine stack, started once a session, its logs shown where a test
fails.
"""

import contextlib
import gc
import os
import signal
import ssl
import sys
from collections.abc import Generator, Iterator
from functools import cache
from types import ModuleType
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, settings

from tests.support.campaigns import of_campaign
from tests.support.running_stack import RunningStack
from tillroll_local.leftovers import processes_with

# How long an example takes, and how long it takes to make one, is the machine's. `make test` tries
# the same examples each time, so that it is red by what was changed alone; `make points` draws
# others, and ten times as many.
settings.register_profile(
    "any machine",
    deadline=None,
    max_examples=of_campaign(100),
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=not os.environ.get("SHARE"),
)
settings.load_profile("any machine")

# httpcore looks for it in every asynchronous request, and it is not installed. In one of many such
# imports CPython 3.11 lost the import's lock (KeyError in _ModuleLock). This way Python knows at
# once that it is not there.
sys.modules.setdefault("sniffio", cast("ModuleType", None))

# Deployments that this machine has made are none of the tests'.
os.environ["TILLROLL_DEPLOYMENTS"] = os.devnull + "/deployments"

# httpx reads all certificates that are trusted for each client: 20 ms of processor, and most
# clients ask a local server without TLS. No test changes a context, so a process makes each once.
cast("Any", ssl).create_default_context = cache(ssl.create_default_context)

_STARTED_BY = "TILLROLL_TESTS"
_REPORTS = pytest.StashKey[dict[str, pytest.TestReport]]()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # a worker inherits it
        os.environ[_STARTED_BY] = str(os.getpid())


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """After Ctrl-C a worker is ended before it could stop its stacks, so whoever began it all ends
    what is left.
    """
    if not hasattr(config, "workerinput"):
        for pid in processes_with(_STARTED_BY, str(os.getpid())):
            with contextlib.suppress(ProcessLookupError):  # it may end by itself
                os.kill(pid, signal.SIGKILL)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first: begun last, one of them would have a worker to itself while the other
    has nothing to do.

    `essential(only="1280")` is for the test's parameters with this in their id: `make test` makes
    each journey once.
    """
    for item in items:
        mark = item.get_closest_marker("essential")
        if mark is not None and mark.kwargs.get("only", "") not in item.name:
            item.own_markers.remove(mark)
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


# What is imported and collected stays to the end: nothing looks through a gigabyte for garbage
# again and again.
gc.disable()


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash.setdefault(_REPORTS, {})[report.when or ""] = report
    return report


@pytest.fixture(scope="session")
def running_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    stack = RunningStack(tmp_path_factory.mktemp("stack"))
    stack.start()
    yield stack
    stack.stop()


@pytest.fixture
def stack(running_stack: RunningStack, request: pytest.FixtureRequest) -> Iterator[RunningStack]:
    """The session's stack; where the test fails, the ends of its logs are printed."""
    yield running_stack
    reports = request.node.stash.get(_REPORTS, {})
    if "call" in reports and reports["call"].failed:
        print(running_stack.logs())  # noqa: T201 - pytest shows it with the failure
