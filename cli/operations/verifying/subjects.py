"""All that was not proven without an account of Cloudflare's, and what proves it.

`make docs` writes the list into docs/deploying.md.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from cli.client.api import NoAnswer
from cli.operations.verifying import of_cloudflare, of_photos, of_the_record, of_the_server
from cli.operations.verifying.deployment import Deployment
from cli.operations.verifying.lines import Finding, Line, failed, not_proven
from tillroll_command.endings import Stopped


@dataclass(frozen=True)
class Subject:
    """`gap` is what was not proven, `proof` what proves it; `check` looks how it stands."""

    name: str
    gap: str
    proof: str
    check: Callable[[Deployment], Finding]


def _by_hand(advice: str) -> Callable[[Deployment], Finding]:
    """What only a person can look at."""
    return lambda _: not_proven(advice)


SUBJECTS: Final = (
    Subject(
        "first deployment",
        "that Cloudflare answers as the fake does: codes of errors, how soon a list has what was "
        "made, custom domains",
        "the first `tillroll deploy` reads the sample receipt",
        of_the_record.first_deployment,
    ),
    Subject(
        "migrations by file",
        "`wrangler d1 execute --remote` by file, and D1's own refusals",
        "the first `tillroll deploy` applies the migrations",
        of_the_record.migrations_by_file,
    ),
    Subject(
        "canary",
        "how requests are divided, and the header that names a version",
        "the second `tillroll deploy` watches a canary",
        of_the_record.canary,
    ),
    Subject(
        "D1, R2, Queue",
        "that each answers the Worker as deployed",
        "`GET /api/health?deep` asks each",
        of_the_server.parts,
    ),
    Subject(
        "query counting",
        "that D1 counts a batch as one query, up to 1,000 in an invocation",
        "`GET /api/query-check` asks as many as the Worker counts on",
        of_the_server.query_count,
    ),
    Subject(
        "reads near people",
        "that sessions of D1 give bookmarks, by which lists are read from copies",
        "`GET /api/query-check` opens two sessions, where `READS_NEAR` is on",
        of_the_server.reads_near,
    ),
    Subject(
        "cron",
        "that Cloudflare calls the Worker each minute",
        "a tick ended within the last three minutes",
        of_the_server.cron,
    ),
    Subject(
        "wake-up",
        "that a Workflow that waits goes on when it gets its event",
        "a letter without a total waits, and ends when it is rejected",
        of_the_server.wake_up,
    ),
    *(
        Subject(
            name,
            f"that Images and the model read a photo as {name}",
            f"`--photos FOLDER` with one: {', '.join(suffixes)}",
            of_photos.photos_in(name),
        )
        for name, suffixes in of_photos.FORMATS.items()
    ),
    Subject(
        of_photos.TURNED,
        "that Images turns a photo as its file says",
        "`--photos FOLDER` with a JPEG that a phone took upright",
        of_photos.turned_photos,
    ),
    Subject(
        "model answers and finish_reason",
        "what Workers AI's own models answer: here `env.AI` talks to a server that reads by OCR. "
        "Expect other transcripts",
        "the ledger of calls after `--photos`; then `bench/` on receipts of your own",
        of_photos.model_answers,
    ),
    Subject(
        "prices",
        "what Cloudflare bills for a call",
        "the sum of the calls, which you compare with the bill",
        of_photos.prices,
    ),
    Subject(
        "mail headers",
        "what Email Routing writes into a mail's headers",
        "the newest mail to the account of the checks",
        of_the_server.mail_headers,
    ),
    Subject(
        "start-up CPU",
        "the processor time that a snapshot may take to make",
        "what Cloudflare measured at the last deploy; [late "
        "imports](#if-a-deploy-runs-out-of-start-up-time)",
        of_the_record.startup,
    ),
    Subject(
        "memory",
        "that nothing is killed for its memory",
        "Cloudflare's figures of a day with scans; `isolate.born` in the log shows the rest",
        of_cloudflare.memory,
    ),
    Subject(
        "backup and restore",
        "both with `--remote`: wrangler's proxy to a deployed bucket needs Cloudflare's network",
        "`verify` of a [drill's](operations.md#backup-and-the-restore-drill) deployment",
        of_the_record.restored,
    ),
    Subject(
        "failures of Workers AI and Images",
        "their failures are played as reports describe them "
        "(`tests/support/cloudflare_failures.py`)",
        "by hand: [codes](operations.md#codes-of-workers-ai-and-images) of runs that failed",
        _by_hand("look at runs that failed in use: docs/operations.md has the codes"),
    ),
    Subject(
        "wrangler dev with a login",
        "plain `npx wrangler dev`",
        "by hand: [what was tried](#plain-wrangler-dev)",
        _by_hand("npx wrangler login, then npx wrangler dev"),
    ),
    Subject(
        "pywrangler",
        "`uv run pywrangler sync` and `deploy`",
        "by hand: [what was tried](#pywrangler)",
        _by_hand("make setup, then uv run pywrangler deploy"),
    ),
)


def verify(deployment: Deployment) -> Iterator[Line]:
    """Each line as it comes to stand, in the order of SUBJECTS. Raises NoAnswer: the deployment
    does not answer.
    """
    for subject in SUBJECTS:
        yield Line(subject.name, _found(subject, deployment))


def _found(subject: Subject, deployment: Deployment) -> Finding:
    """A refusal fails its own line only: the others are looked at all the same."""
    try:
        return subject.check(deployment)
    except NoAnswer:
        raise
    except Stopped as stopped:
        return failed(f"{stopped}")
