"""The tax report's PDF in German: each word of its tables is translated."""

import pytest

from local.places import ROOT
from tillroll.tax.files import HEADINGS, SALES_SAY, SAYS
from tillroll_durable.platform.words import words_in
from tillroll_testing.host.assets import FolderAssets


@pytest.mark.parametrize("english", [*SAYS.values(), *SALES_SAY.values(), *HEADINGS])
async def test_each_word_of_the_tables_has_a_german_one(english: str) -> None:
    say = await words_in(FolderAssets(ROOT / "public"), "de")
    assert say(english) != english


async def test_its_days_are_written_as_in_german() -> None:
    say = await words_in(FolderAssets(ROOT / "public"), "de")
    assert say("from 2026-01-01 to 2026-03-31") == "von 01.01.2026 bis 31.03.2026"
