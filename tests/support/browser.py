"""A real browser for tests: the headless Chromium of the npm package @sparticuz/chromium, driven by
Playwright.

The package carries the browser compressed, together with the libraries (NSS, NSPR, expat) and a
font that bare machines lack. They are unpacked once, into `.build/`.
"""

import os
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from json import loads
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from local.places import NODE, NODE_MODULES, ROOT
from tillroll_local.locks import take_turn

_PACKAGE = NODE_MODULES / "@sparticuz" / "chromium"
_UNPACK = 'import chromium from "@sparticuz/chromium"; await chromium.executablePath();'
_UNPACK_SECONDS = 120

# No sandbox, since containers offer none to root; nothing that calls home.
_ARGUMENTS = (
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-quic",
)

# The system's fonts where there are any, and before them the package's one, so that pages look the
# same everywhere.
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <match target="pattern">
    <test name="family" qual="any"><string>sans-serif</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>Open Sans</string></edit>
  </match>
  <match target="pattern">
    <test name="family" qual="any"><string>system-ui</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>Open Sans</string></edit>
  </match>
</fontconfig>
"""


@contextmanager
def launch() -> Generator[Browser]:
    """Run the browser for as long as the block lasts.

    Raises:
        subprocess.CalledProcessError: it could not be unpacked; the output says why.
        playwright.sync_api.Error: it did not start.
    """
    folder = unpacked()
    environment = os.environ | {
        "LD_LIBRARY_PATH": str(folder / "al2023" / "lib"),
        "FONTCONFIG_FILE": str(folder / "fonts.conf"),
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=folder / "chromium", args=_ARGUMENTS, env={**environment}
        )
        try:
            yield browser
        finally:
            browser.close()


@cache
def unpacked() -> Path:
    """Return the folder with the browser, its libraries and its font; unpack them when they are not
    there.
    """
    version = loads((_PACKAGE / "package.json").read_text(encoding="utf-8"))["version"]
    folder = ROOT / ".build" / f"chromium-{version}"
    with take_turn(folder.with_name("chromium.lock"), "Another test unpacks the browser …"):
        if not folder.exists():
            _unpack(folder)
    return folder


def _unpack(folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="chromium-") as temporary:
        fresh = Path(temporary) / "unpacked"
        fresh.mkdir()
        # The package unpacks into the temporary folder, and its libraries only where it believes to
        # run on Lambda.
        environment = os.environ | {"TMPDIR": str(fresh), "AWS_LAMBDA_JS_RUNTIME": "nodejs24.x"}
        command = [str(NODE), "--input-type=module", "--eval", _UNPACK]
        subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            check=True,
            timeout=_UNPACK_SECONDS,
            capture_output=True,
            text=True,
        )
        fonts = _FONTS.format(fonts=folder / "fonts", cache=folder / "fonts-cache")
        (fresh / "fonts.conf").write_text(fonts, encoding="utf-8")
        fresh.rename(folder)
