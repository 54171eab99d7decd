"""`tillroll dev` of a project that `tillroll init` has made, on the genuine thing: what a save that
breaks it says in the terminal and at its port, and that the next good one brings it back.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from local.places import ROOT
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import wait_until
from tillroll_command.project import AuthorsProject
from tillroll_command.running.parts import parts_of
from tillroll_command.running.places import Places
from tillroll_local.leftovers import end_left_over
from tillroll_local.processes import free_port

pytestmark = pytest.mark.long

_SOURCES = os.pathsep.join(str(ROOT / each) for each in ("src", "testing"))


_PYTHON = sys.executable
_COMMAND = (_PYTHON, "-m", "tillroll_command")
_ENVIRONMENT = {**os.environ, "PYTHONPATH": _SOURCES, "MEMORY_SNAPSHOTS": "found"}
_ANSWERS = 401
"""The status of the answer to a request without a token."""


class Shop:
    """A project under `tillroll dev`, with what this repository has installed."""

    def __init__(self, folder: Path) -> None:
        subprocess.run([*_COMMAND, "init", "shop"], cwd=folder, env=_ENVIRONMENT, check=True)
        self.root = folder / "shop"
        self.order = self.root / "src" / "shop" / "order.py"
        self.configuration = self.root / "wrangler.jsonc"
        self._port = free_port()
        self._log = folder / "shop.log"
        self._heard = 0
        self._install()
        self._dev = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("wb") as output:
            return subprocess.Popen(
                [*_COMMAND, "dev", "--port", str(self._port)],
                cwd=self.root,
                env=_ENVIRONMENT,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _install(self) -> None:
        """Lend the project this repository's tools, and say that they are what it asks for."""
        places = Places(AuthorsProject(self.root, "shop"))
        links = (
            (places.tools.node_modules, ROOT / "node_modules"),
            (places.tools.bundle, ROOT / ".build" / "pyodide"),
        )
        for folder, lent in links:
            folder.mkdir(parents=True)
            for each in lent.iterdir():
                if each.name not in {".stamp", ".tillroll-stamp"}:
                    (folder / each.name).symlink_to(each)
        # wrangler follows no link to a package.
        shutil.copytree(ROOT / "python_modules", places.python_modules)
        library = ROOT / "src" / "tillroll_durable"
        ignored = shutil.ignore_patterns("__pycache__", "schema")
        shutil.copytree(library, places.python_modules / library.name, ignore=ignored)
        for part in parts_of(places):
            part.stamp.write_text(part.digest(), encoding="utf-8")

    def stop(self) -> None:
        os.killpg(self._dev.pid, signal.SIGKILL)
        self._dev.wait()
        end_left_over(self.root / ".tillroll")

    def save(self, path: Path, text: str) -> None:
        """In one step, as editors do."""
        partial = path.with_suffix(".partial")
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)

    def says(self, *texts: str) -> None:
        """Wait until the terminal has said these, in this order, behind what was waited for."""
        for text in texts:
            wait_until(lambda text=text: self._hears(text), text, PATIENCE_SECONDS)

    def _hears(self, text: str) -> bool:
        output = self._log.read_text(encoding="utf-8")
        assert self._dev.poll() is None, output
        before, found, _ = output[self._heard :].partition(text)
        if not found:
            return False
        self._heard += len(before) + len(found)
        return True

    def answer(self) -> httpx.Response | None:
        """What the port answers now; None where nobody does."""
        try:
            return httpx.get(f"http://127.0.0.1:{self._port}/api/workflows", timeout=10)
        except httpx.TransportError:
            return None

    def answers(self, status: int) -> httpx.Response:
        """The first answer with this status."""

        def found() -> httpx.Response | None:
            answer = self.answer()
            if answer is None or answer.status_code != status:
                return None
            return answer

        return wait_until(found, f"an answer with {status}", PATIENCE_SECONDS)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = Shop(tmp_path_factory.mktemp("saves"))
    try:
        # Each part of the start has a patience of its own.
        shop.says("Bringing the database up to date …", "Starting wrangler dev …", "Ready in")
        yield shop
    finally:
        shop.stop()


# Each is saved where the one before it still does not load: the Worker is loaded whole each time,
# and that is what takes long.
_BROKEN = (
    ("this is no python\n", "SyntaxError: invalid syntax"),
    ("import nowhere\n", "ModuleNotFoundError: No module named 'nowhere'"),
    ("raise LookupError('no such thing')\n", "LookupError: no such thing"),
)


def test_a_save_that_does_not_load_is_told_until_the_next(shop: Shop) -> None:
    good = shop.order.read_text(encoding="utf-8")
    place = f"src/shop/order.py, line {len(good.splitlines()) + 1}"
    for broken, error in _BROKEN:
        shop.save(shop.order, f"{good}{broken}")
        shop.says(place, error, "It is tried again after the next save.")
        told = shop.answers(503)
        assert told.headers["content-type"].startswith("application/problem+json")
        detail = json.loads(told.text)["detail"]
        assert place in detail
        assert error in detail
    shop.save(shop.order, good)
    shop.says("A file was saved.", "Reloaded the Worker")
    shop.answers(_ANSWERS)


def test_a_file_that_is_gone_is_missed(shop: Shop) -> None:
    good = shop.order.read_text(encoding="utf-8")
    shop.order.unlink()
    # wrangler takes no folder without a module, so its package is gone too.
    shop.says("wrangler has not taken up the last save.", "No module named 'shop'")
    assert "src/entry.py, line" in shop.answers(503).text
    shop.save(shop.order, good)
    shop.says("Reloaded the Worker")
    shop.answers(_ANSWERS)


def test_a_configuration_that_is_broken_is_told(shop: Shop) -> None:
    good = shop.configuration.read_text(encoding="utf-8")
    shop.save(shop.configuration, "{")
    shop.says("wrangler.jsonc cannot be read", "What runs is as before.")
    shop.answers(_ANSWERS)
    shop.save(shop.configuration, good.replace("src/entry.py", "src/nowhere.py"))
    shop.says("wrangler.jsonc has changed.", "It is tried again after the next save.")
    assert "src/nowhere.py" in shop.answers(503).text
    shop.save(shop.configuration, good)
    shop.says("Reloaded the Worker")
    shop.answers(_ANSWERS)


def test_a_module_that_never_ends_gives_way_to_the_next_save(shop: Shop) -> None:
    good = shop.order.read_text(encoding="utf-8")
    shop.save(shop.order, f"{good}while True: pass\n")
    shop.says("Reloading the Worker …")
    shop.save(shop.order, good)
    shop.says("Reloaded the Worker")
    shop.answers(_ANSWERS)
