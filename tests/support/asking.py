"""A simulated world's database, as `tillroll replay` asks one."""

from collections.abc import Sequence

from tests.support.sql import sql
from tillroll_durable.platform.bindings.database import Row, statement
from tillroll_testing.replaying.history import Query
from tillroll_testing.simulation.world import World


def asking(world: World) -> Query:
    def query(asked: Sequence[str]) -> Sequence[Sequence[Row]]:
        return [world.host.database.at_once(statement(sql(each))) for each in asked]

    return query
