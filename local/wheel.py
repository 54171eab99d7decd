"""The library as a wheel: `python -m local.wheel FOLDER` (`make wheel`).

It has `tillroll_durable`; `tillroll_command`, the command `tillroll`; and `tillroll_testing` and
`tillroll_local`, whose dependencies the extra `dev` brings. The same sources give the same bytes:
the files stand in the order of their names, have one time, and are stored as they are, since two
versions of zlib compress differently.
"""

import base64
import hashlib
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from local.places import ROOT, TESTING
from local.release.backend import write_wheel
from local.wheel_pages import wheel_pages

NAME: Final = "tillroll-durable"
PACKAGES: Final = {
    "tillroll_durable": ROOT / "src" / "tillroll_durable",
    "tillroll_command": TESTING / "tillroll_command",
    "tillroll_local": TESTING / "tillroll_local",
    "tillroll_testing": TESTING / "tillroll_testing",
}
EXAMPLES: Final = ROOT / "examples"
"""What `tillroll init --like` begins as."""
DEPENDENCIES: Final = (
    "cronsim",
    "microdot",
    "pydantic",
    "standardwebhooks",
    "workers-runtime-sdk",
)
DEV_DEPENDENCIES: Final = (
    "apsw>=3.54",
    "cryptography>=50",
    "httpx>=0.28",
    "json5>=0.12",
    "pillow>=13",
    "pip",
    "pycapnp>=2.2",
    "pyright>=1.1.414",
    "pytest>=9.2",
    "pytest-asyncio>=1.5",
    "watchfiles>=1.3",
)
"""What tests and the local stack need beside: SQLite as D1 has it, keys, HTTP, pictures, fixtures,
types, and what installs and bundles the Worker's Python.
"""
_BESIDE: Final = ("pydantic-core", "pyodide-http>=0.2.2", "typing-extensions>=4.15")
# The command's own. The Worker is not uploaded with them.
ON_THE_HOST: Final = ("rich>=14", "typer>=0.29")
_NOT_THE_WORKER: Final = "sys_platform != 'emscripten'"
# What belongs to a package, whatever else lies in its folder.
_KEPT: Final = (".capnp", ".css", ".html", ".js", ".md", ".py", ".sql", ".txt")
_EXECUTABLE: Final = "tillroll_local/runtime/workerd-offline"
_SUMMARY: Final = "Durable workflows with recovery contracts, on Cloudflare Python Workers."
_ENTRY_POINTS: Final = b"[console_scripts]\ntillroll = tillroll_command.main:main\n"


def build(folder: Path) -> Path:
    """Write the wheel into a folder, which is made if need be; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"{full_name()}-py3-none-any.whl"
    write_wheel(wheel, contents())
    return wheel


def contents() -> Mapping[str, bytes]:
    """What the wheel has, by name. RECORD comes last, and names all in this order."""
    info = f"{full_name()}.dist-info"
    files = dict(_sources())
    files[f"{info}/METADATA"] = metadata()
    files[f"{info}/WHEEL"] = _wheel()
    files[f"{info}/entry_points.txt"] = _ENTRY_POINTS
    files[f"{info}/licenses/LICENSE"] = (ROOT / "LICENSE").read_bytes()
    files[f"{info}/RECORD"] = _record(files, f"{info}/RECORD")
    return files


def full_name() -> str:
    """The distribution's name and version, as files have them."""
    return f"{NAME.replace('-', '_')}-{version()}"


def version() -> str:
    return str(_project()["version"])


def requirements() -> list[str]:
    """What the library needs, each with the bound that the Worker's own list has."""
    wanted = {_name_of(each): each for each in _project()["dependencies"]}
    on_the_host = (f"{each}; {_NOT_THE_WORKER}" for each in ON_THE_HOST)
    return sorted((*(wanted[name] for name in DEPENDENCIES), *_BESIDE, *on_the_host))


def _project() -> Mapping[str, list[str]]:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["project"]


def _name_of(requirement: str) -> str:
    return requirement.partition(">")[0].partition("=")[0]


def _sources() -> Iterator[tuple[str, bytes]]:
    """All packages, each with the mark that it has types, the examples and the pages."""
    for package, folder in PACKAGES.items():
        sources = [path for path in folder.rglob("*") if path.suffix in _KEPT]
        contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sources}
        contents["py.typed"] = b""
        for name in sorted(contents):
            yield f"{package}/{name}", contents[name]
    yield _EXECUTABLE, (PACKAGES["tillroll_local"] / "runtime" / "workerd-offline").read_bytes()
    for path in sorted(EXAMPLES.rglob("*")):
        if path.suffix in _KEPT:
            yield (
                f"tillroll_command/examples/{path.relative_to(EXAMPLES).as_posix()}",
                path.read_bytes(),
            )
    for name, content in wheel_pages():
        yield f"tillroll_command/docs/{name}", content


def metadata() -> bytes:
    """What the distribution tells of itself (METADATA, and PKG-INFO)."""
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {NAME}",
        f"Version: {version()}",
        f"Summary: {_SUMMARY}",
        "License-Expression: MIT",
        "License-File: LICENSE",
        "Requires-Python: >=3.11",
        "Classifier: Typing :: Typed",
        *(f"Requires-Dist: {each}" for each in requirements()),
        "Provides-Extra: dev",
        *(f'Requires-Dist: {each}; extra == "dev"' for each in DEV_DEPENDENCIES),
        "Description-Content-Type: text/markdown",
        "",
        (PACKAGES["tillroll_durable"] / "README.md").read_text(encoding="utf-8"),
    ]
    return "\n".join(lines).encode()


def _wheel() -> bytes:
    return b"Wheel-Version: 1.0\nGenerator: local.wheel\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def _record(files: Mapping[str, bytes], own: str) -> bytes:
    lines: list[str] = []
    for name, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        lines.append(f"{name},sha256={digest},{len(content)}")
    lines.append(f"{own},,")
    return ("\n".join(lines) + "\n").encode()


if __name__ == "__main__":
    built = build(Path(sys.argv[1]))
    print(f"{built}: {built.stat().st_size // 1000} kB")
