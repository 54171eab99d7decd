"""The guide of the API's own page, as a programmer follows it: each command in its order, in one
shell, on the genuine stack. Only the address, the token and the receiver's port are this test's.
"""

import re
import subprocess
import sys
from pathlib import Path

from cli.reference.page.snippets import EXAMPLE, SNIPPETS
from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack
from tillroll_local.processes import free_port

_LEADS = (
    "who",
    "upload",
    "trigger",
    "wait",
    "start-receiver",
    "endpoint",
    "test-event",
    "rotate",
    "test-old",
    "new-key",
    "test-again",
)
_WITHIN_SECONDS = 120


def test_it_leads_from_a_token_to_a_rotated_key(stack: RunningStack, tmp_path: Path) -> None:
    own = stack.with_own_account()
    port = free_port()

    def here(name: str) -> str:
        return SNIPPETS[name].text.replace(EXAMPLE, stack.url).replace("9000", str(port))

    (tmp_path / "receipt.jpg").write_bytes(draw_receipt(clear_receipt("GUIDED CAFE", "4.20")))
    (tmp_path / "receiver.py").write_text(here("receiver"), encoding="utf-8")
    # The receiver ends with the shell; a request may come before it listens.
    listening = f"until (exec 3<>/dev/tcp/127.0.0.1/{port}) 2>/dev/null; do sleep 0.05; done"
    parts = [
        'trap "kill 0" EXIT',
        *(f"{here(name)}\n{listening if name == 'start-receiver' else ''}" for name in _LEADS),
    ]
    environment = {
        "URL": stack.url,
        "TOKEN": own.token,
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
    }
    followed = subprocess.run(
        ["/bin/bash", "-ec", "\necho\n".join(parts)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_WITHIN_SECONDS,
        check=False,
        start_new_session=True,
    )
    assert re.search(r'"status": ?"completed"', followed.stdout), followed.stdout + followed.stderr
    assert followed.stdout.count("verified: endpoint.test") == 3, followed.stdout + followed.stderr
    assert "refused:" not in followed.stdout
    assert len(set(re.findall(r"whsec_[A-Za-z0-9+/=]+", followed.stdout))) == 2
