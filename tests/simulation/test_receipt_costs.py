"""What is expensive is not paid for again, wherever the process dies."""

from tests.simulation.disturbances import KILL
from tests.simulation.playing import play, points_of
from tests.simulation.receipts import LANGUAGE_MODELS
from tests.simulation.stories import RECEIPTS


async def test_a_transcript_is_paid_once_unless_the_kill_lost_it() -> None:
    """The model is asked again only where the process died between its answer and the object that keeps it."""
    clear = RECEIPTS[0]
    points = await points_of(clear)
    lost = {points.index("model: after the answer") + 1, points.index("objects: before put") + 1}
    for at, name in enumerate(points, start=1):
        scene = await play(clear, KILL, at)
        assert scene.world.host.pieces.models.answered == (2 if at in lost else 1), name


async def test_a_language_models_answer_is_paid_once_unless_the_kill_lost_it() -> None:
    """It has to be asked for twice: where the first, useless answer is lost, the next one is good already."""
    unsure = RECEIPTS[-1]
    points = await points_of(unsure)
    picture, _useless, good = (at for at, name in enumerate(points, start=1) if name == "model: after the answer")
    lost = {picture, picture + 1, good, good + 1}
    for at, name in enumerate(points, start=1):
        world = (await play(unsure, KILL, at)).world
        assert world.host.pieces.models.answered == (4 if at in lost else 3), (at, name)
        *_, last = await world.rows("SELECT model, state FROM ai_calls ORDER BY rowid")
        assert (last["model"], last["state"]) == (LANGUAGE_MODELS[0], "completed"), (at, name)
