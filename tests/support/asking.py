"""A simulated world's database, as `tillroll replay` asks one."""

from collections.abc import Sequence

from cli.authoring.history import Query
from tests.simulation.world import World
from tillroll_durable.platform.bindings.database import Row, statement


def asking(world: World) -> Query:
    def query(asked: Sequence[str]) -> Sequence[Sequence[Row]]:
        return [world.host.database.at_once(statement(sql)) for sql in asked]

    return query
