"""An order in Temporal, by its Python guide. Its server is not run here: lines and files alone."""
# pyright: reportMissingImports=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUntypedFunctionDecorator=false, reportUnknownArgumentType=false, reportUntypedClassDecorator=false

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from fastapi import FastAPI
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    from bench.peers.orders import calls_careful as calls

_QUEUE = "orders"
_RETRIES = RetryPolicy(maximum_attempts=8)


@activity.defn
def ask(name: str, order: str) -> str:
    try:
        return getattr(calls, name)(order)
    except calls.Refused as refused:
        raise ApplicationError(str(refused), non_retryable=True) from refused


@activity.defn
def record(order: str) -> None:
    connection = sqlite3.connect("rows.sqlite", timeout=30)
    try:
        with connection:
            insert = "INSERT INTO runs VALUES (?, 'notified') ON CONFLICT DO NOTHING"
            connection.execute(insert, (order,))
    finally:
        connection.close()


@workflow.defn
class Order:
    @workflow.run
    async def run(self, order: str) -> None:
        await self._ask("charge", order)
        await self._ask("reserve", order)
        try:
            await self._ask("ship", order)
        except ActivityError:
            await self._ask("release", order)
            await self._ask("refund", order)
        else:
            await self._ask("mail", order)
        await workflow.execute_activity(
            record, order, start_to_close_timeout=timedelta(minutes=1), retry_policy=_RETRIES
        )

    async def _ask(self, name: str, order: str) -> str:
        return await workflow.execute_activity(
            ask,
            args=[name, order],
            start_to_close_timeout=timedelta(minutes=1),
            retry_policy=_RETRIES,
        )


async def work() -> None:
    """The worker, a process of its own."""
    client = await Client.connect("localhost:7233")
    with ThreadPoolExecutor(8) as pool:
        worker = Worker(
            client,
            task_queue=_QUEUE,
            workflows=[Order],
            activities=[ask, record],
            activity_executor=pool,
        )
        await worker.run()


app = FastAPI()


@app.post("/api/orders/{order}", status_code=202)
async def begin_order(order: str) -> dict[str, str]:
    client = await Client.connect("localhost:7233")
    await client.start_workflow(Order.run, order, id=order, task_queue=_QUEUE)
    return {"runId": order}


if __name__ == "__main__":
    asyncio.run(work())
