"""`make dev` on the genuine thing: ready line, locks, endings, left-overs, and a save that breaks
the Worker.
"""

import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from local.places import ROOT
from tests.support.host_platform import WEBHOOK_SECRET
from tests.support.invoice import invoice_pdf
from tests.support.launcher import Launcher, copy_project
from tests.support.patience import PATIENCE_SECONDS
from tests.support.receipts import clear_receipt
from tests.support.running_stack import wait_until
from tillroll_local.processes import is_port_free
from tillroll_local.waker import count_starts

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("make dev")


@pytest.fixture(scope="module")
def first(folder: Path) -> Iterator[Launcher]:
    """On a state folder that was open to all."""
    state = folder / "first"
    (state / "logs").mkdir(parents=True)
    state.chmod(0o755)
    (state / "logs" / "wrangler.log").write_text("of an earlier start\n", encoding="utf-8")
    secrets = {"WEBHOOK_SECRET": WEBHOOK_SECRET, "WEBHOOK_URL": "http://127.0.0.1:9/hook"}
    launcher = Launcher(state, variables=secrets)
    yield launcher
    launcher.end()


@pytest.fixture(scope="module")
def second(folder: Path) -> Iterator[Launcher]:
    """An instance of its own project, whose sources a test may change, started beside the first."""
    launcher = Launcher(folder / "second", project=copy_project(folder / "a project"))
    yield launcher
    launcher.end()


@pytest.mark.essential
def test_the_first_start_makes_an_account_and_a_link_that_signs_in(first: Launcher) -> None:
    code = first.wait_until_ready()
    information = first.information()
    assert information["url"] == f"http://localhost:{first.port}"
    assert stat.S_IMODE((first.state / "dev.json").stat().st_mode) == 0o600
    os.kill(information["pid"], 0)
    with httpx.Client(base_url=information["url"], timeout=PATIENCE_SECONDS) as client:
        by_token = client.get(
            "/api/session", headers={"authorization": f"Bearer {information['token']}"}
        )
        assert by_token.json()["user"]["roles"] == ["owner"]
        assert client.post("/api/session", json={"code": code}).status_code == 200
        assert client.get("/api/session").json() == by_token.json()
        assert client.post("/api/session", json={"code": code}).status_code == 401


def test_no_secret_is_in_a_log_and_the_state_is_its_owners_only(first: Launcher) -> None:
    """wrangler prints its bindings: the secrets among them are told to be there, and work, and are
    not shown.
    """
    first.wait_until_ready()
    files = [path for path in (first.state / "logs").iterdir() if path.is_file()]
    logs = "".join(path.read_text(encoding="utf-8") for path in files) + first.output()
    key = (first.state / "audit-signing-key").read_text(encoding="utf-8").strip()
    encryption_key = (first.state / "encryption-keys").read_text(encoding="utf-8").strip()
    for secret in (WEBHOOK_SECRET, key, encryption_key):
        assert secret[:16] not in logs
    assert re.search(r'env\.AUDIT_SIGNING_KEY \("\(hidden\)"\)', logs)
    assert re.search(r'env\.WEBHOOK_SECRET \("\(hidden\)"\)', logs)
    assert {stat.S_IMODE(path.stat().st_mode) for path in (first.state, first.state / "logs")} == {
        0o700
    }
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    information = first.information()
    with httpx.Client(base_url=information["url"], timeout=PATIENCE_SECONDS) as client:
        verified = client.get(
            "/api/audit/verify", headers={"authorization": f"Bearer {information['token']}"}
        )
    assert verified.raise_for_status().json()["isSealing"]


def test_wrangler_knows_every_migration_that_was_applied(first: Launcher) -> None:
    first.wait_until_ready()
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "local.wrangler",
            "--state",
            str(first.state),
            "--",
            "d1",
            "migrations",
            "list",
            "DB",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "No migrations to apply" in done.stdout, done.stdout + done.stderr


def test_a_taken_port_is_named(first: Launcher, folder: Path) -> None:
    other = Launcher(folder / "other", port=first.port)
    assert other.wait(30) == 1
    assert f"Port {first.port} is taken" in other.output()
    assert f"PORT={first.port + 1}" in other.output()


def test_a_state_folder_has_one_instance(first: Launcher) -> None:
    other = Launcher(first.state)
    assert other.wait(30) == 1
    assert "is in use by another instance" in other.output()
    assert "STATE=" in other.output()
    assert (
        httpx.get(f"{first.information()['url']}/api/health", timeout=PATIENCE_SECONDS).status_code
        == 200
    )


def test_a_second_instance_runs_beside_the_first(first: Launcher, second: Launcher) -> None:
    second.wait_until_ready()
    tokens = {launcher.information()["token"] for launcher in (first, second)}
    assert len(tokens) == 2
    for launcher in (first, second):
        answer = httpx.get(
            f"{launcher.information()['url']}/api/session",
            headers={"authorization": f"Bearer {second.information()['token']}"},
            timeout=PATIENCE_SECONDS,
        )
        assert answer.status_code == (200 if launcher is second else 401)


def test_a_save_that_breaks_the_worker_is_mended_by_the_next(
    second: Launcher, folder: Path
) -> None:
    entry = folder / "a project" / "src" / "entry.py"
    source = entry.read_text(encoding="utf-8")
    starts = count_starts(second.state / "workerd-starts")
    save(entry, f"{source}\nthis is no Python\n")
    second.wait_for_output(
        "src/entry.py, line",
        "SyntaxError: invalid syntax",
        "It is tried again after the next save.",
    )
    assert "no such named entrypoint" not in second.output()
    save(entry, source)
    second.wait_for_output("Reloaded the Worker")
    # The waker counts on, or it would take the new start for one that it has seen, and leave runs
    # frozen.
    assert count_starts(second.state / "workerd-starts") > starts + 1
    assert (
        httpx.get(f"{second.information()['url']}/api/health", timeout=PATIENCE_SECONDS).status_code
        == 200
    )


@pytest.mark.parametrize("pause", [0.1, 0.5, 2.0])
def test_a_module_that_is_saved_after_what_imports_it_is_taken_up(
    second: Launcher, folder: Path, pause: float
) -> None:
    """The reload that the first save begins may end before the second one, between them, or have
    both.
    """
    second.wait_until_ready()
    source = folder / "a project" / "src"
    entry, new = source / "entry.py", f"new_after_{int(10 * pause)}"
    before = entry.read_text(encoding="utf-8")
    save(entry, f"import {new}\n{before}")
    time.sleep(pause)  # the case itself, not a wait
    save(source / f"{new}.py", f"print('{new} is loaded')\n")
    second.wait_for_output(f"{new} is loaded", "Reloaded the Worker")
    assert (
        httpx.get(f"{second.information()['url']}/api/health", timeout=PATIENCE_SECONDS).status_code
        == 200
    )


def test_a_save_that_wrangler_does_not_take_up_is_taken_up_all_the_same(
    second: Launcher, folder: Path
) -> None:
    """As after a change that its watcher missed, or a reload that hangs."""
    [wrangler] = [
        pid for pid in second.processes() if "wrangler-dist/cli.js dev" in command_line(pid)
    ]
    starts = count_starts(second.state / "workerd-starts")
    os.kill(wrangler, signal.SIGSTOP)
    entry = folder / "a project" / "src" / "entry.py"
    save(entry, f"{entry.read_text(encoding='utf-8')}\n# another line\n")
    second.wait_for_output(
        "wrangler has not taken up the last save. It is started again.", "Reloaded the Worker"
    )
    assert count_starts(second.state / "workerd-starts") > starts
    assert (
        httpx.get(f"{second.information()['url']}/api/health", timeout=PATIENCE_SECONDS).status_code
        == 200
    )


def test_a_workflow_that_is_bound_meanwhile_is_bound(second: Launcher, folder: Path) -> None:
    """A reload takes up code; what has no binding would get no instance."""
    configuration = folder / "a project" / "wrangler.jsonc"
    text = configuration.read_text(encoding="utf-8")
    without = re.sub(r',\s*//[^\n]*\s*\{[^}]*"WORKFLOWS"[^}]*\}', "", text)
    assert without != text
    told = ("wrangler.jsonc has changed. wrangler is started again.", "Reloaded the Worker")

    def is_bound() -> bool:
        [generated] = configuration.parent.glob("wrangler.local-*.jsonc")
        return '"WORKFLOWS"' in generated.read_text(encoding="utf-8")

    save(configuration, without)
    second.wait_for_output(*told)
    assert not is_bound()
    save(configuration, "{")
    second.wait_for_output("wrangler.jsonc cannot be read")
    save(configuration, text)
    second.wait_for_output(*told)
    assert is_bound()
    assert (
        httpx.get(f"{second.information()['url']}/api/health", timeout=PATIENCE_SECONDS).status_code
        == 200
    )


def test_a_crash_of_workerd_is_survived(second: Launcher) -> None:
    """wrangler starts workerd again by itself; where that crashes too, wrangler runs on without a
    Worker.
    """
    second.wait_until_ready()
    crashed, starts = (
        "The Workers runtime has crashed. It is started again.",
        second.state / "workerd-starts",
    )
    os.kill(last_started(starts), signal.SIGKILL)
    second.wait_for_output(crashed)
    wait_until(lambda: is_healthy(second), "health after a crash", PATIENCE_SECONDS)
    assert complete_run(second, "CRASH SHOP SDN BHD")
    before = count_starts(starts)
    os.kill(last_started(starts), signal.SIGKILL)
    wait_until(
        lambda: count_starts(starts) > before, "workerd to be started again", PATIENCE_SECONDS
    )
    os.kill(last_started(starts), signal.SIGKILL)
    second.wait_for_output(crashed, crashed, "Reloaded the Worker")
    assert is_healthy(second)
    assert complete_run(second, "SECOND CRASH SDN BHD", total="21.40")


def last_started(starts: Path) -> int:
    return int(starts.read_text(encoding="utf-8").split()[-1])


def is_healthy(launcher: Launcher) -> bool:
    try:
        return httpx.get(
            f"{launcher.information()['url']}/api/health", timeout=PATIENCE_SECONDS
        ).is_success
    except httpx.TransportError:
        return False


def complete_run(launcher: Launcher, merchant: str, *, total: str = "12.90") -> bool:
    """Whether a receipt that is uploaded now becomes an expense."""
    information = launcher.information()
    headers = {"authorization": f"Bearer {information['token']}"}
    content = invoice_pdf(clear_receipt(merchant, total))
    with httpx.Client(
        base_url=information["url"], headers=headers, timeout=PATIENCE_SECONDS
    ) as client:
        sent = client.post(
            "/api/receipts", files={"receipt": ("receipt.pdf", content, "application/pdf")}
        )
        path = f"/api/runs/{sent.raise_for_status().json()['runId']}"
        wait_until(
            lambda: client.get(path).json()["status"] == "complete",
            "the run to complete",
            PATIENCE_SECONDS,
        )
    return True


def test_when_a_part_dies_the_rest_stops_with_a_message(second: Launcher) -> None:
    [ai_server] = [pid for pid in second.processes() if "local.ai.server" in command_line(pid)]
    os.kill(ai_server, signal.SIGKILL)
    assert second.wait(PATIENCE_SECONDS) == 1
    assert (
        "Tillroll has stopped. The AI server ended (signal 9). Its last lines, from "
        in second.output()
    )
    assert_gone(second)


def test_after_a_kill_the_next_start_cleans_up_and_goes_on(first: Launcher) -> None:
    token = first.information()["token"]
    first.signal(signal.SIGKILL)
    assert first.wait(PATIENCE_SECONDS) == -signal.SIGKILL
    left_over = first.processes()
    assert left_over
    again = Launcher(first.state, first.port)
    try:
        again.wait_until_ready()
        assert not left_over & again.processes()
        assert "Ended what an earlier start left running" in again.output()
        assert again.information()["token"] == token
        again.signal(signal.SIGINT)
        again.signal(signal.SIGTERM)  # as from `make`, which passes its own on
        assert again.wait(PATIENCE_SECONDS) == 0
        assert_gone(again)
    finally:
        again.end()


def test_it_can_be_stopped_while_it_starts(first: Launcher) -> None:
    launcher = Launcher(first.state)
    try:
        wait_until(launcher.processes, "the first part")
        launcher.signal(signal.SIGTERM)
        assert launcher.wait(PATIENCE_SECONDS) == 0
        assert_gone(launcher)
    finally:
        launcher.end()


def save(path: Path, text: str) -> None:
    """In one step: wrangler may look at any moment."""
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def assert_gone(launcher: Launcher) -> None:
    assert launcher.processes() == set()
    assert is_port_free(launcher.port)
    assert not (launcher.state / "dev.json").exists()


def command_line(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
