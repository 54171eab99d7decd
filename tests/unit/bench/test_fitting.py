"""Weights are learnt from choices, without a change of sign; a worn picture is still one."""

import cv2
import numpy as np
import pytest

from bench.fitting import Choice, best, fit, share
from bench.worn_print import worn
from tests.support.drawing import draw_receipt

TABLE = {"label": 10, "repeated": 10, "note": -10}


def test_what_tells_right_from_wrong_grows_and_signs_stay() -> None:
    choices = [Choice([frozenset({"label"}), frozenset({"repeated", "note"})], frozenset({1}))] * 3
    weights = fit(choices, TABLE)
    assert weights["repeated"] > weights["label"] >= 0 >= weights["note"]
    assert all(best(choice, weights) == 1 for choice in choices)


def test_the_share_is_that_of_the_best() -> None:
    choice = Choice([frozenset({"label"}), frozenset({"repeated"})], frozenset({0}))
    assert share(choice, {"label": 10.0, "repeated": 10.0}) == pytest.approx(0.5)
    assert share(Choice([], frozenset()), TABLE) == 0


def test_wear_changes_a_picture_the_same_way_each_time() -> None:
    picture = draw_receipt(["PINE BOOKS LTD", "TOTAL  4.00"])
    assert worn(picture, 1, 0.8) == worn(picture, 1, 0.8) != worn(picture, 2, 0.8)
    page = cv2.imdecode(np.frombuffer(worn(picture, 1, 1.0), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert page is not None
    with pytest.raises(ValueError, match="no picture"):
        worn(b"no picture", 1, 0.5)
