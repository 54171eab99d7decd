"""What wrangler prints of a request by a link has no secret: neither in the log file nor on the
screen.
"""

import os
import subprocess
from pathlib import Path

from local.places import NODE
from local.wrangler import wrangler_environment

_PRINTED = """
  console.log("[wrangler:info] GET /api/payer/clk_abc-D_e/statement.pdf 200 OK (3ms)");
  console.error("\\x1b[1mPOST\\x1b[22m /api/handed-on/xlk_abc \\x1b[32m404\\x1b[39m");
  console.log("GET /api/payees 200 OK");
  console.log("GET /api//payer//clk_abc 404, GET /api/payer/%63lk_abc 404, " +
    "GET /api/payments?of=xlk_abc-D_e 404");
  process.stdout.write(Buffer.from("é GET /api/payer/clk_abc-D_e 200 of bytes é"));
  const text = Buffer.from(" POST /api/handed-on/xlk_abc");
  process.stderr.write(new Uint8Array([0xff, ...text]).subarray(1));
"""


def test_the_secret_of_a_link_is_not_printed(tmp_path: Path) -> None:
    environment = {**os.environ, **wrangler_environment(tmp_path / "starts")}
    done = subprocess.run(
        [str(NODE), "--eval", _PRINTED], env=environment, capture_output=True, text=True, check=True
    )
    assert "GET /api/payer/…/statement.pdf 200 OK" in done.stdout
    assert "/api/payees 200" in done.stdout
    assert "é GET /api/payer/… 200 of bytes é" in done.stdout
    assert "GET /api/payments?of=… 404" in done.stdout
    assert "/api/handed-on/… " in done.stderr
    assert done.stderr.endswith(" POST /api/handed-on/…")
    assert "abc" not in done.stdout + done.stderr
