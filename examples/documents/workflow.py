"""A document: its pages are read side by side, put into an index, and told of once they are found.

The index is Vectorize. What is written there is found some seconds later.
"""

from pydantic import BaseModel

from tillroll_durable import (
    Contract,
    Done,
    Effect,
    ExternalCall,
    Params,
    State,
    Step,
    StepContext,
    Timer,
    Workflow,
    WorkflowRun,
    http,
)
from tillroll_durable.platform.bindings.vectors import Vector

PAPERS = "https://papers.example/documents"
READER = "https://models.example/pages"
CHANNEL = "https://chat.example/channels/papers"
# One upsert takes 1,000 vectors, and a step asks for its pages by twenty.
MOST_PAGES = 500
SECONDS_BETWEEN = (5, 30, 300)


class DocumentParams(Params):
    document: str


class Paper(BaseModel):
    pages: int


class Page(BaseModel):
    """What the model read, and where that stands in its space."""

    text: str
    values: list[float]


class Indexed(BaseModel):
    pages: int
    unread: list[str]


SETTLING = State.processing("settling", "The index takes the pages in.", 600)
LOOKING = State.processing("looking", "The pages are looked for.")
OPEN = Step("open", Effect.READ)
READ = Step("read", Effect.EXTERNAL, gives=Page, at_most=MOST_PAGES)
INDEX = Step("index", Effect.EXTERNAL, gives=str)
FIND = Step("find", Effect.READ, gives=list[str])
NOTIFY = Step("notify", Effect.EXTERNAL)
SETTLE = Timer("settle", waiting=SETTLING.name, over=LOOKING.name)
DOCUMENT_V1 = Contract(
    "document",
    1,
    steps=(OPEN, READ, INDEX, FIND, NOTIFY),
    states=(SETTLING, LOOKING),
    timers=(SETTLE,),
    attributes=("document",),
    failed="not_indexed",
)


async def index(run: WorkflowRun[DocumentParams]) -> Indexed:
    document = run.params.document
    paper = await run.call(OPEN, http.get(f"{PAPERS}/{document}", gives=Paper))
    if paper.pages > MOST_PAGES:
        await run.fail(f"it has {paper.pages} pages, and {MOST_PAGES} are taken")
    if paper.pages == 0:
        await run.fail("it has no page")
    names = [f"{document}/{number}" for number in range(1, paper.pages + 1)]
    ends = await run.map(READ, reading, names, key=str)
    read = zip(names, ends, strict=True)
    pages = {name: end.output for name, end in read if isinstance(end, Done)}
    await run.call(INDEX, indexing(pages))
    found: list[str] = []
    for seconds in SECONDS_BETWEEN:
        await run.sleep(SETTLE, seconds)
        found = await run.step(FIND, find, [*pages], key=f"{seconds} s later")
        if len(found) == len(pages):
            break
    if len(found) < len(pages):
        await run.fail(f"the index finds {len(found)} of {len(pages)} pages")
    text = f"{document}: {len(pages)} of {paper.pages} pages are found."
    await run.call(NOTIFY, http.post(CHANNEL, {"text": text}, look_up=CHANNEL + "/{key}"))
    return Indexed(pages=len(pages), unread=[name for name in names if name not in pages])


def reading(name: str) -> ExternalCall[StepContext, Page]:
    return http.post(f"{READER}/{name}", gives=Page, look_up=f"{READER}/{name}/{{key}}")


def indexing(pages: dict[str, Page]) -> ExternalCall[StepContext, str]:
    """A vector is named by its page, so the same again changes nothing."""

    async def send(context: StepContext) -> Done[str]:
        vectors = [Vector(name, page.values) for name, page in pages.items()]
        mutation = await context.platform.vectors.upsert(vectors)
        return Done(mutation, output=mutation)

    return ExternalCall({"upsert": [*pages]}, send=send, is_repeatable=True)


async def find(context: StepContext, names: list[str]) -> list[str]:
    return sorted(await context.platform.vectors.present(names))


DOCUMENT = Workflow(DOCUMENT_V1, index, params=DocumentParams, gives=Indexed)
