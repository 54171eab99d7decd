"""What the errors of the AI binding mean."""

import pytest

from tests.support.cloudflare_failures import (
    AI_FAILURES,
    IMAGES_FAILURES,
    Expectation,
    PublishedFailure,
)
from tillroll_durable.platform.bindings.models import (
    ImagesQuotaSpent,
    ImagesUnavailable,
    ModelError,
    UnreadableImage,
    error_of,
    image_error_of,
)


def expectation_of(error: ModelError) -> Expectation:
    """What our rules make of an error, in the words of what is published."""
    if error.is_retryable:
        return "retry"
    if error.is_about_input:
        return "input"
    if error.is_quota:
        return "quota"
    return "denied" if error.is_denied else "no_model"


@pytest.mark.parametrize("published", AI_FAILURES, ids=lambda each: each.text)
def test_a_published_failure_of_workers_ai_is_taken_for_what_it_is(
    published: PublishedFailure,
) -> None:
    error = error_of(published.text)
    assert expectation_of(error) == published.expectation
    if published.code is not None:
        assert error.code == published.code


_IMAGE_ERRORS = {"retry": ImagesUnavailable, "picture": UnreadableImage, "quota": ImagesQuotaSpent}


@pytest.mark.parametrize("published", IMAGES_FAILURES, ids=lambda each: each.text)
@pytest.mark.parametrize("has_member", [True, False], ids=["with its code", "by its text"])
def test_a_published_failure_of_images_is_taken_for_what_it_is(
    published: PublishedFailure, has_member: bool
) -> None:
    error = image_error_of(published.text, published.code if has_member else None)
    assert type(error) is _IMAGE_ERRORS[published.expectation]


def test_a_spent_month_says_what_an_operator_does() -> None:
    error = image_error_of(
        "IMAGES_TRANSFORM_ERROR 9422: free unique transformations exhausted", 9422
    )
    assert "9422" in str(error)
    assert "switch on Images Paid in the Cloudflare dashboard, then retry" in str(error)


@pytest.mark.parametrize(
    "says",
    [
        (
            "Input buffer has corrupt header: VipsJpeg: premature end of JPEG image\n at "
            "Sharp.metadata (file:///x.js:1:2)"
        ),
        (
            "heif: Error while loading plugin: No decoding plugin installed\n    at "
            "Sharp.toBuffer (file:///x.js:1:2)"
        ),
    ],
)
def test_what_wranglers_own_decoder_cannot_open_is_a_fault_of_the_picture(says: str) -> None:
    error = image_error_of(f"Unexpected error response 500: Error: {says}", 9523)
    assert type(error) is UnreadableImage


def test_a_refusal_has_its_code() -> None:
    error = error_of("AiError: 3040: Capacity\n temporarily exceeded")
    assert (error.code, error.is_retryable, str(error)) == (
        3040,
        True,
        "3040: Capacity temporarily exceeded",
    )


def test_a_lost_connection_has_none_and_may_be_tried_again() -> None:
    error = error_of("Network connection lost")
    assert (error.code, error.is_retryable, error.is_denied) == (None, True, False)


def test_where_no_model_is_reached_a_person_is_told_what_reading_needs() -> None:
    """As under `npx wrangler dev --local`: no attempt of the same run mends it."""
    error = error_of("Binding AI needs to be run remotely")
    assert (error.code, error.is_retryable, error.is_denied) == (None, False, True)
    assert str(error).startswith(
        "Binding AI needs to be run remotely. Reading needs Workers AI: log in"
    )
    assert "make dev" in str(error)
