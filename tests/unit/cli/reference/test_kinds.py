"""What kinds of runs show of themselves stands in the OpenAPI document."""

import pytest

from cli.reference.kinds import add_kinds
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.models import Model
from tillroll_durable.workflow import View


class _Kinds:
    """One kind, with a view of a test's own."""

    kinds = ("receipt",)

    def __init__(self, view: View) -> None:
        self._view = view

    def view_of(self, _: str) -> View:
        return self._view


def _schemas() -> dict[str, dict[str, dict[str, object]]]:
    return {name: {"properties": {}} for name in ("RunSummary", "RunDetail", "RunReview")}


def test_each_kind_says_what_it_shows_and_where() -> None:
    schemas = _schemas()
    add_kinds(schemas, REGISTRY)
    assert {*schemas["RunSummary"]["properties"]} == {
        "export",
        "expense",
        "read",
        "receipt",
        "sentBack",
    }
    more = {*schemas["RunDetail"]["properties"]} - {*schemas["RunSummary"]["properties"]}
    assert more == {"links", "transcript"}
    assert {*schemas["RunReview"]["properties"]} == {"duplicateOf"}
    assert schemas["RunDetail"]["properties"]["receipt"] == {
        "anyOf": [{"$ref": "#/components/schemas/ReceiptSummary"}, {"type": "null"}],
        "description": "Shown of runs of the kind `receipt`",
    }
    assert {"fileName", "mediaType"} <= {*schemas["ReceiptSummary"]["properties"]}
    assert "LinkedReceipt" in schemas, "what a shown model has in it stands beside"


def test_two_models_of_one_name_are_refused() -> None:
    class Links(Model):
        something: str

    schemas = _schemas()
    add_kinds(schemas, REGISTRY)
    with pytest.raises(ValueError, match="Links is the name of two models"):
        add_kinds(schemas, _Kinds(View(shapes={"other": Links})))
