"""JSON that authors hand in becomes JSON of its own, or is refused."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import pytest

from tillroll_durable.platform.json import as_json, as_object, dump


def test_what_is_handed_in_is_copied_into_dicts_and_lists() -> None:
    prices = [1, 2.5, None, True]
    inner = MappingProxyType({"articles": ("tea", "milk"), "prices": prices})
    given: Mapping[str, Any] = MappingProxyType({"order": inner})
    copied = as_object(given)
    prices.append(3)
    assert copied == {"order": {"articles": ["tea", "milk"], "prices": [1, 2.5, None, True]}}
    assert dump(copied) == '{"order":{"articles":["tea","milk"],"prices":[1,2.5,null,true]}}'


@pytest.mark.parametrize("value", [b"tea", bytearray(b"tea"), {"tea"}, date(2026, 1, 1)])
def test_what_is_no_json_is_refused_by_its_type(value: Any) -> None:
    with pytest.raises(TypeError, match=f"{type(value).__name__} is no JSON"):
        as_json({"of": [value]})
