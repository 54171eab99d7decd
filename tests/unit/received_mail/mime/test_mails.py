"""Mail as programs write it, each with what is expected of it."""

from datetime import date

import pytest

from tests.support.mails import MAILS
from tests.support.mails.mailed import Mailed
from tillroll.received_mail.headers import head_of, is_automatic, sender_of, verdict_on
from tillroll.received_mail.walk import read_attachments

_TODAY = date(2026, 11, 3)


@pytest.mark.parametrize("mailed", MAILS, ids=lambda mailed: mailed.title)
def test_what_is_found(mailed: Mailed) -> None:
    papers = read_attachments(mailed.raw, _TODAY)
    found = [f"{each.found}:{each.reason}" if each.reason else each.found.value for each in papers]
    assert found == list(mailed.papers)
    printed = [each.printed.text for each in papers if each.printed]
    if mailed.says:
        assert any(mailed.says in text for text in printed), printed
    if mailed.name:
        assert papers[0].name == mailed.name
    head = head_of(mailed.raw)
    assert sender_of(head) == mailed.sender
    assert verdict_on(head, mailed.sender) == mailed.verdict
    assert is_automatic(head) is mailed.is_automatic


def test_there_are_fifty_of_them() -> None:
    assert len(MAILS) >= 50
    assert len({mailed.title for mailed in MAILS}) == len(MAILS)
