"""What the errors of the AI binding mean."""

from tillroll.platform.bindings.models import error_of


def test_a_refusal_has_its_code() -> None:
    error = error_of("AiError: 3040: Capacity\n temporarily exceeded")
    assert (error.code, error.is_retryable, str(error)) == (3040, True, "3040: Capacity temporarily exceeded")


def test_a_lost_connection_has_none_and_may_be_tried_again() -> None:
    error = error_of("Network connection lost")
    assert (error.code, error.is_retryable, error.is_denied) == (None, True, False)


def test_where_no_model_is_reached_a_person_is_told_what_reading_needs() -> None:
    """As under `npx wrangler dev --local`: no attempt of the same run mends it."""
    error = error_of("Binding AI needs to be run remotely")
    assert (error.code, error.is_retryable, error.is_denied) == (None, False, True)
    assert str(error).startswith("Binding AI needs to be run remotely. Reading needs Workers AI: log in")
    assert "make dev" in str(error)
