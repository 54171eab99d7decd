"""What the cron does for the bank. Importing it imports none of the work."""

from datetime import timedelta
from typing import Final

from tillroll_durable import ObjectsInUse
from tillroll_durable.jobs.job import At, Job
from tillroll_durable.platform.encryption import KeptSecrets

EFFECTS: Final = "bank effects"
MATCHING: Final = "bank matching"
SOURCES: Final = "bank sources"
CONSENTS: Final = "bank consents"
AGREEMENT: Final = "audit of bank books"
CHASING: Final = "chasing"
JOBS: Final = (
    Job(
        EFFECTS,
        At("tillroll.bank.decisions.effects:work_off"),
        12,
        due_in="bank_effects WHERE done_at IS NULL",
    ),
    Job(
        MATCHING,
        At("tillroll.bank.decisions.automatic:match_again"),
        14,
        due_in="bank_matching WHERE is_due > 0",
    ),
    Job(
        "silent bank accounts",
        At("tillroll.bank.silence:tell_of_silence"),
        share=1,
        period=timedelta(hours=12),
        due_in="bank_accounts",
    ),
    Job(
        "unmatched bank entries",
        At("tillroll.bank.decisions.unmatched:tell_of_unmatched"),
        share=1,
        period=timedelta(hours=1),
        due_in="bank_matching",
    ),
    Job(
        CHASING,
        At("tillroll.bank.chasing.asking:ask_each_week"),
        share=1,
        period=timedelta(hours=1),
        due_in="bank_matching",
    ),
    Job(
        AGREEMENT,
        At("tillroll.bank.agreement:audit_books"),
        share=5,
        period=timedelta(minutes=5),
        due_in="bank_accounts",
    ),
    Job(
        SOURCES,
        At("tillroll.bank.sources.jobs:begin_due"),
        8,
        due_in="bank_sources WHERE next_at <= ?1",
    ),
    Job(
        "bank fetches",
        At("tillroll.bank.sources.jobs:sweep"),
        11,
        due_in="bank_fetches WHERE state = 'stored' AND next_attempt_at <= ?1",
    ),
    Job(
        CONSENTS,
        At("tillroll.bank.sources.jobs:warn_of_ends"),
        share=3,
        period=timedelta(hours=1),
        due_in="bank_sources WHERE state = 'connected' AND valid_until IS NOT NULL",
    ),
)
FILES_IN_USE: Final = ObjectsInUse(
    keys=r"[^/]+/bank/[0-9a-f]{64}/.+",
    # The parts of a file are in use until its run has ended.
    query="""
      SELECT asked.value AS object_key FROM json_each(?1) asked JOIN bank_statements s
        ON s.account_id = substr(asked.value, 1, instr(asked.value, '/') - 1)
        AND s.sha256 = substr(asked.value, instr(asked.value, '/') + 6, 64)
      WHERE s.object_key = asked.value OR s.finished_at IS NULL
    """,
)
PAGES_IN_USE: Final = ObjectsInUse(
    keys=r"[^/]+/bank-fetches/.+",
    # Pages are in use until their fetch is settled.
    query="""
      SELECT asked.value AS object_key FROM json_each(?1) asked JOIN bank_fetches f
        ON instr(asked.value, f.account_id || '/bank-fetches/' || f.id || '/') = 1
        AND f.state = 'stored'
    """,
)
NUMBERS: Final = KeptSecrets("bank_accounts", "number")
CREDENTIALS: Final = KeptSecrets("bank_sources", "credentials")
GRANTED: Final = KeptSecrets("bank_sources", "granted", behind="/granted")
SECRETS: Final = (NUMBERS, CREDENTIALS, GRANTED)
