"""Each hostile file gets its honest answer; what is taken ends in an expense or with a person,
never in a failure.
"""

import pytest

from tests.fuzz.crafted_files import HostileFile, crafted_files
from tests.simulation.receipts import open_receipts
from tests.support.host_platform import TOKEN
from tests.support.uploads import MemoryFile, MemoryUpload
from tests.unit.receipts.test_upload_checks import verdict
from tillroll.receipts.native import receive
from tillroll_testing.simulation.faults import Faults

_FILES = crafted_files()
_SHARES = 6  # of what is taken, so that they share the cores
_HEADERS = {"authorization": f"Bearer {TOKEN}"}
_RESTS = {"complete", "needs_review"}


def test_there_are_two_hundred_and_no_two_alike() -> None:
    assert (
        len({file.content for file in _FILES})
        == len({file.name for file in _FILES})
        == len(_FILES)
        >= 200
    )


def test_the_door_says_of_each_what_it_is() -> None:
    wrong = {file.name: said for file in _FILES if (said := verdict(file.content)) != file.door}
    assert wrong == {}


@pytest.mark.parametrize("share", range(_SHARES))
async def test_what_is_taken_has_an_exit(share: int) -> None:
    """Pictures are read by a model here, and really decoded in `make fuzz`; PDFs and XML are read
    as they are.
    """
    world = await open_receipts(Faults(), webhook=False)
    names: dict[str, HostileFile] = {}
    for file in [each for each in _FILES if each.is_taken][share::_SHARES]:
        upload = MemoryUpload(
            [MemoryFile(file.content, world.host.pieces.objects)],
            {"authorization": f"Bearer {TOKEN}"},
        )
        names[str((await receive(world.host.platform, upload)).body["runId"])] = file
        await world.work()
    await world.settle()
    runs = await world.rows("SELECT id, status, state FROM runs WHERE kind = 'receipt'")
    assert len(runs) == len(names)
    assert {
        names[str(run["id"])].name: run["state"] for run in runs if run["status"] not in _RESTS
    } == {}
