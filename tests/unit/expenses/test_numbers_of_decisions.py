"""A decision names versions and steps as whole numbers: JSON's true and false are none."""

import pytest
from pydantic import ValidationError

from tillroll.expenses.approval.endpoints import Rejected


@pytest.mark.parametrize(
    "wrong", [{"steps": [False]}, {"versions": [True]}, {"versions": ["3"]}, {"steps": [1.0]}]
)
def test_what_is_no_whole_number_is_refused(wrong: dict[str, list[object]]) -> None:
    body = {"ids": ["exp_1"], "reason": "Whose lunch is it?", "versions": [3], "steps": [0]}
    Rejected.model_validate(body)
    with pytest.raises(ValidationError):
        Rejected.model_validate(body | wrong)
