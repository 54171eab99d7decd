"""FastAPI calls what is no coroutine in a thread. workerd has none, so such a route answers 500,
and only there.
"""

from collections.abc import Iterator, Sequence
from inspect import iscoroutinefunction

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from tests.support.host_api import the_app


def _calls(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for each in dependant.dependencies:
        yield from _calls(each)


def _routes() -> Sequence[APIRoute]:
    routes = the_app().state.routes
    routes.open_all()
    return routes.opened


def test_no_route_asks_for_a_thread() -> None:
    calls = {call for route in _routes() for call in _calls(route.dependant)}
    assert len(calls) > 200
    assert [call for call in calls if not iscoroutinefunction(call)] == []
