"""The tables of runs: what becomes of their rows when something is erased, and who gets them."""

from dataclasses import replace
from typing import Final

from tillroll_durable.platform.naming import Named
from tillroll_durable.platform.tables import (
    ACCOUNT,
    ACTORS_OF_PERSON,
    RUN,
    RUNS,
    RUNS_OF_PERSON,
    Emptied,
    Gone,
    Shut,
    Stays,
    Table,
    of_nobody,
    of_run,
)

_SEALED = Stays("ids and codes, never a value; what is sealed cannot be changed")
NAMED: Final = Named(
    "run",
    find="""
      SELECT asked.value AS id, replace(replace(runs.kind, '-', ' '), '_', ' ') AS name,
        substr(runs.created_at, 1, 10) AS day, '/runs/' || runs.id AS path, runs.id AS stream
      FROM json_each(?2) AS asked CROSS JOIN runs ON runs.id = asked.value
      WHERE runs.account_id = ?1
    """,
)
TABLES: Final = (
    of_run("outbox"),
    Table(
        "review_decisions",
        Gone(f"review_id IN (SELECT id FROM reviews WHERE run_id IN ({RUNS}))"),
        Gone(f"review_id IN (SELECT id FROM reviews WHERE run_id IN ({RUN}))"),
        person_gets=f"actor IN ({ACTORS_OF_PERSON})",
    ),
    of_run("reviews"),
    Table(
        "archived_runs",
        Emptied(
            "bundle_id = NULL, place = 0, size = 0", f"bundle_id IS NOT NULL AND run_id IN ({RUNS})"
        ),
        Emptied(
            "bundle_id = NULL, place = 0, size = 0", f"bundle_id IS NOT NULL AND run_id IN ({RUN})"
        ),
        key="run_id",
    ),
    Table(
        "archive_bundles",
        Gone(ACCOUNT),
        Stays("it is of other runs: what it had of the subject's was cut out of its file"),
    ),
    Table("archive_flaws", Gone(ACCOUNT)),
    of_run("run_steps", "run_id, step", without=frozenset({"input", "output"})),
    of_run("step_attempts", "run_id, step, generation, attempt, started_at"),
    of_run("step_beats", "run_id, step", without=frozenset({"cursor", "given"})),
    of_run("unended_attempts", "run_id, step", without=frozenset({"cursor"})),
    of_run("run_waits"),
    replace(of_run("run_attributes", "run_id, name"), person=Gone(f"run_id IN ({RUNS_OF_PERSON})")),
    of_run("run_external_ids", "account_id, external_id, run_id"),
    of_run("signals"),
    of_run("effect_intents"),
    Table(
        "schedule_ticks",
        Gone(f"{ACCOUNT} OR schedule_id IN (SELECT id FROM schedules WHERE created_in = ?1)"),
    ),
    Table(
        "schedules",
        Gone("account_id = ?1 OR created_in = ?1"),
        shut=Shut("removed_at = COALESCE(removed_at, ?1)"),
    ),
    Table(
        "runs",
        Gone("account_id = ?1 AND id <> ?3"),
        subject=Gone("account_id = ?1 AND subject = ?2 AND id <> ?3"),
        person=Emptied(
            "params = json_set(params, '$.email', NULL)",
            "account_id = ?1 AND subject = 'user:' || ?2 AND params ->> 'email' IS NOT NULL",
        ),
        loosened=(
            Emptied("parent_run_id = NULL", "parent_run_id IS NOT NULL AND account_id = ?1"),
            Emptied("previous_run_id = NULL", "previous_run_id IS NOT NULL AND account_id = ?1"),
        ),
        subject_loosened=(
            Emptied("parent_run_id = NULL", f"parent_run_id IN ({RUN})"),
            Emptied("previous_run_id = NULL", f"previous_run_id IN ({RUN})"),
        ),
        key="id",
    ),
    Table(
        "object_quarantine",
        Gone("substr(object_key, 1, length(?1) + 1) = ?1 || '/'"),
        key="object_key",
        withheld="keys of objects that nothing refers to, about to be deleted",
    ),
    Table(
        "audit_events",
        *(_SEALED, _SEALED, _SEALED),
        account_gets=ACCOUNT,
        person_gets=f"account_id = ?1 AND actor IN ({ACTORS_OF_PERSON})",
    ),
    of_nobody("reconciler_cursors", "where a scan goes on"),
)
