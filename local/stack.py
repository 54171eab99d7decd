"""The local stack as one object: the AI server, the genuine `wrangler dev`, the waker and the cron.

`make dev` and the integration tests use the same one.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import httpx

from local import config, page
from local.audit_key import signing_key_of
from local.banks.server import BankProviders
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
from tillroll_local.leftovers import mark
from tillroll_local.processes import Part, free_port
from tillroll_local.stack import (
    READY_SECONDS,
    WRANGLER,
    Cancelled,
    StackError,
    WorkerStack,
    say_nothing,
)
from tillroll_local.waker import Waker

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


@dataclass(frozen=True)
class Options:
    """How to run a stack. `variables` override the Worker's vars; `cron_seconds` 0 fires no cron;
    `main` is another entry file than the deployed one's, relative to the project, and `workflows`
    are further ones that it has; `requests_a_minute` takes the place of the deployed limits. Unless
    `loads_ocr_ahead`, what reads photos is loaded when the first one comes: a stack without photos
    need not spend four seconds of a processor and 0.5 GB on it. With `makes_snapshots`, a start
    that finds no memory snapshot has one made for the next. It has so many `databases` at least.
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
    databases: int = 1


class Stack(WorkerStack):
    """Started by `start`, ended by `stop` (in order) or `kill` (SIGKILL, as a power cut would).

    `say` gets what is being done, in short lines.
    """

    def __init__(self, options: Options, say: Callable[[str], None] = say_nothing) -> None:
        super().__init__(options.state, options.port, say)
        self.options = options
        self.ai_url = f"http://127.0.0.1:{options.ai_port}"
        self.mail_url = f"http://127.0.0.1:{options.mail_port}"
        self.payments_url = f"http://127.0.0.1:{options.payments_port}"
        self.banks_url = f"http://127.0.0.1:{options.banks_port}"
        self.books_url = f"http://127.0.0.1:{options.books_port}"
        # The account whose payees the local provider pays; empty: it pays nobody.
        self.payer = ""

    def prepare(self) -> Path:
        """Take the state folder, write the configuration and bring the database up to date; return
        the former's path.

        Raises:
            StackError: another stack has the folder, the port is taken, or the migrations do not
                apply.
        """
        self._take_folder()
        self._close_to_others()
        self._check_port()
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
            self.options.databases,
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
            Cancelled: the same, because somebody cancelled it.
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
            self._wait_for_worker()
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

    def _tell_of_migrations(self) -> None:
        for name in unapplied(self.state):
            self._say(
                f"migrations/{name} is not applied yet. Edit its table first, then start this "
                "again."
            )

    def _wait_for_worker(self) -> None:
        self._wait_for(f"{self.url}/api/health")

    def _variables(self) -> dict[str, str]:
        keys = {
            "AUDIT_SIGNING_KEY": signing_key_of(self.state),
            "ENCRYPTION_KEYS": encryption_keys_of(self.state),
            "PUSH_SIGNING_KEY": push_key_of(self.state),
            # Nothing is routed to it: mail is posted to /cdn-cgi/handler/email.
            "RECEIPTS_MAIL_DOMAIN": RECEIPTS_DOMAIN,
            # people who try Tillroll here have their receiver here too
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
        return Part(WRANGLER, command, log=self.logs / "wrangler.log", env=environment, folder=ROOT)

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
