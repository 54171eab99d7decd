"""What fails here, or behind here, says when to send it again."""

import pytest

from tillroll.api.answers import reply_of
from tillroll_durable.platform.refusals import KINDS, Kind, Problem
from tillroll_durable.server.exchange import problem_of

_TROUBLES = [each for each in KINDS.values() if each.status >= 500]
_OTHERS = [each for each in KINDS.values() if each.status < 500 and each.status != 429]


@pytest.mark.parametrize("kind", _TROUBLES, ids=lambda kind: kind.code)
def test_each_answer_of_500_and_above_says_when(kind: Kind) -> None:
    refused = Problem(kind, "It failed.")
    assert reply_of(refused).headers["retry-after"] == "10"
    assert problem_of(refused, "req_1").headers["retry-after"] == "10"
    own = Problem(kind, "It failed.", headers={"retry-after": "3"})
    assert reply_of(own).headers["retry-after"] == "3"


def test_what_a_client_has_to_put_right_is_not_sent_again() -> None:
    assert len(_TROUBLES) >= 3
    for kind in _OTHERS:
        assert "retry-after" not in reply_of(Problem(kind, "It cannot be done.")).headers
