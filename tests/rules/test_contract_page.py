"""docs/contracts.md is what the code says."""

from cli.pages.of_workflows import CONTRACTS_PAGE, contracts_page
from tillroll.workflows.registry import WORKFLOWS


def test_the_page_is_made_from_the_contracts() -> None:
    assert CONTRACTS_PAGE.read_text(encoding="utf-8") == contracts_page(), (
        "run `make docs` and commit the page"
    )


def test_every_step_and_state_is_on_the_page() -> None:
    page = contracts_page()
    for workflow in WORKFLOWS:
        for named in (*workflow.contract.steps, *workflow.contract.states):
            assert f"`{named.name}`" in page
