"""What a deployment can be told: the settings of every room, all checked before anything is done; and where it keeps
secrets."""

from tillroll.ai.settings import AiSettings
from tillroll.audit.settings import ArchiveSettings, AuditSettings
from tillroll.conversion.settings import ConversionSettings
from tillroll.durable.operating.webhooks import secret_row
from tillroll.durable.settings import RunSettings
from tillroll.inbound.acceptance import bound_to
from tillroll.observability.settings import AlertSettings, TraceSettings
from tillroll.platform.encryption import EncryptionSettings, KeptSecrets
from tillroll.platform.outgoing import OutgoingSettings
from tillroll.platform.settings import RoomSettings
from tillroll.quotas.settings import QuotaSettings
from tillroll.received_mail.settings import MailedInSettings
from tillroll.workflows.registry import REGISTRY, SECRETS

KEPT_SECRETS = (
    KeptSecrets("endpoint_secrets", "kept", secret_row),
    KeptSecrets("inbound_secrets", "secret", bound_to),
    *SECRETS,
)
"""Where secrets lie encrypted."""

SETTINGS: tuple[type[RoomSettings], ...] = (
    RunSettings,
    AiSettings,
    QuotaSettings,
    *dict.fromkeys(settings for workflow in REGISTRY.workflows for settings in workflow.settings),
    ConversionSettings,
    AuditSettings,
    ArchiveSettings,
    EncryptionSettings,
    OutgoingSettings,
    MailedInSettings,
    AlertSettings,
    TraceSettings,
)
