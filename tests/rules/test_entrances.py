"""Each page of the documentation is found from one of the four entrances, and each entrance from
the first page.
"""

from local.places import ROOT
from local.site.links import links_of
from local.site.staging import ENTRANCES, FIRST_PAGE, gathered
from tests.rules.sources import text


def _linked_from(path: str) -> set[str]:
    folder = (ROOT / path).parent
    targets = [(folder / link.partition("#")[0]).resolve() for link in links_of(text(ROOT / path))]
    return {target.relative_to(ROOT).as_posix() for target in targets}


def test_the_first_page_leads_to_each_entrance() -> None:
    assert set(ENTRANCES) - _linked_from(FIRST_PAGE) == set()


def test_each_page_is_found_from_an_entrance() -> None:
    found: set[str] = set(ENTRANCES) | {FIRST_PAGE}
    waiting = [*ENTRANCES]
    while waiting:
        page = waiting.pop()
        # A page is found by a list of pages, and not by a sentence somewhere.
        if page not in ENTRANCES and not page.endswith("README.md"):
            continue
        new = {each for each in _linked_from(page) if each.startswith("docs/")} - found
        found |= new
        waiting.extend(each for each in new if each.endswith(".md"))
    pages = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")}
    # A workflow that was written by `tillroll new` brings a page, which its author links to.
    assert {page for page in pages - found if not page.startswith("docs/workflows/")} == set()


def test_what_pages_link_to_is_of_the_site_once() -> None:
    staged = list(gathered().values())
    assert len(staged) == len(set(staged))
