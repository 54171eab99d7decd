"""What `wrangler deploy` would upload, as a folder of its own that wrangler deploys again.

It has the Worker's files as wrangler collects them, the page as it is served, the migrations, a
configuration that builds nothing, and the licences of what comes from others.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from local import page
from local.config import read_deployed
from local.places import MIGRATIONS, ROOT
from local.release.archives import write_zip
from local.release.packages import Notice
from local.wrangler import run_anywhere

_PACKAGES: Final = "python_modules"
# wrangler's own, which says when it was written.
_LEFT_OUT: Final = "README.md"
_SECONDS: Final = 1800.0
_README: Final = """\
# Tillroll {version}: the Worker

What `wrangler deploy` uploads: the Worker's files in src and python_modules, the page in public.
migrations has the database's tables. NOTICES.txt has the licences of what comes from others.

`npx wrangler@{wrangler} deploy --dry-run` looks at it without an account. To run Tillroll, clone
the repository and follow docs/deploying.md: `make deploy` makes databases, buckets, queues and
secrets, and takes the migrations in the right order.
"""


class NotBundled(Exception):
    """wrangler did not collect the Worker's files; the message is its own."""


def build(folder: Path, *, version: str, notices: list[Notice]) -> Path:
    """Write the bundle into a folder; its path.

    Raises:
        NotBundled: wrangler failed.
        PageError: the page cannot be built.
    """
    page.build()
    name = f"tillroll-worker-{version}"
    files = dict(_contents(version, notices))
    path = folder / f"{name}.zip"
    write_zip(path, {f"{name}/{each}": files[each] for each in sorted(files)})
    return path


def collect(root: Path) -> Mapping[str, bytes]:
    """What wrangler would upload of a folder that has a wrangler.json, by name.

    Raises NotBundled.
    """
    with tempfile.TemporaryDirectory(prefix="tillroll-upload-") as written:
        command = ["deploy", "--dry-run", "--outdir", written]
        done = run_anywhere(command, root / "wrangler.json", root, seconds=_SECONDS)
        if done.returncode != 0:
            raise NotBundled(done.stdout)
        files = dict(_files_of(Path(written)))
    del files[_LEFT_OUT]
    return files


def _contents(version: str, notices: list[Notice]) -> Iterator[tuple[str, bytes]]:
    configuration = _configuration()
    with tempfile.TemporaryDirectory(prefix="tillroll-bundle-") as folder:
        root = Path(folder)
        for name in ("src", _PACKAGES):
            (root / name).symlink_to(ROOT / name)
        (root / "public").symlink_to(page.SERVED)
        (root / "wrangler.json").write_text(configuration, encoding="utf-8")
        for name, content in collect(root).items():
            place = name if name.startswith(f"{_PACKAGES}/") else f"src/{name}"
            yield place, content
    for name, content in _files_of(page.SERVED):
        yield f"public/{name}", content
    for path in MIGRATIONS.glob("*.sql"):
        yield f"migrations/{path.name}", path.read_bytes()
    yield "wrangler.json", configuration.encode()
    yield "LICENSE", (ROOT / "LICENSE").read_bytes()
    yield "NOTICES.txt", notices_text(notices).encode()
    yield "README.md", _README.format(version=version, wrangler=_wrangler_version()).encode()


def _configuration() -> str:
    """wrangler.jsonc for a folder whose page is built already."""
    deployed: dict[str, Any] = read_deployed()
    kept = {key: value for key, value in deployed.items() if key not in {"$schema", "build"}}
    kept["assets"] = {**deployed["assets"], "directory": "./public"}
    return f"{json.dumps(kept, indent=2)}\n"


def notices_text(notices: list[Notice]) -> str:
    """All texts, each below its package's name."""
    heads = [f"{each.package.name} {each.package.version}" for each in notices]
    parts = [
        f"{head}\n{'=' * len(head)}\n\n{each.text}\n"
        for head, each in zip(heads, notices, strict=True)
    ]
    return "\n\n".join(parts)


def _files_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _wrangler_version() -> str:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    return str(packages["node_modules/wrangler"]["version"])
