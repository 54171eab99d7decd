"""Renew the pages that are made from the code: `python -m cli.docs` (`make docs`)."""

from cli.contract_page import contract_page
from local.places import ROOT
from tillroll.workflows.registry import WORKFLOWS

CONTRACTS_PAGE = ROOT / "docs" / "contracts.md"


def contracts_page() -> str:
    return contract_page(workflow.contract for workflow in WORKFLOWS)


if __name__ == "__main__":
    CONTRACTS_PAGE.write_text(contracts_page(), encoding="utf-8")
