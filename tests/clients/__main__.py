"""`make clients`: the OpenAPI document passes the rules of others; a Python and a TypeScript client
are generated from it, type-checked, and used for a day on the genuine stack.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from PIL import Image

from local.places import API_DOCUMENT, NODE, ROOT
from tests.clients.installed import TOOLS
from tests.support.invoice import invoice_pdf
from tests.support.running_stack import RunningStack

_DAYS = ROOT / "tests" / "clients" / "days"
_BIN = TOOLS.python.parent
_PYTHON_CLIENT = TOOLS.folder / "generated" / "python"
_TYPESCRIPT_CLIENT = TOOLS.folder / "generated" / "typescript"
_TSCONFIG = {
    "compilerOptions": {
        "strict": True,
        "noEmit": True,
        "target": "es2024",
        "lib": ["es2024", "dom", "dom.iterable"],
        "module": "nodenext",
        "allowImportingTsExtensions": True,
        "skipLibCheck": False,
        "types": ["node"],
        "typeRoots": [str(TOOLS.node_modules / "@types")],
    },
    "include": ["of_typescript.ts", "tillroll.d.ts"],
}


class StepFailed(Exception):
    """A command failed; the message has what it printed."""


def main() -> int:
    TOOLS.install()
    steps = {
        "openapi-spec-validator": _validate,
        "redocly": _lint,
        "the Python client": _make_python,
        "the TypeScript client": _make_typescript,
        "a day with both": _play,
    }
    for name, step in steps.items():
        began = time.monotonic()
        try:
            step()
        except StepFailed as failed:
            sys.stdout.write(f"{name}: failed\n{failed}\n")
            return 1
        sys.stdout.write(f"{name}: passed, {time.monotonic() - began:.0f} s\n")
        sys.stdout.flush()
    return 0


def _run(*words: str | Path, folder: Path = TOOLS.folder) -> str:
    """What a command prints. Raises StepFailed."""
    command = [str(word) for word in words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StepFailed(f"{' '.join(command)}\n{done.stdout[-6_000:]}\n{done.stderr[-6_000:]}")
    return done.stdout


def _validate() -> None:
    _run(_BIN / "openapi-spec-validator", API_DOCUMENT)


def _lint() -> None:
    """By the recommended rules, of which none may warn."""
    lint = TOOLS.node_modules / ".bin" / "redocly"
    said = _run(NODE, lint, "lint", "--format", "json", API_DOCUMENT)
    report = json.loads(said[said.index("{") :])
    problems = [f"{each['ruleId']}: {each['message']}" for each in report["problems"]]
    if problems:
        raise StepFailed("\n".join(problems))


def _make_python() -> None:
    shutil.rmtree(_PYTHON_CLIENT, ignore_errors=True)
    _PYTHON_CLIENT.mkdir(parents=True)
    generate = (
        _BIN / "openapi-python-client",
        "generate",
        "--meta",
        "none",
        "--config",
        ROOT / "tests" / "clients" / "python.yaml",
        "--path",
        API_DOCUMENT,
    )
    _run(*generate, "--output-path", _PYTHON_CLIENT / "tillroll_client")
    shutil.copy(_DAYS / "of_python.py", _PYTHON_CLIENT)
    mypy = (_BIN / "mypy", "--strict", "--cache-dir", TOOLS.folder / "mypy")
    _run(*mypy, "tillroll_client", "of_python.py", folder=_PYTHON_CLIENT)


def _make_typescript() -> None:
    shutil.rmtree(_TYPESCRIPT_CLIENT, ignore_errors=True)
    _TYPESCRIPT_CLIENT.mkdir(parents=True)
    generate = TOOLS.node_modules / ".bin" / "openapi-typescript"
    _run(NODE, generate, API_DOCUMENT, "-o", _TYPESCRIPT_CLIENT / "tillroll.d.ts")
    shutil.copy(_DAYS / "of_typescript.ts", _TYPESCRIPT_CLIENT)
    (_TYPESCRIPT_CLIENT / "tsconfig.json").write_text(json.dumps(_TSCONFIG), encoding="utf-8")
    (_TYPESCRIPT_CLIENT / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    _run(NODE, ROOT / "node_modules" / "typescript" / "bin" / "tsc", "-p", _TYPESCRIPT_CLIENT)


def _play() -> None:
    with tempfile.TemporaryDirectory() as name, Receiver() as receiver:
        folder = Path(name)
        _write_receipts(folder)
        stack = RunningStack(folder / "state")
        stack.start()
        try:
            _spend_day(
                stack, receiver, [TOOLS.python, _PYTHON_CLIENT / "of_python.py"], folder / "python"
            )
            program = _TYPESCRIPT_CLIENT / "of_typescript.ts"
            _spend_day(stack, receiver, [NODE, program], folder / "typescript")
        finally:
            stack.stop()


def _write_receipts(folder: Path) -> None:
    """For each client its own: one that is clear, and one without a day. All have another total, so
    that none seems to be another one again.
    """
    prices = iter(range(1, 5))
    for name in ("python", "typescript"):
        (folder / name).mkdir()
        Image.new("RGB", (64, 32), "#176b4d").save(folder / name / "logo.png")
        clear = _receipt("Date: 14/02/2026  09:31", next(prices))
        doubted = _receipt("", next(prices))
        (folder / name / "clear.pdf").write_bytes(invoice_pdf(clear))
        (folder / name / "doubted.pdf").write_bytes(invoice_pdf(doubted))


def _receipt(date: str, price: int) -> list[str]:
    """The lines of a receipt whose tea costs `price` ringgit and 90 sen."""
    lines = [
        "GREEN GARDEN CAFE SDN BHD",
        "12 Jalan Bunga, Kuala Lumpur",
        date,
        "2 Nasi Lemak          9.00",
        f"1 Teh Tarik           {price}.90",
        f"TOTAL            RM  {9 + price}.90",
        "CASH                 20.00",
        f"CHANGE                {10 - price}.10",
    ]
    return [line for line in lines if line]


def _spend_day(
    stack: RunningStack, receiver: "Receiver", program: Sequence[str | Path], folder: Path
) -> None:
    place = f"{receiver.url}/{folder.name}"
    _run(*program, stack.url, stack.token, place, folder, folder=Path(program[-1]).parent)


class Receiver:
    """Takes webhooks by POST, and gives those that came to a path by GET."""

    def __init__(self) -> None:
        events: dict[str, list[dict[str, object]]] = {}

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                headers = {name.lower(): value for name, value in self.headers.items()}
                events.setdefault(self.path, []).append({"headers": headers, "body": body})
                self.send_response(204)
                self.end_headers()

            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(events.get(self.path, [])).encode())

            # As it is called there.
            def log_message(self, format: str, *args: object, **named: object) -> None:  # noqa: A002
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Receiver":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object, **__: object) -> None:
        self._server.shutdown()
        self._server.server_close()


if __name__ == "__main__":
    sys.exit(main())
