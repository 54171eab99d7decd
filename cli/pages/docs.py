"""Renew the files that are made from the code: `python -m cli.pages.docs` (`make docs`)."""

from collections.abc import Callable
from pathlib import Path

from cli.pages.api_types import api_types
from cli.pages.audit_page import audit_page
from cli.pages.contract_page import contract_page
from cli.pages.layers import layers_page
from cli.pages.module_map import modules_page, with_module_map
from cli.pages.retention_page import retention_module, with_retention
from cli.pages.route_rows import with_new_routes
from cli.pages.who_may import with_who_may
from cli.reference.document import document_of
from cli.reference.files import DOCUMENT, files_of
from local.places import ROOT
from tillroll.api.app import create_app
from tillroll.app import MODULES
from tillroll.workflows.registry import REGISTRY, WORKFLOWS

CONTRACTS_PAGE = ROOT / "docs" / "contracts.md"
API_PAGE = ROOT / "docs" / "api.md"
AUDIT_PAGE = ROOT / "docs" / "audit.md"
API_TYPES = ROOT / "public" / "js" / "api" / "types.d.ts"
CLI_PAGE = ROOT / "docs" / "cli.md"
SECURITY_PAGE = ROOT / "docs" / "security.md"
PRIVACY_PAGE = ROOT / "docs" / "privacy.md"
RETENTION_MODULE = ROOT / "public" / "js" / "privacy" / "kept.js"
ARCHITECTURE_PAGE = ROOT / "docs" / "architecture.md"
LAYERS_PAGE = ROOT / "docs" / "layers.md"
MODULES_PAGE = ROOT / "docs" / "modules.md"


def contracts_page() -> str:
    return contract_page(workflow.contract for workflow in WORKFLOWS)


def _write(page: Path, made: Callable[[str], str]) -> None:
    """Make a page anew out of what it says. A project has some of them."""
    if page.is_file():
        page.write_text(made(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    document = document_of(create_app(REGISTRY))
    DOCUMENT.parent.mkdir(parents=True, exist_ok=True)
    for path, text in files_of(document).items():
        path.write_text(text, encoding="utf-8")
    _write(CONTRACTS_PAGE, lambda _: contracts_page())
    _write(AUDIT_PAGE, lambda _: audit_page())
    _write(LAYERS_PAGE, lambda _: layers_page())
    _write(ARCHITECTURE_PAGE, with_module_map)
    _write(MODULES_PAGE, lambda _: modules_page(MODULES))
    _write(API_PAGE, lambda page: with_new_routes(page, document))
    _write(SECURITY_PAGE, lambda page: with_who_may(page, document))
    _write(PRIVACY_PAGE, with_retention)
    _write(RETENTION_MODULE, lambda _: retention_module())
    API_TYPES.write_text(api_types(document), encoding="utf-8")

    from cli.pages.commands_page import commands_page  # only here, so that reading the pages' names needs no Typer

    _write(CLI_PAGE, lambda _: commands_page())
