"""Publishing: a page is pushed, built, purged from the cache and looked at where people see it.

Each of these is a state of its own, so that nobody takes "pushed" for "live".
"""

from datetime import timedelta

from pydantic import BaseModel

from tillroll_durable import (
    Contract,
    Effect,
    ExternalCall,
    OnFailure,
    Params,
    Retries,
    RollbackConfig,
    RollbackContext,
    Signal,
    State,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    http,
)

COMMITS = "https://git.example/commits"
REVERTS = "https://git.example/reverts"
BUILDS = "https://builds.example/builds"
PURGES = "https://cache.example/purges"
SITE = "https://www.example/"
TIME_TO_BUILD = timedelta(minutes=30)
NOT_LIVE = "post_pushed_live_verification_failed"


class PublishingParams(Params):
    page: str
    text: str


class Commit(BaseModel):
    id: str


class Build(BaseModel):
    status: str


class Finished(BaseModel):
    """What the builder's webhook says. It wakes the run; the builder itself is asked for the
    rest.
    """

    commit: str


PUSH = Step("push", Effect.EXTERNAL, ("pushed",), rollback_config=RollbackConfig())
BUILT = Signal("built", Finished)
BUILD = Step("build", Effect.READ, ("built",))
PURGE = Step("purge", Effect.EXTERNAL, ("cache_purged",))
VERIFY = Step(
    "verify",
    Effect.READ,
    ("live",),
    gives=type(None),
    retries=Retries(limit=5, delay_seconds=10),
    timeout_seconds=60,
    on_failure=OnFailure(
        NOT_LIVE, says="It is pushed and built, and people do not see it yet. Retry to look again."
    ),
)
PUBLISHING_V1 = Contract(
    "publishing",
    1,
    steps=(PUSH, BUILD, PURGE, VERIFY),
    signals=(BUILT,),
    states=(
        State.processing("pushed", "It is pushed, and not built yet."),
        State.processing("built", "It is built. The cache has the old page."),
        State.processing("cache_purged", "The cache asks for the new page."),
        State.processing("live", "People see it."),
    ),
    failed="reverted",
)


async def publish(run: WorkflowRun[PublishingParams]) -> str:
    pushing = http.post(
        COMMITS,
        {"page": run.params.page, "text": run.params.text},
        gives=Commit,
        look_up=COMMITS + "/{key}",
    )
    commit = await run.call(PUSH, pushing, rollback=reverting)
    # A webhook that is lost costs the half hour, and nothing else.
    await run.wait(BUILT, TIME_TO_BUILD)
    build = await run.call(BUILD, http.get(f"{BUILDS}/{commit.id}", gives=Build))
    if build.status != "passed":
        await run.fail(f"the build is {build.status}")
    purging = http.post(PURGES, {"page": run.params.page}, look_up=PURGES + "/{key}")
    await run.call(PURGE, purging)
    await run.step(VERIFY, look_at_live_page, run.params.page, run.params.text)
    return f"{SITE}{run.params.page}"


def reverting(commit: Commit) -> ExternalCall[RollbackContext, None]:
    return http.post(REVERTS, {"of": commit.id}, look_up=REVERTS + "/{key}")


async def look_at_live_page(context: StepContext, page: str, text: str) -> None:
    """Raises LookupError: people still see the page before. The step is tried again."""
    answer = await context.platform.http.get(f"{SITE}{page}", 20, max_bytes=512 * 1024)
    if not answer.is_success or text not in answer.body:
        raise LookupError(f"the live page is not the new one: it answered {answer.status}")


PUBLISHING = Workflow(PUBLISHING_V1, publish, params=PublishingParams, gives=str)
