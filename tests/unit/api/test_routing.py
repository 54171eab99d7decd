"""A feature's routes are imported for the first path under them, and completed for their first
request.
"""

import pytest

from cli.pages.route_paths import PATHS_MODULE, paths_module
from tests.support.host_api import the_app
from tillroll.access.permissions import Permission
from tillroll.api.dependencies import needed_by, needs
from tillroll.api.paths import PATHS
from tillroll.api.routing import Route, Routes


def test_each_route_is_found_where_its_router_is_listed() -> None:
    routes = the_app().state.routes
    routes.open_all()
    for route in routes.opened:
        path = route.path.replace("{", "").replace("}", "")
        first = next(each for each in routes.opened if each.path_regex.match(path))
        alone = Routes([])
        alone.open(path)
        assert next(each for each in alone.opened if each.path_regex.match(path)).path == first.path
        assert {*alone.methods_of(path)} >= {*route.methods}, path


def test_the_paths_of_all_routers_are_written_down() -> None:
    assert PATHS_MODULE.read_text(encoding="utf-8") == paths_module(), "run `make docs`"


def test_a_router_whose_paths_are_not_written_down_is_opened_for_any(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(PATHS, "tillroll.home.endpoints:router")
    routes = Routes([])
    routes.open("/api/home-of-tomorrow")
    assert "/api/home" in {route.path for route in routes.opened}


def test_a_path_is_opened_as_it_is_matched() -> None:
    routes = Routes([])
    routes.open("/api/%68ealth")
    assert [route.path for route in routes.opened] == ["/api/health"]
    routes.open("/api/healthy")
    assert len(routes.opened) == 1


def test_a_route_is_completed_when_it_is_first_asked() -> None:
    async def show() -> None:
        """Nothing."""

    route = Route("/api/things", show, methods=["GET"], openapi_extra=needs(Permission.READ))
    assert needed_by(route) is Permission.READ
    assert "dependant" not in vars(route)
    assert route.dependant.call is show
    assert not hasattr(route, "nothing")
