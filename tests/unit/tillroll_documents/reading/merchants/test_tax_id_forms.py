"""Tax numbers: the examples that the authorities and VIES publish are right, and one wrong digit is
noticed.
"""

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.merchants.tax_ids import FORMS, TaxIdForm, find_tax_ids
from tillroll_documents.reading.page import Page

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
    "GR": ("094259216", "094014201"),
    "TR": ("4540536920", "17291716060"),
    "JP": ("5835678256246", "8700110005901"),
    "KR": ("1168200276", "2208162517"),
    "TH": ("1234545678781", "0107536000269"),
    "VN": ("0100233488", "0100109106", "0314409058002"),
    "RU": ("1234567894", "123456789047", "7707083893"),
    "IL": ("516179157",),
}
CHECKED = [form for form in FORMS if form.check is not None]


def test_every_checked_form_has_an_example() -> None:
    assert {form.country for form in CHECKED} == RIGHT.keys()


@pytest.mark.parametrize("form", CHECKED, ids=lambda form: form.country)
def test_a_right_number_is_right_and_a_changed_digit_is_noticed(form: TaxIdForm) -> None:
    assert form.check is not None
    for number in RIGHT[form.country]:
        assert form.check(number), number
        place = next(index for index in range(3, len(number)) if number[index].isdigit())
        changed = f"{number[:place]}{(int(number[place]) + 1) % 10}{number[place + 1 :]}"
        assert not form.check(changed), changed


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("Madrid\nNIF 50712345J\nTotal 3,00 €", "50712345J"),
        ("Warszawa\nNIP 5260250274\nSuma PLN 3,00", "5260250274"),
        ("London W1A 1AA\nVAT 220430273\nTotal £3.00", "220430273"),
        ("London W1A 1AA\nVAT GB 220 4302 73\nTotal £3.00", "GB220430273"),
        ("İstanbul\nŞişli V.D. 4540536920\nTOPLAM *3,00 TL", "4540536920"),
        ("東京都\n登録番号 T5835678256246\n合計 ¥300", "T5835678256246"),
        ("Hà Nội\nMST 0100109106\nTổng 3.000 đ", "0100109106"),
    ],
)
def test_a_short_label_before_a_blank_is_no_part_of_the_number(printed: str, number: str) -> None:
    found = find_tax_ids(Page.of(Transcript.from_text(printed)))
    assert [each.value for each in found] == [number]
