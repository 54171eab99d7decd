"""What use cases refuse: each refusal names a problem that there is."""

from tests.support.host_api import the_app
from tillroll_durable.platform.refusals import KINDS, Refusal


def test_each_refusal_names_a_problem() -> None:
    the_app().state.routes.open_all()  # imports all routes, and with them what they refuse

    named = {each.__name__: each.kind for each in _kinds_of(Refusal)}

    assert {name: kind for name, kind in named.items() if KINDS.get(kind.code) != kind} == {}
    assert len(named) > 3


def _kinds_of(refusal: type[Refusal]) -> list[type[Refusal]]:
    return [refusal, *(found for each in refusal.__subclasses__() for found in _kinds_of(each))]


def test_a_kind_is_declared_where_a_refusal_is() -> None:
    the_app().state.routes.open_all()

    assert [each.__name__ for each in _kinds_of(Refusal) if hasattr(each, "code")] == []
