"""Moderation: two models look at a post; where they disagree, a person releases or quarantines it.

Until then it is hidden. So a model that does not answer never lets a post through.
"""

from pydantic import BaseModel

from tillroll_durable import (
    Contract,
    Effect,
    Params,
    ReviewStates,
    State,
    Step,
    Workflow,
    WorkflowRun,
    http,
)
from tillroll_durable.platform.json import Json

POSTS = "https://forum.example/posts"
DECISIONS = "https://forum.example/decisions"
MODELS = {"fast": "https://models.example/fast", "careful": "https://models.example/careful"}
HARMFUL = 0.5


class ModerationParams(Params):
    post: str
    text: str


class Opinion(BaseModel):
    harm: float
    tokens: int = 0


class Verdict(BaseModel):
    is_released: bool
    by: str
    tokens: int


HIDE = Step("hide", Effect.EXTERNAL)
# A model answers anew where its answer was lost: that costs tokens, and does no harm.
ASK = Step("ask", Effect.EXTERNAL)
RELEASE = Step("release", Effect.EXTERNAL)
QUARANTINE = Step("quarantine", Effect.EXTERNAL)
MODERATION_V1 = Contract(
    "moderation",
    1,
    steps=(HIDE, ASK, RELEASE, QUARANTINE),
    states=(
        State.review("asked_a_person"),
        State.processing("found_harmless", "A person has found the post harmless."),
        State.processing("found_harmful", "A person has found the post harmful."),
    ),
    review=ReviewStates("asked_a_person", approved="found_harmless", rejected="found_harmful"),
)


async def moderate(run: WorkflowRun[ModerationParams]) -> Verdict:
    post = run.params.post
    text = run.params.text
    await run.call(HIDE, http.put(f"{POSTS}/{post}/visibility", {"state": "hidden"}))
    opinions: list[Opinion] = []
    for model, url in MODELS.items():
        asking = http.post(url, {"text": text}, gives=Opinion)
        opinions.append(await run.call(ASK, asking, key=model))
    votes = [opinion.harm >= HARMFUL for opinion in opinions]
    is_released = not any(votes)
    by = "models"
    if any(votes) and not all(votes):
        shown: Json = {"post": post, "harm": [opinion.harm for opinion in opinions]}
        decision = await run.review(1, "The models disagree. Is this post allowed?", shown, 24)
        is_released = decision.is_approved
        by = "a person"
    deciding = http.post(
        DECISIONS,
        {"post": post, "decision": "release" if is_released else "quarantine", "by": by},
        look_up=DECISIONS + "/{key}",
    )
    await run.call(RELEASE if is_released else QUARANTINE, deciding)
    tokens = sum(opinion.tokens for opinion in opinions)
    return Verdict(is_released=is_released, by=by, tokens=tokens)


MODERATION = Workflow(MODERATION_V1, moderate, params=ModerationParams, gives=Verdict)
