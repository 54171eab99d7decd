"""What the cron does for data exports. Importing it imports none of the work."""

from typing import Final

from tillroll_durable import ObjectsInUse
from tillroll_durable.jobs.job import At, Job

SWEEPING: Final = "data exports"
JOBS: Final = (
    Job(
        SWEEPING,
        At("tillroll.privacy.data_export.workflow:sweep_data_exports"),
        10,
        due_in="data_exports WHERE swept_at IS NULL AND expires_at <= ?1",
    ),
)
# The keys are those of `data_export_folder`, each with a name behind it.
OBJECTS_IN_USE: Final = ObjectsInUse(
    keys=r"[^/]+/data-exports/dex_[^/]+/[^/]+",
    query=(
        "SELECT object_key FROM data_export_files WHERE object_key IN "
        "(SELECT value FROM json_each(?1))"
    ),
)
