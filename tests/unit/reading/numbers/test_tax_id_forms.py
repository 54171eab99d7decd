"""Tax numbers: the examples that the authorities and VIES publish are right, and one wrong digit is noticed."""

import pytest

from tillroll.reading.tax_ids import FORMS, TaxIdForm

RIGHT = {
    "GB": ("980780684",),
    "IE": ("6433435F", "6433435OA"),
    "DE": ("136695976",),
    "AT": ("13585627",),
    "FR": ("40303265045",),
    "ES": ("54362315K", "X2482300W", "J99216582"),
    "PT": ("501964843",),
    "IT": ("00743110157",),
    "NL": ("004495445B01", "002455799B11"),
    "BE": ("0428759497",),
    "LU": ("15027442",),
    "DK": ("13585628",),
    "SE": ("123456789701",),
    "FI": ("20774740",),
    "PL": ("8567346215",),
    "CH": ("100155212",),
    "AU": ("83914571673",),
    "BR": ("16727230000197",),
    "IN": ("27AAPFU0939F1ZV",),
}
CHECKED = [form for form in FORMS if form.check is not None]


def test_every_checked_form_has_an_example() -> None:
    assert {form.country for form in CHECKED} == RIGHT.keys()


@pytest.mark.parametrize("form", CHECKED, ids=lambda form: form.country)
def test_a_right_number_is_right_and_a_changed_digit_is_noticed(form: TaxIdForm) -> None:
    assert form.check is not None
    for number in RIGHT[form.country]:
        assert form.check(number), number
        place = next(index for index in range(2, len(number)) if number[index].isdigit())
        changed = f"{number[:place]}{(int(number[place]) + 1) % 10}{number[place + 1 :]}"
        assert not form.check(changed), changed
