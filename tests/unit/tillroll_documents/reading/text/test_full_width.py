"""Full-width signs of money stand for the plain ones."""

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import read


@pytest.mark.parametrize(
    "total",
    ["合計 \uffe5\uff14\uff15\uff10", "合計 \uffe5450", "合\u3000計\u3000\uffe5450", "合計 ¥450"],
)
def test_a_total_with_a_full_width_yen_sign_is_read(total: str) -> None:
    text = f"""\
喫茶 みどり
東京都港区1-2-3
2026年9月24日 10:11
コーヒー \uffe5450
{total}
現金 \uffe5500
お釣り \uffe550
"""
    extraction = read(Transcript.from_text(text)).extraction
    assert extraction.total.value == "450"
    assert extraction.currency.value == "JPY"


def test_a_code_between_total_and_amount_is_no_part_of_the_label() -> None:
    text = """\
SIA KAFEJNICA
PVN reģ. Nr. LV40003012345
Rīga Brīvības iela 1
24.09.2026 12:11
Zupa 5,50
KOPĀ EUR 5,50
Skaidrā naudā 10,00
Atlikums 4,50
"""
    assert read(Transcript.from_text(text)).extraction.total.value == "5.50"
