"""Renew the files that are made from the code: `python -m cli.pages.docs` (`make docs`)."""

from cli.pages.account_tables import account_tables_modules
from cli.pages.api_lines import api_lines
from cli.pages.audit_page import audit_page
from cli.pages.layers import layers_page
from cli.pages.limits_page import with_limits
from cli.pages.module_map import with_features, with_module_map, with_pages
from cli.pages.of_workflows import SECURITY_PAGE, renew, write_page
from cli.pages.page_modules import page_modules
from cli.pages.reference_page import PAGE as REFERENCE_PAGE
from cli.pages.reference_page import reference_page
from cli.pages.retention_page import retention_module, with_retention
from cli.pages.route_paths import PATHS_MODULE, paths_module
from cli.pages.route_rows import with_new_routes
from cli.pages.unproven_page import with_unproven
from cli.pages.who_may import with_who_may
from cli.reference.document import document_of
from cli.reference.files import write_files
from local.places import ROOT
from local.schema import copy_schema
from tillroll.api.app import create_app
from tillroll.workflows.registry import REGISTRY

API_PAGE = ROOT / "docs" / "api.md"
AUDIT_PAGE = ROOT / "docs" / "audit.md"
API_LINES = ROOT / "docs" / "api.txt"
CLI_PAGE = ROOT / "docs" / "cli.md"
PRIVACY_PAGE = ROOT / "docs" / "privacy.md"
RETENTION_MODULE = ROOT / "public" / "js" / "privacy" / "kept.ts"
ARCHITECTURE_PAGE = ROOT / "docs" / "architecture.md"
DEPLOYING_PAGE = ROOT / "docs" / "deploying.md"
INSIDE_PAGE = ROOT / "docs" / "inside.md"
LAYERS_PAGE = ROOT / "docs" / "layers.md"


if __name__ == "__main__":
    copy_schema()
    document = document_of(create_app(REGISTRY))
    write_files(document)
    API_LINES.write_text(api_lines(document), encoding="utf-8")
    renew()
    write_page(AUDIT_PAGE, lambda _: audit_page())
    write_page(REFERENCE_PAGE, lambda _: reference_page())
    write_page(LAYERS_PAGE, lambda _: layers_page())
    write_page(ARCHITECTURE_PAGE, lambda page: with_features(with_module_map(page)))
    write_page(INSIDE_PAGE, with_pages)
    write_page(API_PAGE, lambda page: with_new_routes(page, document))
    write_page(SECURITY_PAGE, lambda page: with_who_may(page, document))
    write_page(PRIVACY_PAGE, with_retention)
    write_page(DEPLOYING_PAGE, lambda page: with_unproven(with_limits(page)))
    write_page(RETENTION_MODULE, lambda _: retention_module())
    PATHS_MODULE.write_text(paths_module(), encoding="utf-8")
    for path, text in [*account_tables_modules().items(), *page_modules().items()]:
        path.write_text(text, encoding="utf-8")

    # only here, so that reading the pages' names needs no Typer
    from cli.pages.commands_page import commands_page

    write_page(CLI_PAGE, lambda _: commands_page())
