"""As much of wrangler as a watched Worker needs: one module, which is loaded once.

SIGHUP makes it load again. Its arguments are the port, the module, the configuration and the
state folder.
"""

import hashlib
import os
import signal
import sys
import time
import traceback
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


class Worker(BaseHTTPRequestHandler):
    says = b""

    def do_GET(self) -> None:
        while b"works for ever" in self.says:
            """It takes a whole processor."""
        while b"waits for ever" in self.says:
            time.sleep(60)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.says)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        """Nobody reads it."""


def say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def load_again(number: int, frame: object) -> None:
    """As after a save: the process stays, and begins anew."""
    del number, frame
    os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 - its own program


def main(port: str, module: Path, configuration: Path, state: Path) -> int:
    signal.signal(signal.SIGHUP, load_again)
    if "refused" in configuration.read_text(encoding="utf-8"):
        say("✘ [ERROR] The configuration is refused.\n\n")
        return 1
    source = module.read_bytes()
    another = module.with_name("another.py")
    if b"saves another" in source and not another.exists():
        another.write_text("", encoding="utf-8")
    loaded = f"{hashlib.sha256(source).hexdigest()} {module.name}\n"
    (state / "workerd-loaded").write_text(loaded, encoding="utf-8")
    with (state / "workerd-starts").open("a", encoding="utf-8") as starts:
        starts.write("1\n")
    try:
        exec(compile(source, "/session/metadata/order.py", "exec"), {})  # noqa: S102 - a Worker
    except (SyntaxError, ImportError, LookupError):
        lines = traceback.format_exc().splitlines()
        say(f"✘ [ERROR] service core:user:shop: Uncaught PythonError: {lines[0]}\n")
        for line in lines[1:]:
            say(f"  {line}\n")
        say("\n✘ [ERROR] The Workers runtime failed to start. Unhandled\n\n")
        return 1
    handler = type("Handler", (Worker,), {"says": source})
    HTTPServer(("127.0.0.1", int(port)), handler).serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(Path, sys.argv[2:])))
