"""A process that was killed has ended, also before anybody asked for its end."""

import os
import signal
import subprocess
import sys
import time

from bench.measuring import is_alive


def test_a_process_that_ended_is_not_alive_though_its_id_is_there() -> None:
    command = [sys.executable, "-c", "import time; time.sleep(600)"]
    with subprocess.Popen(command) as process:
        was_alive = is_alive(process.pid)
        process.send_signal(signal.SIGKILL)
        # Without a reaper it stays as a zombie, whose id can still be signalled.
        deadline = time.monotonic() + 60
        while is_alive(process.pid) and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(process.pid, 0)
        is_alive_when_killed = is_alive(process.pid)
    assert was_alive
    assert not is_alive_when_killed
    assert not is_alive(process.pid)
