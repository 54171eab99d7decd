"""What a deployment can be told: the settings of every room, all checked before anything is done."""

from tillroll.ai.settings import AiSettings
from tillroll.audit.settings import AuditSettings
from tillroll.conversion.settings import ConversionSettings
from tillroll.durable.settings import RunSettings
from tillroll.observability.settings import AlertSettings, TraceSettings
from tillroll.platform.encryption import EncryptionSettings
from tillroll.platform.outgoing.guard import OutgoingSettings
from tillroll.platform.settings import RoomSettings
from tillroll.workflows.registry import REGISTRY

SETTINGS: tuple[type[RoomSettings], ...] = (
    RunSettings,
    AiSettings,
    *dict.fromkeys(settings for workflow in REGISTRY.workflows for settings in workflow.settings),
    ConversionSettings,
    AuditSettings,
    EncryptionSettings,
    OutgoingSettings,
    AlertSettings,
    TraceSettings,
)
