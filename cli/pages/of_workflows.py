"""Renew the pages that a new workflow changes: `python -m cli.pages.of_workflows`, also a part of
`make docs`.

The kinds that are named get the snapshots of their contracts.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from cli.making.snapshots import write_snapshot
from cli.pages.contract_page import contract_page
from cli.pages.made_part import with_part
from cli.pages.module_map import modules_page, with_features
from local.places import ROOT
from tillroll.app import MODULES
from tillroll.workflows.registry import REGISTRY, WORKFLOWS

CONTRACTS_PAGE: Final = ROOT / "docs/contracts.md"
MODULES_PAGE: Final = ROOT / "docs/modules.md"
ARCHITECTURE_PAGE: Final = ROOT / "docs/architecture.md"
SECURITY_PAGE: Final = ROOT / "docs/security.md"
_BEGIN: Final = "<!-- kinds: made by `make docs` -->\n"
_END: Final = "<!-- end of kinds -->\n"


def write_page(page: Path, made: Callable[[str], str]) -> None:
    """Make a page anew out of what it says. A project has some of them."""
    if page.is_file():
        page.write_text(made(page.read_text(encoding="utf-8")), encoding="utf-8")


def contracts_page() -> str:
    return contract_page(workflow.contract for workflow in WORKFLOWS)


def with_kinds(page: str) -> str:
    """The page of security, with its table of who may do what with runs of each kind made anew.

    Raises:
        ValueError: the page has no place for it.
    """
    lines = ["| kind | begin it by name | decide what it asks | retry or end it | signals |"]
    lines.append("| --- | --- | --- | --- | --- |")
    for kind, workflow in sorted(REGISTRY.newest.items()):
        allowed = workflow.permissions
        signals = (
            ", ".join(f"`{name}`: `{needed}`" for name, needed in sorted(allowed.signals.items()))
            or "none"
        )
        trigger = (
            f"`{allowed.trigger}`"
            if allowed.trigger
            else f"nobody; {workflow.begun_by or 'other runs begin it'}"
        )
        lines.append(
            f"| `{kind}` | {trigger} | `{allowed.decide}` | `{allowed.operate}` | {signals} |"
        )
    return with_part(page, _BEGIN, "\n".join(lines) + "\n", _END)


def renew() -> None:
    write_page(ARCHITECTURE_PAGE, with_features)
    write_page(CONTRACTS_PAGE, lambda _: contracts_page())
    write_page(MODULES_PAGE, lambda _: modules_page(MODULES))
    write_page(SECURITY_PAGE, with_kinds)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        write_snapshot(REGISTRY.newest[name].contract)
    renew()
