"""The page's guide hands in the sample that a new account is given, so that both are one
receipt.
"""

from local.places import ROOT
from tillroll.onboarding.resources import sample_receipt


def test_the_page_has_the_same_sample() -> None:
    assert (ROOT / "public" / "sample-receipt.pdf").read_bytes() == sample_receipt()
