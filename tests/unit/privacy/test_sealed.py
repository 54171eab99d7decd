"""Personal data is referenced by the audit, never copied: erasing a person touches nothing that is
sealed.
"""

from dataclasses import replace

from tests.simulation.receipts import CORRECTION, NO_TOTAL, open_receipts, upload
from tests.support.host_platform import SIGNING_KEY
from tests.unit.tillroll_durable.sealing.records import copies_of, export_of, findings_of, verified
from tillroll_durable.sealing.sealer import seal_new_events
from tillroll_testing.host.signing import HostSigner
from tillroll_testing.simulation.faults import Faults

_ERASE = (
    "UPDATE users SET name = 'erased'",
    "DELETE FROM tokens",
    "UPDATE receipts SET file_name = NULL",
    "UPDATE extractions SET body = '{}'",
    (
        "UPDATE expenses SET merchant = 'erased', date = '2000-01-01', total_minor = 0, tax_minor "
        "= NULL"
    ),
    "UPDATE reviews SET proposed = '{}'",
    "UPDATE review_decisions SET corrections = '{}', comment = NULL",
    "DELETE FROM notification_recipients",
    "DELETE FROM merchant_sightings",
)


async def test_erasing_a_person_leaves_every_seal_valid() -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    await upload(world)
    await world.settle(CORRECTION)
    world.host.pieces.signer = HostSigner(SIGNING_KEY)
    world.host.platform = replace(world.host.platform, signer=world.host.pieces.signer)
    await seal_new_events(world.host.platform)
    for value in ("GREEN GARDEN", "12.90", "Ann", "photo.jpg"):
        assert value not in copies_of(world.host)
    for sql in _ERASE:
        await world.rows(sql)
    for key in [key for key in world.host.pieces.objects.content if not key.startswith("audit/")]:
        await world.host.pieces.objects.delete(key)
    assert await findings_of(world.host) == []
    checked = await verified(world.host, await export_of(world.host))
    assert (checked.findings, checked.events > 5) == ([], True)
