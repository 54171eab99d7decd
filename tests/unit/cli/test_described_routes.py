"""Every route of the API is explained and asked by `tillroll api`."""

import itertools
import shlex

import pytest

from cli.openapi.explanations import example_of, explain
from cli.openapi.operations import Description, Operation
from cli.openapi.requests import Given, request_of
from tests.support.host_api import description

OPERATIONS = Description(description()).operations


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
def test_each_route_is_explained(operation: Operation) -> None:
    lines = explain(operation)
    assert lines[0] == operation.name
    assert all(not line.endswith("  ") for line in lines), "a value has no words"


def test_each_example_is_a_request_that_the_description_takes() -> None:
    asked = 0
    for operation in OPERATIONS:
        _, _, method, path, *words = shlex.split(example_of(operation))
        assert (method, path) == (operation.method, operation.path)
        fields = [value for option, value in itertools.pairwise(words) if option == "-f"]
        if operation.example is None or operation.needed_query:
            continue
        request = request_of(operation, Given(fields=fields), "")
        assert request.body["json"] == operation.example
        asked += 1
    assert asked > 100
