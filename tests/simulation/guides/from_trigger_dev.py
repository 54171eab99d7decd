"""A video: a child transcodes it, and the parent waits for what came of it."""

from tillroll.durable import (
    Concurrency,
    Contract,
    Effect,
    OnFailure,
    Outcome,
    Params,
    State,
    Status,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
)
from tillroll.platform.bindings.engine import Retries
from tillroll.platform.json import Json, JsonObject


class VideoParams(Params):
    video: str


ENDS = (
    State.ended("completed", Status.COMPLETE, "Done."),
    State.ended("cancelled", Status.CANCELLED, "{reason}"),
    State.ended("abandoned", Status.CANCELLED, "{reason}"),
    State.dead_letter("failed", "It could not be done."),
)
BEGUN = State.processing("begun", "Under way.")

TRANSCODE = Step("transcode", Effect.WRITE, ("completed",), OnFailure("failed"), Retries(limit=4, delay_seconds=2))
TRANSCODING_V1 = Contract("transcoding", 1, (TRANSCODE,), states=(BEGUN, *ENDS), concurrency=Concurrency(3))

PUBLISH = Step("publish", Effect.WRITE, ("completed",), OnFailure("failed"))
PUBLISHING_V1 = Contract("publishing", 1, (PUBLISH,), states=(BEGUN, *ENDS))


async def transcoding(run: WorkflowRun[VideoParams]) -> JsonObject:
    await run.step(TRANSCODE, transcode, run.params.video)
    return {"state": run.state}


async def publishing(run: WorkflowRun[VideoParams]) -> JsonObject:
    child = await run.child(TRANSCODING, run.params, key="transcode")
    end = await run.join(child)
    await run.step(PUBLISH, publish, end.output)
    return {"state": run.state}


async def transcode(_context: StepContext, video: str) -> Outcome:
    return Outcome(output={"url": f"https://videos.example/{video}.webm"})


async def publish(_context: StepContext, transcoded: Json) -> Outcome:
    return Outcome(output=transcoded)


TRANSCODING = Workflow(TRANSCODING_V1, transcoding, params=VideoParams)
PUBLISHING = Workflow(PUBLISHING_V1, publishing, params=VideoParams)
