"""Which licences a package may have. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from local.release.packages import Package

ALLOWED: Final = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "CNRI-Python",
        "ISC",
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "OFL-1.1",
        "PSF-2.0",
        "Python-2.0",
        "Zlib",
    }
)
"""Permissive licences: they ask for their text to go along, and for no source."""


@dataclass(frozen=True)
class Allowance:
    """A licence that tools may have though it is not permissive, and what they are for."""

    licence: str
    purpose: str


TOOLS: Final[Mapping[str, Allowance]] = {
    "@img/sharp-libvips-*": Allowance(
        "LGPL-3.0-or-later", "pictures in the local stack: a library, linked and unchanged"
    ),
    "@img/sharp-wasm32": Allowance(
        "Apache-2.0 AND LGPL-3.0-or-later AND MIT", "the same as WebAssembly, never installed"
    ),
    "@img/sharp-win32-*": Allowance(
        "Apache-2.0 AND LGPL-3.0-or-later", "the same for Windows, never installed"
    ),
    "axe-core": Allowance("MPL-2.0", "looks at the page in tests"),
    "beancount": Allowance("GPL-2.0-only", "reads exports in tests, as a program of its own"),
    "certifi": Allowance("MPL-2.0", "certificates for what tools fetch"),
    "hypothesis": Allowance("MPL-2.0", "invents cases in tests"),
    "pyodide": Allowance("MPL-2.0", "the runtime of the local stack, unchanged"),
    "saxonche": Allowance("MPL-2.0", "checks e-invoices by the official rules in tests"),
    "text-unidecode": Allowance(
        "Artistic-1.0-Perl OR GPL-2.0-or-later", "comes with sepaxml, which checks files in tests"
    ),
    "tqdm": Allowance("MPL-2.0 AND MIT", "shows the progress of tools"),
}
"""Exceptions, by name; a star stands for any end. None is a part of what is shipped, so nothing
that is published comes under their licences.
"""


@dataclass(frozen=True)
class Finding:
    """A package that may not be used as it is, and why."""

    package: Package
    why: str


def findings(
    packages: Iterable[Package], exceptions: Mapping[str, Allowance] = TOOLS
) -> tuple[list[Finding], list[str]]:
    """What must not be, and the exceptions that no package needs any more."""
    found: list[Finding] = []
    needed: set[str] = set()
    for package in packages:
        if is_permissive(package.licence):
            continue
        name = exception_for(package, exceptions)
        if package.is_shipped:
            found.append(Finding(package, "it is shipped, and its licence is not permissive"))
        elif name is None:
            found.append(Finding(package, "no exception names it"))
        elif exceptions[name].licence != package.licence:
            found.append(Finding(package, f"its exception is for {exceptions[name].licence}"))
        else:
            needed.add(name)
    return found, sorted(exceptions.keys() - needed)


def exception_for(package: Package, exceptions: Mapping[str, Allowance] = TOOLS) -> str | None:
    """The name under which a package stands among the exceptions; None where it does not."""
    for name in exceptions:
        prefix, star, _ = name.partition("*")
        if package.name == name or (star and package.name.startswith(prefix)):
            return name
    return None


def is_permissive(expression: str) -> bool:
    """Whether an expression of SPDX leaves a choice of allowed licences alone.

    AND binds closer than OR. An expression with brackets within it is taken for none.
    """
    bare = expression.removeprefix("(").removesuffix(")")
    return any(
        all(licence.strip() in ALLOWED for licence in choice.split(" AND "))
        for choice in bare.split(" OR ")
    )
