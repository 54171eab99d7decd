"""Builds a release: `python -m local.release VERSION` (`make release`).

    make release VERSION=0.1.0          builds into .build/release/0.1.0
    make release VERSION=0.1.0 TAG=1    builds, then makes the tag v0.1.0; pushes nothing

Two builds of a commit are the same, byte for byte. It refuses a version that the sources do not
have, and a tag on what is not committed or whose changes have no day.
"""

import argparse
import hashlib
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from local import wheel
from local.page import PageError
from local.places import BUILD, ROOT
from local.release import sdist, site, worker
from local.release.bill import bill_of_materials
from local.release.licences import findings
from local.release.packages import Package, locked_packages, notices
from local.release.sources import Commit, NotReleasable, check_version, commit, tag

INTO: Final = BUILD / "release"
SUMS: Final = "SHA256SUMS"


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make release", description=__doc__)
    parser.add_argument("version")
    parser.add_argument("--tag", action="store_true")
    options = parser.parse_args(words)
    try:
        check_version(options.version, is_final=options.tag)
        source = commit()
        folder = build(options.version, source)
        if options.tag:
            tag(options.version, source)
    except (NotReleasable, PageError, site.NotBuilt, worker.NotBundled) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for path in sorted(folder.iterdir()):
        print(f"{path.stat().st_size // 1000:7} kB  {path.relative_to(ROOT)}")
    if not source.is_clean:
        print("The sources have changes that are not committed: this is a trial, and no release.")
    return 0


def build(version: str, source: Commit) -> Path:
    """Write all files of a release; their folder.

    Raises:
        NotReleasable: a licence does not allow it.
        PageError: the page cannot be built.
        NotBundled: wrangler failed.
        NotBuilt: the documentation is no site.
    """
    folder = INTO / version
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    packages = locked_packages()
    _check_licences(packages)
    texts = notices(packages)
    wheel.build(folder)
    sdist.build(folder, time=source.time)
    worker.build(folder, version=version, notices=texts)
    bill = bill_of_materials(packages, version=version, commit=source.name, time=source.time)
    (folder / f"tillroll-{version}.cdx.json").write_text(bill, encoding="utf-8")
    listed = "".join(_line_of(each) for each in packages)
    (folder / f"tillroll-{version}-licences.txt").write_text(listed, encoding="utf-8")
    site.build(folder, version=version, time=source.time)
    _write_sums(folder)
    return folder


def _check_licences(packages: Sequence[Package]) -> None:
    found, _ = findings(packages)
    if found:
        named = ", ".join(f"{each.package.name} ({each.why})" for each in found)
        raise NotReleasable(f"Not to be released with {named}: make audit says more.")


def _line_of(package: Package) -> str:
    use = "shipped" if package.is_shipped else "tool"
    return f"{package.registry} {package.name} {package.version} {use}: {package.licence}\n"


def _write_sums(folder: Path) -> None:
    """As `sha256sum --check` reads them."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.iterdir())
    ]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
