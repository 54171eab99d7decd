"""Renew the files that are made from the code: `python -m cli.pages.docs` (`make docs`)."""

from cli.making.projects.modules import load_modules
from cli.making.projects.tree import modules_page
from cli.pages.api_types import api_types
from cli.pages.audit_page import audit_page
from cli.pages.contract_page import contract_page
from cli.pages.layers import layers_page
from cli.pages.module_map import with_module_map
from cli.pages.retention_page import retention_module, with_retention
from cli.pages.route_rows import with_new_routes
from cli.pages.who_may import with_who_may
from cli.reference.document import document_of
from cli.reference.files import DOCUMENT, files_of
from local.places import ROOT
from tillroll.api.app import create_app
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


if __name__ == "__main__":
    CONTRACTS_PAGE.write_text(contracts_page(), encoding="utf-8")
    AUDIT_PAGE.write_text(audit_page(), encoding="utf-8")
    LAYERS_PAGE.write_text(layers_page(), encoding="utf-8")
    ARCHITECTURE_PAGE.write_text(with_module_map(ARCHITECTURE_PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    MODULES_PAGE.write_text(modules_page(ROOT, list(load_modules(ROOT / "modules").values())), encoding="utf-8")
    document = document_of(create_app(REGISTRY))
    DOCUMENT.parent.mkdir(parents=True, exist_ok=True)
    for path, text in files_of(document).items():
        path.write_text(text, encoding="utf-8")
    API_PAGE.write_text(with_new_routes(API_PAGE.read_text(encoding="utf-8"), document), encoding="utf-8")
    SECURITY_PAGE.write_text(with_who_may(SECURITY_PAGE.read_text(encoding="utf-8"), document), encoding="utf-8")
    PRIVACY_PAGE.write_text(with_retention(PRIVACY_PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    RETENTION_MODULE.write_text(retention_module(), encoding="utf-8")
    API_TYPES.parent.mkdir(parents=True, exist_ok=True)
    API_TYPES.write_text(api_types(document), encoding="utf-8")

    from cli.pages.commands_page import commands_page  # only here, so that reading the pages' names needs no Typer

    CLI_PAGE.write_text(commands_page(), encoding="utf-8")
