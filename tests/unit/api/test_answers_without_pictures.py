"""What a request is answered while no picture can be prepared, or nothing stored."""

import pytest

from tillroll_durable.platform.bindings.models import ImagesQuotaSpent, ImagesUnavailable
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable
from tillroll_durable.server.problems import refusal_of


@pytest.mark.parametrize(
    ("error", "detail", "headers"),
    [
        pytest.param(
            ImagesUnavailable("Network connection lost."),
            "Pictures cannot be prepared just now: try again in a moment.",
            {"retry-after": "10"},
            id="for a moment",
        ),
        pytest.param(
            ImagesQuotaSpent("9422: used up"),
            "The month's pictures are used up. An operator switches on Images Paid.",
            {},
            id="for the month",
        ),
        pytest.param(
            ObjectsUnavailable("put: Unspecified error (0)"),
            "Documents cannot be stored or read just now. Trying again is safe: nothing is done "
            "twice.",
            {"retry-after": "10"},
            id="nothing is stored",
        ),
    ],
)
def test_it_is_unavailable_and_says_for_how_long(
    error: Exception, detail: str, headers: dict[str, str]
) -> None:
    problem = refusal_of(error, method="GET", route="/api/receipts/{receipt_id}/image")
    assert (problem.kind.code, problem.kind.status) == ("unavailable", 503)
    assert (problem.detail, dict(problem.headers)) == (detail, headers)
