"""What the door answers stands at every operation: who makes a client of the description meets
nothing else.
"""

from tests.support.host_api import description

# Nobody needs to be somebody here.
_OPEN: list[object] = []


def test_each_operation_tells_of_the_doors_refusals() -> None:
    missing: list[str] = []
    for path, operations in description()["paths"].items():
        for method, operation in operations.items():
            told = set(operation["responses"])
            for_somebody = {"401", "403"} if operation.get("security") != _OPEN else set[str]()
            missing += [
                f"{status} of {method} {path}" for status in ({"422", "429"} | for_somebody) - told
            ]
    assert missing == []
