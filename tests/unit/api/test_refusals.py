"""What use cases refuse: each refusal names a problem that there is."""

from tests.support.host_api import the_app
from tillroll.platform.refusals import KINDS, Refusal


def test_each_refusal_names_a_problem() -> None:
    the_app()  # imports all routes, and with them what they refuse

    named = {each.__name__: each.code or each.kind.code for each in _kinds_of(Refusal)}

    assert {name: code for name, code in named.items() if code not in KINDS} == {}
    assert len(named) > 3


def _kinds_of(refusal: type[Refusal]) -> list[type[Refusal]]:
    return [refusal, *(found for each in refusal.__subclasses__() for found in _kinds_of(each))]
