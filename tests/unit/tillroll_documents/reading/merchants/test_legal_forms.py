"""Every legal form of the tables is found."""

import re
from collections.abc import Callable

import pytest

from tillroll_documents.reading.text.company_names import (
    ANYWHERE,
    AS_WRITTEN,
    AT_THE_END,
    WITHOUT_SPACES,
    find_legal_form,
)

ROWS = (*ANYWHERE, *AS_WRITTEN, *WITHOUT_SPACES, *AT_THE_END)
FORMS = [re.sub(r" \?|\\\.\?|\\b", "", form).replace("\\", "") for form in ROWS]
"""In their shortest spelling: "PTELTD", "S.A.R.L"."""


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("change", [str.upper, str.lower])
def test_every_form_is_found_behind_a_name(form: str, change: Callable[[str], str]) -> None:
    assert find_legal_form(f"Corner Shop {change(form)}") is not None


@pytest.mark.parametrize("name", ["CORNER SDN BHD", "CORNER SON8HD", "CORNER S/B", "CORNER S /8"])
def test_a_misread_form_is_found(name: str) -> None:
    assert find_legal_form(name) is not None


@pytest.mark.parametrize("text", ["CORNER SHOP", "Albhdor", "As you like it", "ABLTD"])
def test_a_form_within_a_word_is_none(text: str) -> None:
    assert find_legal_form(text) is None
