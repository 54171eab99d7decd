"""The packages of the lock files, each with the licence that its own metadata names.

Nothing is asked of a network: Python's packages are looked up where they are installed, and npm's
stand with their licence in package-lock.json.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any, Final

from local.places import NODE_MODULES, PYTHON_MODULES, ROOT
from local.vendor import FONT_PACKAGE, PACKAGES

PYPI, NPM = "pypi", "npm"
WORKER_LOCK: Final = ROOT / "requirements" / "worker.txt"
HOST_LOCK: Final = ROOT / "requirements" / "host.txt"
NODE_LOCK: Final = ROOT / "package-lock.json"
_FONTS: Final = FONT_PACKAGE.relative_to(NODE_MODULES).as_posix()
_BLOCK: Final = re.compile(r"\n(?! )")
_HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_PIN: Final = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)")
_LICENCE_FILE: Final = re.compile(r"(?:^|/)(?:licen[cs]e|copying|notice)[^/]*$", re.IGNORECASE)
# Identifiers without a blank, joined by AND and OR.
_EXPRESSION: Final = re.compile(r"[\w.+-]+(?: (?:AND|OR) [\w.+-]+)*")
# What authors wrote before licences had identifiers (SPDX).
_FREE_WORDS: Final = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
    "ISC License": "ISC",
    "MIT License": "MIT",
}
_CLASSIFIERS: Final = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: ISC License (ISCL)": "ISC",
    "License :: OSI Approved :: MIT License": "MIT",
}
READ_BY_A_PERSON: Final = {
    "apsw": "Zlib",
    "colorama": "BSD-3-Clause",
    "cronsim": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "nodeenv": "BSD-3-Clause",
    "omegaconf": "BSD-3-Clause",
    "openvino-telemetry": "Apache-2.0",
    "saxonche": "MPL-2.0",
    "segno": "BSD-3-Clause",
    "text-unidecode": "Artistic-1.0-Perl OR GPL-2.0-or-later",
}
"""Whose metadata does not say which licence it is: somebody has read its text. saxonche's maker has
it beside its sources. colorama and openvino-telemetry are locked for other machines alone.
"""


# Their packages forget the text of the MIT licence, which their makers have beside the sources.
_FORGOTTEN: Final = {"standardwebhooks": "Copyright (c) 2023 Svix (https://www.svix.com)"}
_COPYRIGHT: Final = re.compile(r"^Copyright .*$", re.MULTILINE)


@dataclass(frozen=True)
class Package:
    """A package of a lock file.

    Attributes:
        registry: PYPI or NPM.
        name: as the registry spells it.
        version: exactly.
        licence: an expression of SPDX; empty where nothing says it.
        hashes: the locked digests, each as "sha256:…" or "sha512:…".
        is_shipped: whether its files are a part of the Worker or of the page. All else are tools.
    """

    registry: str
    name: str
    version: str
    licence: str
    hashes: tuple[str, ...]
    is_shipped: bool


@dataclass(frozen=True)
class Notice:
    """The text of a licence that has to go along with a package's files."""

    package: Package
    text: str


def locked_packages() -> list[Package]:
    """Every package that `make setup` installs, once, in the order of registry and name."""
    shipped = [*_of_python(WORKER_LOCK, is_shipped=True)]
    known = {(each.name, each.version) for each in shipped}
    tools = [
        each
        for each in _of_python(HOST_LOCK, is_shipped=False)
        if (each.name, each.version) not in known
    ]
    # npm has a package at each place where another version stands above it.
    found = {*shipped, *tools, *_of_node(NODE_LOCK)}
    return sorted(found, key=lambda each: (each.registry, each.name, each.version))


def notices(packages: Iterable[Package]) -> list[Notice]:
    """The licence of each package that is shipped.

    Raises LookupError: a package has no text to go along with.
    """
    return [Notice(each, _text_of(each)) for each in packages if each.is_shipped]


def npm_packages(lock: Path, *, shipped: frozenset[str] = frozenset()) -> Iterator[Package]:
    """The packages of an npm lock file."""
    listed: Mapping[str, Mapping[str, Any]] = json.loads(lock.read_text(encoding="utf-8"))[
        "packages"
    ]
    for path, entry in listed.items():
        if path:
            name = path.rpartition("node_modules/")[2]
            yield Package(
                NPM,
                name,
                str(entry["version"]),
                str(entry.get("license", "")),
                _npm_hashes(str(entry.get("integrity", ""))),
                name in shipped,
            )


def _of_node(lock: Path) -> Iterator[Package]:
    return npm_packages(lock, shipped=frozenset({*PACKAGES, _FONTS}))


def _npm_hashes(integrity: str) -> tuple[str, ...]:
    algorithm, _, digest = integrity.partition("-")
    if not digest:
        return ()
    return (f"{algorithm}:{base64.b64decode(digest).hex()}",)


def _of_python(lock: Path, *, is_shipped: bool) -> Iterator[Package]:
    for block in _BLOCK.split(lock.read_text(encoding="utf-8").strip()):
        pin = _PIN.match(block)
        if pin is None:
            raise ValueError(f"{lock.name} has what is no pin: {block}")
        name = pin["name"]
        hashes = tuple(f"sha256:{digest}" for digest in _HASH.findall(block))
        licence = _licence_of_python(name)
        yield Package(PYPI, name, pin["version"], licence, hashes, is_shipped)


def _licence_of_python(name: str) -> str:
    if name in READ_BY_A_PERSON:
        return READ_BY_A_PERSON[name]
    found = _installed().get(name)
    told = _told_by(found) if found else iter(())
    return next(told, "")


def _told_by(distribution: Distribution) -> Iterator[str]:
    """What a package says of its licence, the surest first."""
    metadata = distribution.metadata
    yield from metadata.get_all("License-Expression") or []
    for words in metadata.get_all("License") or []:
        if words in _FREE_WORDS:
            yield _FREE_WORDS[words]
        elif _EXPRESSION.fullmatch(words):
            yield words
    for classifier in metadata.get_all("Classifier") or []:
        if classifier in _CLASSIFIERS:
            yield _CLASSIFIERS[classifier]


@cache
def _installed() -> Mapping[str, Distribution]:
    """What is installed for this machine and for the Worker, by its name in lock files."""
    for_this_machine = {_locked_name(each): each for each in distributions()}
    for_the_worker = {
        _locked_name(each): each for each in distributions(path=[str(PYTHON_MODULES)])
    }
    return {**for_this_machine, **for_the_worker}


def _locked_name(distribution: Distribution) -> str:
    return re.sub(r"[-_.]+", "-", distribution.name).lower()


def _text_of(package: Package) -> str:
    if package.name in _FORGOTTEN:
        return _with_our_words(_FORGOTTEN[package.name])
    texts = _python_texts(package) if package.registry == PYPI else _node_texts(package)
    if not texts:
        raise LookupError(f"{package.name} {package.version} has no text of its licence")
    return "\n\n".join(texts)


def _with_our_words(copyright_line: str) -> str:
    """The MIT licence as ours has it, with another's line of copyright."""
    ours = (ROOT / "LICENSE").read_text(encoding="utf-8")
    return _COPYRIGHT.sub(copyright_line, ours).strip()


def _python_texts(package: Package) -> list[str]:
    files = _installed()[package.name].files or []
    chosen = [each for each in files if _LICENCE_FILE.search(each.as_posix())]
    return [each.read_text(encoding="utf-8").strip() for each in sorted(chosen)]


def _node_texts(package: Package) -> list[str]:
    folder = NODE_MODULES / package.name
    chosen = [each for each in folder.iterdir() if _LICENCE_FILE.search(each.name)]
    return [each.read_text(encoding="utf-8").strip() for each in sorted(chosen)]
