"""What was not read is never nothing: each view is looked at while each of its requests is cut. It
says no emptiness that is none, offers to ask again, and is whole once the line is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import Asked, ids, paths_of_views
from tests.support.broken_line import BrokenLine, Fault
from tests.support.running_stack import wait_until

pytestmark = pytest.mark.long

__all__ = ["ids"]

_EMPTY: Final = re.compile(
    r"^(No\b(?! connection| category$)|Nothing\b|There (is|are|was|were) no(?! connection)"
    r"|None\b|0\b|Nobody\b)"
)
# What only says how old something is.
_AGE: Final = re.compile(r"\d+ min\. ago|just now")
# These ask again by themselves, and the inbox says so; what they count is blank until then.
_BY_THEMSELVES: Final = frozenset({"/api/session", "/api/inbox"})
# Asked for in the frame of each view, so one view stands for all.
_OF_FRAME: Final = frozenset({"/api/approvals/queue", "/api/home/waiting"})
_FEW: Final = ("/home", "/expenses", "/payouts", "/exports", "/settings/access")


@dataclass
class Look:
    """What a view shows over a line."""

    page: Page
    line: BrokenLine
    asked: Asked

    def at(self, address: str) -> list[str]:
        self.page.goto(address)
        return self.now()

    def now(self) -> list[str]:
        """The lines of text of the view, once all is there that is asked for."""
        self.asked.until_requests_end()
        text = self.page.get_by_role("main").inner_text()
        return [_AGE.sub("", each.strip()) for each in text.splitlines() if each.strip()]

    def requests(self, address: str) -> list[str]:
        """The paths that the view asks for."""
        before = len(self.line.acts("GET", "/api/.*"))
        self.at(address)
        passed = self.line.acts("GET", "/api/.*")[before:]
        return sorted({each.path for each in passed} - _BY_THEMSELVES)

    def ask_again(self) -> None:
        """By every button that offers it."""
        again = self.page.get_by_role("button", name="Try again")
        while again.count() > 0:
            again.first.click()
            self.asked.until_requests_end()


def _check(look: Look, address: str, path: str, whole: list[str]) -> None:
    look.line.breaks("GET", re.escape(path), Fault.CUT_IN_BODY, 1_000)
    shown = look.at(address)
    lies = [each for each in shown if _EMPTY.match(each) and each not in whole]
    assert lies == [], (address, path)
    # It is whole without what was cut, such as a picture.
    if shown != whole:
        expect(look.page.get_by_role("button", name="Try again").first).to_be_visible()
    look.line.heal()
    look.ask_again()
    wait_until(lambda: {*whole} <= {*look.now()}, f"{address} to be whole after {path}")


def _addresses(ids: dict[str, list[str]]) -> Iterator[str]:
    for path in paths_of_views():
        if ":" in path:
            yield path.replace(":id", ids[path][0])
        else:
            yield path


@pytest.mark.parametrize(
    "views",
    [pytest.param(_FEW, id="few"), pytest.param((), id="all")],
)
def test_no_view_takes_what_was_not_read_for_nothing(
    views: tuple[str, ...], behind: Page, line: BrokenLine, ids: dict[str, list[str]]
) -> None:
    look = Look(behind, line, Asked(behind))
    of_frame = set(_OF_FRAME)
    for address in views or _addresses(ids):
        paths = [each for each in look.requests(address) if each not in _OF_FRAME - of_frame]
        whole = look.at(address)
        for path in paths:
            _check(look, address, path=path, whole=whole)
        of_frame.difference_update(paths)


def test_no_view_says_nothing_while_all_is_cut(
    behind: Page, line: BrokenLine, ids: dict[str, list[str]]
) -> None:
    look = Look(behind, line, Asked(behind))
    # These ask for nothing, and have a sentence of their own.
    alone = {"/bank/connected", "/books/authorized"}
    for address in _addresses(ids):
        if address in alone:
            continue
        line.breaks("GET", r"/api/(?!session$).*", Fault.CUT_IN_BODY, 10_000)
        shown = look.at(address)
        assert [each for each in shown if _EMPTY.match(each)] == [], address
        line.heal()
