"""The server with the routes that every deployment has."""

from tillroll_durable.registry import Registry
from tillroll_durable.server import acts, audit, kinds, runs, schedules
from tillroll_durable.server.routing import Server


def server_of(registry: Registry) -> Server:
    """A server of a deployment's workflows. Add routes of your own with its `route`."""
    server = Server(registry)
    kinds.add_routes(server)
    runs.add_routes(server)
    audit.add_routes(server)
    schedules.add_routes(server)
    acts.add_routes(server)
    return server
