"""A video: a child transcodes it, and the parent waits for what came of it."""

from pydantic import BaseModel

from tillroll_durable import (
    Concurrency,
    Contract,
    Effect,
    Params,
    Retries,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
)


class VideoParams(Params):
    video: str


class Video(BaseModel):
    url: str


TRANSCODE = Step("transcode", Effect.WRITE, retries=Retries(limit=4, delay_seconds=2), gives=Video)
TRANSCODING_V1 = Contract("transcoding", 1, steps=(TRANSCODE,), concurrency=Concurrency(3))
PUBLISH = Step("publish", Effect.WRITE, gives=Video)
PUBLISHING_V1 = Contract("publishing", 1, steps=(PUBLISH,))


async def transcoding(run: WorkflowRun[VideoParams]) -> Video:
    return await run.step(TRANSCODE, transcode, run.params.video)


async def publishing(run: WorkflowRun[VideoParams]) -> None:
    end = await run.join(await run.child(TRANSCODING, run.params, key="transcode"))
    if end.output is not None:
        await run.step(PUBLISH, publish, end.output)


async def transcode(_context: StepContext, video: str) -> Video:
    return Video(url=f"https://videos.example/{video}.webm")


async def publish(_context: StepContext, video: Video) -> Video:
    return video


TRANSCODING = Workflow(TRANSCODING_V1, transcoding, params=VideoParams, gives=Video)
PUBLISHING = Workflow(PUBLISHING_V1, publishing, params=VideoParams)
