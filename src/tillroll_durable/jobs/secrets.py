"""The job that renews stored secrets under the newest key, and says which cannot be read."""

from collections.abc import Sequence

from tillroll_durable.jobs.job import Job
from tillroll_durable.platform.encryption import EncryptionSettings, KeptSecrets
from tillroll_durable.platform.kept_secrets import check_secrets, reencrypt
from tillroll_durable.platform.services import Platform


def secrets_job(sources: Sequence[KeptSecrets]) -> Job:
    """The job for the tables in which secrets lie encrypted."""

    async def look_after(platform: Platform) -> None:
        turn = await reencrypt(platform, sources)
        has_keys = bool(platform.settings.of(EncryptionSettings).keys)
        # While secrets are renewed, each of them is read anyway.
        if turn.unreadable or not turn.tried:
            is_suspicious = turn.unreadable > 0 or not has_keys
            await check_secrets(platform, sources, is_suspicious=is_suspicious)

    return Job("secrets", look_after, 15)
