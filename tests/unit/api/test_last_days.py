"""Days at the end of the calendar. Python's ends with 9999-12-31: one day later is a fault, so no
request may name a day without others around it.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from tests.support.host_api import api_client, description, the_app
from tests.support.host_platform import assemble, migrated_database
from tillroll_durable import Params
from tillroll_durable.platform.models import RequestBody

_LAST = ("9999-12-31", "9999-12-31T23:59:59Z", "0001-01-01")
_MONTHS = ("9999-12", "0001-01")
Schema = dict[str, Any]


def _below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for each in model.__subclasses__():
        yield each
        yield from _below(each)


def _names_a_day(annotation: object) -> bool:
    if annotation is date or annotation is datetime:
        return True
    return any(_names_a_day(each) for each in get_args(annotation))


def _fields_of_days() -> list[tuple[type[BaseModel], str]]:
    the_app().state.routes.open_all()
    return sorted(
        (
            (model, field.alias or name)
            for model in {*_below(RequestBody), *_below(Params)}
            # A test may have made others.
            if model.__module__.startswith("tillroll")
            for name, field in model.model_fields.items()
            if _names_a_day(field.annotation)
        ),
        key=lambda each: (each[0].__qualname__, each[1]),
    )


def test_no_field_of_a_body_takes_them() -> None:
    fields = _fields_of_days()
    assert len(fields) > 10
    for model, name in fields:
        for value in _LAST:
            with pytest.raises(ValidationError) as refused:
                model.model_validate({name: value})
            places = {
                each["loc"][0] for each in refused.value.errors() if each["type"] != "missing"
            }
            assert name in places, (model, name, value)


def _queries_of_days(document: Schema) -> Iterator[tuple[str, str]]:
    for path, operations in document["paths"].items():
        for parameter in operations.get("get", {}).get("parameters", ()):
            if parameter["in"] == "query" and "date" in repr(parameter["schema"]):
                yield path, parameter["name"]


async def test_no_query_takes_them() -> None:
    host = assemble(await migrated_database(), {})
    asked = [*_queries_of_days(description())]
    assert len(asked) > 10
    async with api_client(host.platform) as client:
        for path, name in asked:
            for value in _LAST:
                answer = await client.get(path, params={name: value})
                assert answer.status_code in {404, 422}, (path, name, value)


@pytest.mark.parametrize("month", _MONTHS)
async def test_a_month_at_the_end_is_answered(month: str) -> None:
    host = assemble(await migrated_database(), {})
    async with api_client(host.platform) as client:
        for path in (
            f"/api/bank/months/{month}",
            f"/api/bank/months/{month}/entries",
            f"/api/bank/months?until={month}",
            f"/api/bank/unpaid-documents?month={month}",
        ):
            assert (await client.get(path)).status_code < 500, path
