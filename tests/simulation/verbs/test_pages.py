"""Page after page is read, each once by its number, whatever comes between; a server that goes in a
circle is told.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from pydantic import BaseModel

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, World, open_world
from tillroll_durable import (
    Contract,
    Effect,
    HttpAnswer,
    NoParams,
    Reading,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
    http,
    next_link,
)
from tillroll_durable.platform.json import JsonObject, dump, load
from tillroll_testing.fixtures import Disturbed, Repeated, Undisturbed
from tillroll_testing.host.memory import WebhookReceiver

SHOP = "https://shop.example/orders"


class Page(BaseModel):
    orders: list[str]
    next: str | None = None


class Shop(WebhookReceiver):
    """`leads_to` names the page behind each, by its Link header; a circle ends once it is
    mended.
    """

    def __init__(self, leads_to: Mapping[str, str]) -> None:
        super().__init__()
        self.leads_to = {**leads_to}

    async def get(
        self,
        url: str,
        timeout_seconds: float,
        max_bytes: int,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        del timeout_seconds, max_bytes, headers
        self.asked.append(url)
        page = url.partition("?page=")[2] or "a"
        following = self.leads_to.get(page)
        return HttpAnswer(
            200,
            dump([f"order-{page}"]),
            link=f'<?page={following}>; rel="next"' if following else None,
        )


FETCH = Step("fetch", Effect.READ, gives=Page, at_most=4)


async def fetch(context: StepContext, shop: str, cursor: str | None) -> Page:
    url = cursor or shop
    answer = await context.platform.http.get(url, 20, 4096)
    return Page(orders=[str(each) for each in _listed(answer.body)], next=next_link(answer, url))


def _listed(body: str) -> list[object]:
    found = load(body)
    return [*found] if isinstance(found, list) else []


def following(page: Page) -> str | None:
    return page.next


async def gather(run: WorkflowRun[NoParams]) -> list[str]:
    pages = await run.pages(FETCH, fetch, SHOP, then=following)
    return [order for page in pages for order in page.orders]


PAGED = Workflow(Contract("paged", 1, steps=(FETCH,)), gather, gives=list[str])
LINE = {"a": "b", "b": "c"}
CIRCLE = {"a": "b", "b": "c", "c": "b"}


async def _opened(
    faults: Faults, leads_to: Mapping[str, str], workflow: Workflow = PAGED
) -> tuple[World, Shop]:
    world, shop = await open_world(faults, Deployed(workflow)), Shop(leads_to)
    world.host.platform = replace(world.host.platform, http=shop)
    return world, shop


def _story(
    name: str, leads_to: Mapping[str, str], ending: str, operator: str | None = None
) -> Story:
    async def opened(faults: Faults) -> Scene:
        world, shop = await _opened(faults, leads_to)

        async def mend() -> None:
            shop.leads_to.pop("c", None)

        async def check() -> None:
            """All pages in their order, each recorded once, or none is given."""
            for row in await world.rows(
                "SELECT output FROM run_steps WHERE step = 'return: the result'"
            ):
                assert row["output"] == dump(["order-a", "order-b", "order-c"])
            noted = await world.rows(
                "SELECT step FROM run_steps WHERE step LIKE 'fetch[%' ORDER BY at_version"
            )
            assert [row["step"] for row in noted] == [
                f"fetch[{number + 1}]" for number in range(len(noted))
            ]

        return Scene(
            world,
            lambda: begin(world.host.platform, PAGED, NoParams(), ANN, key="one"),
            check,
            mend,
        )

    return Story(name, opened, ending, operator=operator, final="completed" if operator else None)


STORIES = (_story("a line", LINE, "completed"), _story("a circle", CIRCLE, "fetch_failed", "retry"))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_each_page_is_read_in_turn(
    story: Story, undisturbed: Undisturbed, repeated: Repeated
) -> None:
    await repeated((await undisturbed(story)).world)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_each_page_is_read_once_whatever_comes_between(
    story: Story, disturbed: Disturbed
) -> None:
    await disturbed(story)


async def _ended(world: World, workflow: Workflow) -> JsonObject:
    await begin(world.host.platform, workflow, NoParams(), ANN, key="one")
    await world.settle()
    [run] = await world.rows("SELECT state, error_summary FROM runs")
    return {"state": str(run["state"]), "says": str(run["error_summary"])}


async def test_a_circle_is_refused_before_it_is_recorded() -> None:
    world, shop = await _opened(Faults(), CIRCLE)
    ended = await _ended(world, PAGED)
    assert ended["state"] == "fetch_failed"
    assert "page 3 leads to the cursor 'https://shop.example/orders?page=b', as page 1 did" in str(
        ended["says"]
    )
    assert shop.asked == [SHOP, f"{SHOP}?page=b", f"{SHOP}?page=c"], (
        "nobody asks a circle again by itself"
    )


async def test_a_page_that_leads_to_itself_is_refused() -> None:
    world, shop = await _opened(Faults(), {"a": "b", "b": "b"})
    assert "page 2 leads to the cursor" in str((await _ended(world, PAGED))["says"])
    assert len(shop.asked) == 2


async def test_no_more_pages_than_the_step_has_occurrences() -> None:
    world, _ = await _opened(Faults(), {**LINE, "c": "d", "d": "e"})
    ended = await _ended(world, PAGED)
    assert ended["state"] == "fetch"
    assert "for more than 4 keys: raise its `at_most`" in str(ended["says"])


async def test_two_of_the_same_step_have_pages_of_their_own() -> None:
    async def twice(run: WorkflowRun[NoParams]) -> list[str]:
        return [*await gather(run), *await gather(run)]

    workflow = Workflow(Contract("twice", 1, steps=(FETCH,)), twice, gives=list[str])
    world, _ = await _opened(Faults(), {"a": "b"}, workflow)
    assert (await _ended(world, workflow))["state"] == "completed"
    noted = await world.rows(
        "SELECT step FROM run_steps WHERE step LIKE 'fetch[%' ORDER BY at_version"
    )
    assert [row["step"] for row in noted] == ["fetch[1]", "fetch[2]", "fetch[2-1]", "fetch[2-2]"]


@pytest.mark.parametrize(
    ("page", "says"),
    [
        (lambda: {"orders": 5}, "returns what its `gives` does not declare"),
        (lambda: Page(orders=[]), "is no coroutine"),
    ],
)
async def test_what_is_no_page_is_refused_as_of_any_step(
    page: Callable[[], object], says: str
) -> None:
    async def wrong(_context: StepContext, _cursor: str | None) -> object:
        return page()

    def plain(_context: StepContext, _cursor: str | None) -> object:
        return page()

    async def body(run: WorkflowRun[NoParams]) -> None:
        function: object = plain if "coroutine" in says else wrong
        # What is refused.
        await run.pages(FETCH, function, then=following)  # pyright: ignore[reportCallIssue, reportArgumentType]

    workflow = Workflow(Contract("wrong", 1, steps=(FETCH,)), body)
    world, _ = await _opened(Faults(), LINE, workflow)
    assert says in str((await _ended(world, workflow))["says"])


async def test_only_what_reads_has_pages() -> None:
    write = Step("write", Effect.WRITE, gives=Page)

    async def body(run: WorkflowRun[NoParams]) -> None:
        await run.pages(write, fetch, SHOP, then=following)

    workflow = Workflow(Contract("writing", 1, steps=(write,)), body)
    world, _ = await _opened(Faults(), LINE, workflow)
    assert "`run.pages` is for a step that reads" in str((await _ended(world, workflow))["says"])


ASK = Step("ask", Effect.READ)


def _asked(leads_to: Mapping[int, str]) -> Workflow[NoParams, list[str]]:
    """Pages by `http.get`; `leads_to` names the page by the number that it comes under."""

    def behind(_: list[str], number: int) -> Reading[list[str]] | None:
        if number not in leads_to:
            return None
        return http.get(f"{SHOP}?page={leads_to[number]}", gives=list[str])

    async def body(run: WorkflowRun[NoParams]) -> list[str]:
        pages = await run.pages(ASK, http.get(SHOP, gives=list[str]), then=behind)
        return [order for page in pages for order in page]

    return Workflow(Contract("asked", 1, steps=(ASK,)), body, gives=list[str])


async def test_pages_are_read_by_their_calls_whatever_comes_between(disturbed: Disturbed) -> None:
    workflow = _asked({2: "b", 3: "c"})

    async def opened(faults: Faults) -> Scene:
        world, _ = await _opened(faults, {}, workflow)

        async def check() -> None:
            for row in await world.rows(
                "SELECT output FROM run_steps WHERE step = 'return: the result'"
            ):
                assert row["output"] == dump(["order-a", "order-b", "order-c"])

        return Scene(
            world, lambda: begin(world.host.platform, workflow, NoParams(), ANN, key="one"), check
        )

    await disturbed(Story("pages by calls", opened, "completed"))


async def test_calls_that_go_in_a_circle_are_told() -> None:
    workflow = _asked({2: "b", 3: "c", 4: "b"})
    world, _ = await _opened(Faults(), {}, workflow)
    await begin(world.host.platform, workflow, NoParams(), ANN, key="one")
    await world.settle()
    [run] = await world.rows("SELECT state, error_summary FROM runs")
    assert run["state"] == "ask_failed"
    assert "page 3 leads back to page 2" in str(run["error_summary"])
