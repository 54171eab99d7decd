"""What a deployment can be told: the settings of every module, all checked before anything is done; and where it keeps
secrets."""

from collections.abc import Sequence
from typing import Final, cast

from tillroll.app import load
from tillroll.platform.encryption import KeptSecrets
from tillroll.platform.settings import RoomSettings
from tillroll.workflows.registry import REGISTRY

_SECRETS = tuple(cast("Sequence[KeptSecrets]", each) for each in load(lambda module: module.secrets))
KEPT_SECRETS: Final = tuple(kept for each in _SECRETS for kept in each)
"""Where secrets lie encrypted."""

SETTINGS: Final = tuple(
    dict.fromkeys(
        [
            *(cast("type[RoomSettings]", each) for each in load(lambda module: module.settings)),
            *(settings for workflow in REGISTRY.workflows for settings in workflow.settings),
        ]
    )
)
