"""The annual package on the page: asked for by year, made by an export, and fetched by a labelled
button.
"""

import re
import zipfile

from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import looks_well
from tests.browser.test_tax import given_invoices
from tests.support.running_stack import RunningStack


def test_a_year_is_packed_for_the_tax_adviser(page: Page, stack: RunningStack) -> None:
    given_invoices(stack)
    page.goto("/reports?by=package")
    page.get_by_label("Year").select_option("2020")
    expect(page.get_by_text("There are no expenses of 2020.")).to_be_visible()
    expect(page.get_by_role("button", name="Make the package")).to_be_disabled()
    page.get_by_label("Year").select_option("2026")
    expect(page.get_by_text("3 expenses of 2026 will be in it.")).to_be_visible()
    looks_well(page)
    page.get_by_role("button", name="Make the package").click()
    fetch = page.get_by_role(
        "link", name=re.compile(r"^Download .*expenses_2026-01-01_2026-12-31\.package\.zip")
    )
    expect(fetch).to_be_visible()
    file = page.get_by_role("list", name="Files").get_by_role("listitem")
    expect(file).to_contain_text("Annual package · 3 expenses")
    looks_well(page)
    with page.expect_download() as downloading:
        fetch.click()
    names = zipfile.ZipFile(downloading.value.path()).namelist()
    assert {"index.csv", "open-points.csv", "tax-report.csv", "tax-report.pdf", "SHA256SUMS"} < {
        *names
    }
    assert [name[:8] for name in names[:3]] == ["2026-01/", "2026-02/", "2026-03/"]
