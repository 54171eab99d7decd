"""How long a bulk operation takes over ten thousand runs: `python -m bench.bulk [--runs N]`.

All of it is the deployment's own code, with SQLite of this machine in place of D1 and the
simulation's engine in place of Cloudflare's: begin and fail N runs, retry them as one operation,
and let them end. Times are the processor's.
"""

import asyncio
import logging
import time

from bench.report import parser, publishing
from tests.simulation.bulk.street import Street, now
from tillroll_durable.platform import log


async def measure(runs: int) -> None:
    """Raises SystemExit: one was retried twice, or not at all."""
    logging.getLogger(log.__name__.partition(".")[0]).setLevel(logging.CRITICAL)
    street, began = Street(), time.process_time()
    world = await street.open(runs)
    failed = time.process_time()
    operation = await street.ask(world, "retry")
    while (ended := await now(world, operation)).finished_at is None:
        await world.instances_only()
    acted = time.process_time()
    await world.instances_only()
    once = await world.rows(
        "SELECT n, count(*) AS runs FROM (SELECT count(*) AS n FROM audit_events "
        "WHERE action = 'run.retried' "
        "GROUP BY stream) GROUP BY n"
    )
    pages = await world.rows("SELECT count(*) AS n FROM runs WHERE kind = 'bulk-operation'")
    delivered = await world.rows("SELECT count(DISTINCT run_id) AS n FROM delivered")
    counted = (ended.found, ended.done, ended.left_out, delivered[0]["n"])
    if [dict(row) for row in once] != [{"n": 1, "runs": runs}] or counted != (runs, runs, 0, runs):
        raise SystemExit(f"retried {once}; found, done, left out, delivered {counted}")
    print(f"{runs} runs begun and failed in {failed - began:.1f} s of the processor's")
    print(
        f"each retried once, in {pages[0]['n']} pages, {acted - failed:.1f} s; {delivered[0]['n']} "
        "have ended since"
    )


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--runs", type=int, default=10_000)
    arguments = asked.parse_args()
    with publishing("bulk", write=arguments.write):
        asyncio.run(measure(arguments.runs))


if __name__ == "__main__":
    main()
