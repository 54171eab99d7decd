"""Build the documentation site into .build/site: `make site`.

Each version has a folder of its own there, beside those of others. `index.html` leads to the one
that was built last.
"""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

from local.places import BUILD, ROOT
from local.site.installed import TOOLS
from local.site.staging import LinkIsBroken, stage

SITE: Final = BUILD / "site"
_STAGED: Final = BUILD / "site-pages"
_KEPT: Final = BUILD / "site-kept"
_HERE: Final = ROOT / "local" / "site"


def version() -> str:
    """The version that pyproject.toml names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def main() -> int:
    TOOLS.install()
    try:
        count = stage(_STAGED / "pages")
    except LinkIsBroken as broken:
        sys.stderr.write(f"{broken}\n")
        return 1
    static = _STAGED / "static"
    shutil.copytree(_HERE / "static", static, dirs_exist_ok=True)
    shutil.copy(TOOLS.product_of_node, static / "mermaid.js")
    shutil.copy(_HERE / "conf.py", _STAGED)
    built = SITE / version()
    command = [
        *(
            TOOLS.python,
            "-m",
            "sphinx",
            "--quiet",
            "--fail-on-warning",
            "--keep-going",
            "-b",
            "html",
        ),
        *("-c", _STAGED, "-d", _KEPT, "-D", f"release={version()}"),
        *(_STAGED / "pages", built),
    ]
    done = subprocess.run(command, check=False, cwd=ROOT)
    if done.returncode != 0:
        return done.returncode
    for name in (".buildinfo", ".buildinfo.bak", "objects.inv"):
        (built / name).unlink(missing_ok=True)
    write_versions(SITE)
    sys.stdout.write(f"{count} pages in {built.relative_to(ROOT)}: open index.html there.\n")
    return 0


def write_versions(site: Path) -> None:
    """List the versions that there are, newest first, and lead to the one that was just built."""
    folders = sorted(each.name for each in site.iterdir() if each.is_dir())
    newest_first = sorted(folders, key=_order, reverse=True)
    listed = ", ".join(f'"{name}"' for name in newest_first)
    (site / "versions.js").write_text(f"window.tillrollVersions = [{listed}];\n", encoding="utf-8")
    first = f"{newest_first[0]}/index.html"
    page = (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Tillroll</title>\n'
        f'<meta http-equiv="refresh" content="0; url={first}">\n<a href="{first}">Tillroll</a>\n'
        "</html>\n"
    )
    (site / "index.html").write_text(page, encoding="utf-8")


def _order(name: str) -> list[tuple[bool, int, str]]:
    """Numbers by their size, and other parts by their letters, below every number."""
    return [
        (part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in name.split(".")
    ]


if __name__ == "__main__":
    sys.exit(main())
