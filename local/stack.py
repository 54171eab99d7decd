"""The local stack as one object: the AI server, the genuine `wrangler dev`, the waker and the cron.

`make dev` and the integration tests use the same one.
"""

import base64
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from threading import Thread

import httpx

from local import config, page
from local.audit_key import signing_key_of
from local.banks.server import BankProviders
from local.books.server import BooksServer
from local.books.together import local_books, variables_of
from local.encryption_key import encryption_keys_of
from local.mail.catcher import MailCatcher
from local.migrations import MigrationError, migrate, unapplied
from local.payments.server import PaymentProvider
from local.places import HOST_PYTHON, ROOT
from local.push_key import push_key_of
from local.wrangler import data_folder, dev_command, wrangler_environment
from tillroll_local.cron import Cron
from tillroll_local.ended_runs import forget_ended
from tillroll_local.files import close_to_others
from tillroll_local.leftovers import end_left_over, mark
from tillroll_local.locks import FileLock, Locked
from tillroll_local.processes import Part, becomes_free, end_all, free_port
from tillroll_local.waker import Waker, count_starts

READY_SECONDS = 180.0
# What wrangler 4.164 says when a Worker with workflows raises while it is loaded; its list of
# bindings may follow.
_DOES_NOT_LOAD = "The Workers runtime failed to start"
# What it says when workerd crashed and its own attempt to start it again failed: it then runs on
# without a Worker.
_DID_NOT_RESTART = "The Workers runtime failed to restart after an unexpected crash"
_WRANGLER = "wrangler dev"
# How long it may take to end once it has said that.
_ENDING_SECONDS = 15.0
_POLL_SECONDS = 0.05
# The inbox listens on this machine only, and what is mailed there goes nowhere.
RECEIPTS_DOMAIN = "receipts.example.com"
_PAYMENTS_KEY, _PAYMENTS_ACCOUNT = "sk_local", "fa_local"
_OTHER_MAIL = {"MAIL_FROM", "MAIL_API_KEY", "MAIL_API_URL"}
_OTHER_PROVIDER = {"PAYMENTS_API_KEY", "PAYMENTS_API_URL", "BILLING_API_KEY", "BILLING_API_URL"}
_BILLING_PRICES = {"BILLING_PRICE_TEAM": "price_team", "BILLING_PRICE_BUSINESS": "price_business"}
_MAIL_KEY, _MAIL_SECRET = (
    "re_local",
    "whsec_" + base64.b64encode(b"the inbox of this machine").decode(),
)


class StackError(Exception):
    """The stack did not start or did not go on; the message says which part and what it last
    said.
    """


class WorkerBroken(StackError):
    """The Worker's code does not load, after a save for instance: wrangler shows why, and ends."""


class RuntimeCrashed(StackError):
    """wrangler, or workerd below it, has ended as no code of the Worker makes it: `restart_worker`
    starts it again.
    """


class Cancelled(Exception):
    """What was under way has been given up, because `cancel` was called."""


def _say_nothing(line: str) -> None:
    del line


@dataclass(frozen=True)
class Options:
    """How to run a stack. `variables` override the Worker's vars; `cron_seconds` 0 fires no cron;
    `main` is another entry file than the deployed one's, relative to the project, and `workflows`
    are further ones that it has; `requests_a_minute` takes the place of the deployed limits. Unless
    `loads_ocr_ahead`, what reads photos is loaded when the first one comes: a stack without photos
    need not spend four seconds of a processor and 0.5 GB on it. With `makes_snapshots`, a start
    that finds no memory snapshot has one made for the next.
    """

    state: Path
    port: int = field(default_factory=free_port)
    ai_port: int = field(default_factory=free_port)
    inspector_port: int = field(default_factory=free_port)
    mail_port: int = field(default_factory=free_port)
    payments_port: int = field(default_factory=free_port)
    banks_port: int = field(default_factory=free_port)
    books_port: int = field(default_factory=free_port)
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    main: str | None = None
    workflows: Sequence[Mapping[str, str]] = ()
    requests_a_minute: int | None = None
    cron_seconds: float = 60.0
    language_model_url: str = ""
    language_model_name: str = ""
    loads_ocr_ahead: bool = True
    makes_snapshots: bool = True


class Stack:
    """Started by `start`, ended by `stop` (in order) or `kill` (SIGKILL, as a power cut would).

    `say` is told what is being done, in short lines.
    """

    def __init__(self, options: Options, say: Callable[[str], None] = _say_nothing) -> None:
        self.options = options
        self.state = options.state.resolve()
        self.url = f"http://localhost:{options.port}"
        self.ai_url = f"http://127.0.0.1:{options.ai_port}"
        self.mail_url = f"http://127.0.0.1:{options.mail_port}"
        self.payments_url = f"http://127.0.0.1:{options.payments_port}"
        self.banks_url = f"http://127.0.0.1:{options.banks_port}"
        self.books_url = f"http://127.0.0.1:{options.books_port}"
        # The account whose payees the local provider pays; empty: it pays nobody.
        self.payer = ""
        self.parts: list[Part] = []
        self._say = say
        self._cancelled = False
        self._broken_since: float | None = (
            None  # when wrangler was first seen to say that the Worker does not load
        )
        self._lock = FileLock(self.state / "lock")
        self._config: Path | None = None
        self._helpers: list[
            Waker | Cron | MailCatcher | PaymentProvider | BankProviders | BooksServer
        ] = []

    @property
    def config(self) -> Path:
        """The local configuration; exists between `prepare` and the end."""
        if self._config is None:
            raise StackError("The stack has no configuration yet: call prepare() or start() first")
        return self._config

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    def prepare(self) -> Path:
        """Take the state folder, write the configuration and bring the database up to date; return
        the former's path.

        Raises:
            StackError: another stack has the folder, the port is taken, or the migrations do not
                apply.
        """
        try:
            self._lock.acquire()
        except Locked:
            raise StackError(
                f"{self.state} is in use by another instance. Stop that one, or keep this one's "
                "data elsewhere: STATE=…"
            ) from None
        self._close_to_others()
        if ended := end_left_over(self.state):
            self._say(f"Ended what an earlier start left running: {len(ended)} processes")
        if not becomes_free(self.options.port):
            raise StackError(
                f"Port {self.options.port} is taken. Free it, or choose another: "
                f"PORT={self.options.port + 1}"
            )
        return self._bring_up_to_date()

    def _bring_up_to_date(self) -> Path:
        configuration = self._configure()
        try:
            migrate(self.state, configuration, self._say)
        except MigrationError as error:
            raise StackError(str(error)) from error
        return configuration

    def _configure(self) -> Path:
        self._config = config.write(
            self.state,
            f"127.0.0.1:{self.options.ai_port}",
            self._variables(),
            self.options.main,
            self.options.workflows,
            self.options.requests_a_minute,
        )
        return self._config

    def _build_page(self) -> None:
        try:
            page.build()
        except page.PageError as error:
            raise StackError(f"The page cannot be built:\n{error}") from error

    def start(self) -> None:
        """Prepare, start every part and wait until the Worker and the AI server answer.

        Raises:
            StackError: a part ended, or did not answer within READY_SECONDS. What had started is
                stopped.
            Cancelled: the same, because it was told to.
        """
        try:
            self.prepare()
            self.check()
            self._build_page()
            self._say("Starting the AI server …")
            self.parts.append(self._start_ai_server())
            self._say("Starting wrangler dev …")
            # it only grows while a waker counts its lines
            self._starts_file.unlink(missing_ok=True)
            self.parts.append(self._start_wrangler())
            self._wait_for(f"{self.ai_url}/health")
            self._wait_for(f"{self.url}/api/health")
        except (StackError, Cancelled):
            self.stop()
            raise
        self._start_helpers()
        if self.options.loads_ocr_ahead:
            Thread(target=self._load_ocr, daemon=True).start()

    def _load_ocr(self) -> None:
        """Behind the Worker's start, which needs both cores; a photo that comes meanwhile waits for
        it.
        """
        with suppress(httpx.TransportError):  # the AI server has ended, which `check` tells
            httpx.post(f"{self.ai_url}/load", timeout=READY_SECONDS)

    def cancel(self) -> None:
        """Make what is under way, and every `check`, raise Cancelled. It only asks the parts to
        end: `stop` ends them.

        For signal handlers: it takes no lock that what they interrupt could hold.
        """
        self._cancelled = True
        for part in self.parts:
            part.ask_to_end()  # which also breaks a request that is being waited for

    def restart_worker(self) -> None:
        """Start wrangler again, after it ended or in place of the one that runs, and wait for the
        Worker.

        Raises:
            StackError: as from `start`; nothing is stopped.
            Cancelled: `cancel` was called.
        """
        self._end_wrangler()
        self._start_wrangler_anew()

    def reconfigure(self) -> None:
        """Start wrangler again on what wrangler.jsonc says now, and wait for the Worker. A
        migration that came since is not applied: whoever wrote it is still at it.

        Raises:
            StackError: as from `start`; nothing else is stopped.
            Cancelled: `cancel` was called.
        """
        self._end_wrangler()
        self._configure()
        for name in unapplied(self.state):
            self._say(
                f"migrations/{name} is not applied yet. Edit its table first, then start this "
                "again."
            )
        self._start_wrangler_anew()

    def _end_wrangler(self) -> None:
        for part in [part for part in self.parts if part.name == _WRANGLER]:
            end_all([part])
            self.parts.remove(part)
        becomes_free(self.options.port)

    def _start_wrangler_anew(self) -> None:
        self.parts.append(self._start_wrangler())
        self._wait_for(f"{self.url}/api/health")

    def workerd_starts(self) -> int:
        """How often workerd has been started since `start`: at first, and again after every
        save.
        """
        return count_starts(self._starts_file)

    def worker_loaded_at(self) -> float:
        """When workerd was last started to load the Worker's code, as a file's time."""
        return self._starts_file.stat().st_mtime

    def check(self) -> None:
        """Look at every part.

        Raises:
            Cancelled: `cancel` was called.
            WorkerBroken: wrangler has ended because the Worker's code does not load, or has said so
                and hangs.
            RuntimeCrashed: wrangler has ended otherwise, or has no workerd any more.
            StackError: another part has ended.
        """
        crashed = [
            part
            for part in self.parts
            if part.name == _WRANGLER and part.has_said(_DID_NOT_RESTART)
        ]
        if not crashed:
            self._end_what_hangs()
        ended = [(part, code) for part in self.parts if (code := part.exit_code()) is not None]
        if self._cancelled:  # looked at last: the parts end because of it
            raise Cancelled
        for part, code in ended:
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            by_itself = code == 1 or self._broken_since is not None
            kind = RuntimeCrashed if part.name == _WRANGLER else StackError
            if by_itself and part.has_said(_DOES_NOT_LOAD) and part not in crashed:
                kind = WorkerBroken
            raise kind(
                f"{part.name} ended ({how}). Its last lines, from {part.log}:\n{part.tail()}"
            )
        for part in crashed:
            raise RuntimeCrashed(
                f"workerd crashed. The last lines of {part.name}, from {part.log}:\n{part.tail()}"
            )

    def _end_what_hangs(self) -> None:
        """wrangler ends once it has said that the Worker does not load; where that takes too long,
        end it.
        """
        for part in self.parts:
            if part.name != _WRANGLER or part.exit_code() is not None:
                continue
            if not part.has_said(_DOES_NOT_LOAD):
                self._broken_since = None
            elif self._broken_since is None:
                self._broken_since = time.monotonic()
            elif time.monotonic() - self._broken_since > _ENDING_SECONDS:
                part.kill()

    def stop(self) -> None:
        """End every part in order; the state folder is free afterwards."""
        end_all(self.parts)
        self._forget()

    def kill(self) -> None:
        """End everything as a power cut would: no part is asked, none can save anything."""
        for part in self.parts:
            part.kill()
        self._forget()

    def _forget(self) -> None:
        if not self._lock.is_held:
            return  # nothing was begun, and what carries the folder's mark is another's
        end_left_over(self.state)  # what has left its part's group
        if self.parts:
            becomes_free(self.options.port)
        # after the parts: a request of theirs that is under way ends with workerd
        for helper in self._helpers:
            helper.stop()
        self._helpers, self.parts = [], []
        if self._config:
            self._config.unlink(missing_ok=True)
        self._lock.release()

    def _variables(self) -> dict[str, str]:
        keys = {
            "AUDIT_SIGNING_KEY": signing_key_of(self.state),
            "ENCRYPTION_KEYS": encryption_keys_of(self.state),
            "PUSH_SIGNING_KEY": push_key_of(self.state),
            # Nothing is routed to it: mail is posted to /cdn-cgi/handler/email.
            "RECEIPTS_MAIL_DOMAIN": RECEIPTS_DOMAIN,
            # whoever tries Tillroll here has their receiver here too
            "ALLOW_PRIVATE_ADDRESSES": "true",
        }
        return {
            **keys,
            **self._mail_variables(),
            **self._payment_variables(),
            "ENABLE_BANKING_API_URL": self.banks_url,
            **variables_of(self.books_url),
            **self.options.variables,
        }

    def _mail_variables(self) -> dict[str, str]:
        """Mail goes to the inbox of this machine, unless a provider is set."""
        if not self.catches_mail:
            return {}
        return {
            "MAIL_LINKS_URL": self.url,
            "MAIL_FROM": "Tillroll <tillroll@example.com>",
            "MAIL_API_URL": self.mail_url,
            "MAIL_API_KEY": _MAIL_KEY,
            "MAIL_WEBHOOK_SECRET": _MAIL_SECRET,
        }

    def _payment_variables(self) -> dict[str, str]:
        if not self.pays_locally:
            return {}
        return {
            "PAYMENTS_API_KEY": _PAYMENTS_KEY,
            "PAYMENTS_ACCOUNT": _PAYMENTS_ACCOUNT,
            "PAYMENTS_PAYER": self.payer,
            "PAYMENTS_API_URL": self.payments_url,
            # The example of the IBAN registry: no bank has it.
            "PAYMENTS_DEBTOR_NAME": "Example GmbH",
            "PAYMENTS_DEBTOR_IBAN": "DE89370400440532013000",
            # The same provider invoices.
            "BILLING_API_KEY": _PAYMENTS_KEY,
            "BILLING_API_URL": self.payments_url,
            **_BILLING_PRICES,
        }

    @property
    def pays_locally(self) -> bool:
        """Whether payouts are paid by the provider of this machine, which moves no money."""
        return self.payer != "" and not _OTHER_PROVIDER & self.options.variables.keys()

    @property
    def catches_mail(self) -> bool:
        """Whether mail ends in the inbox of this machine."""
        return not _OTHER_MAIL & self.options.variables.keys()

    def _close_to_others(self) -> None:
        """The state folder has a key and receipts, its logs what wrangler says: both are their
        owner's only.
        """
        try:
            for folder in (self.state, self.logs, data_folder(self.state).parent):
                close_to_others(folder)
        except PermissionError as error:
            raise StackError(
                f"{self.state} is not yours alone ({error}). Take a folder of your own: STATE=…"
            ) from error

    def _start_ai_server(self) -> Part:
        command = [str(HOST_PYTHON), "-m", "local.ai.server", "--port", str(self.options.ai_port)]
        if self.options.language_model_url:
            command += ["--language-model-url", self.options.language_model_url]
            command += ["--language-model-name", self.options.language_model_name]
        return Part(
            "The AI server", command, log=self.logs / "ai.log", env=mark(self.state), folder=ROOT
        )

    def _start_wrangler(self) -> Part:
        forget_ended(data_folder(self.state))
        command = dev_command(
            self.config, self.state, self.options.port, self.options.inspector_port
        )
        secrets = config.secrets_of(self._variables())
        offline = wrangler_environment(
            self._starts_file, makes_snapshots=self.options.makes_snapshots
        )
        environment = {**offline, **secrets, **mark(self.state)}
        return Part(
            _WRANGLER, command, log=self.logs / "wrangler.log", env=environment, folder=ROOT
        )

    def _start_helpers(self) -> None:
        deployed = config.read_deployed()
        workflows = [each["name"] for each in (*deployed["workflows"], *self.options.workflows)]
        self._helpers.append(Waker(self.url, self._starts_file, workflows))
        if self.options.cron_seconds:
            self._helpers.append(
                Cron(self.url, deployed["triggers"]["crons"], self.options.cron_seconds)
            )
        if self.catches_mail:
            file = self.state / "mail.json"
            self._helpers.append(
                MailCatcher(self.options.mail_port, _MAIL_KEY, file, self.url, _MAIL_SECRET)
            )
        if self.pays_locally:
            file = self.state / "payments.json"
            self._helpers.append(PaymentProvider(self.options.payments_port, _PAYMENTS_KEY, file))
        self._helpers.append(BankProviders(self.options.banks_port))
        self._helpers.append(local_books(self.options.books_port, self.state / "books.json"))
        for helper in self._helpers:
            helper.start()

    @property
    def _starts_file(self) -> Path:
        return self.state / "workerd-starts"

    def _wait_for(self, url: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        with httpx.Client(timeout=5) as client:
            while time.monotonic() < deadline:
                self.check()
                try:
                    if client.get(url).status_code == HTTPStatus.OK:
                        return
                except httpx.TransportError:
                    pass  # not listening yet: the deadline decides
                time.sleep(_POLL_SECONDS)
        raise StackError(f"{url} did not answer within {READY_SECONDS:.0f} s. See {self.logs}")
