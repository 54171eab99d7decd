"""A project's Worker under the genuine `wrangler dev`, with its waker, crons and other side."""

import json
import os
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from tillroll_command.running import configuration
from tillroll_command.running.database import Database, DatabaseRefused, apply_migrations
from tillroll_command.running.page import copy_page
from tillroll_command.running.places import Places
from tillroll_command.tokens import made_token
from tillroll_local.cron import Cron
from tillroll_local.ended_runs import forget_ended
from tillroll_local.files import close_to_others, write_private
from tillroll_local.leftovers import mark
from tillroll_local.other_side import LOOPBACK, OtherSide
from tillroll_local.processes import Part, free_port, is_port_free
from tillroll_local.stack import (
    WRANGLER,
    Cancelled,
    Helper,
    StackError,
    WorkerStack,
    say_nothing,
)
from tillroll_local.tools import dev_command, offline_environment
from tillroll_local.waker import Waker

PERMISSIONS: Final = ("operate", "read", "review", "run")
"""What the token of this machine may do."""
_CRON_SECONDS: Final = 60.0
# A request without a token is refused: then the Worker answers.
_ANSWERS: Final = frozenset({HTTPStatus.OK, HTTPStatus.UNAUTHORIZED})


@dataclass(frozen=True)
class Ports:
    """Where the parts listen."""

    worker: int
    inspector: int = field(default_factory=free_port)

    @cached_property
    def other_side(self) -> int:
        """The port behind the Worker's, if it is free: what a run has sent there names it."""
        if is_port_free(self.worker + 1):
            return self.worker + 1
        return free_port()


class ProjectStack(WorkerStack):
    """A project's stack. Its runs and rows lie where plain wrangler has them."""

    option_of_port = "--port "

    def __init__(self, places: Places, ports: Ports, say: Any = say_nothing) -> None:
        super().__init__(places.state, ports.worker, say)
        self._places = places
        self._ports = ports
        self.token = ""

    def start(self) -> None:
        """Bring the database up to date, start all parts, and wait until the Worker answers.

        Raises:
            StackError: something did not start. What had started is stopped.
            Cancelled: `cancel` was called.
        """
        try:
            self._take_folder()
            close_to_others(self.state)
            self._check_port()
            self._configure()
            self._bring_up_to_date()
            self._say("Starting wrangler dev …")
            self._starts_file.unlink(
                missing_ok=True
            )  # it only grows while a waker counts its lines
            self._begin(OtherSide(self._ports.other_side, self.state / "other-side.jsonl"))
            self.parts.append(self._start_wrangler())
            self._wait_for_worker()
        except (StackError, Cancelled):
            self.stop()
            raise
        deployed = configuration.read(self._places.configuration)
        self._begin(Waker(self.url, self._starts_file, configuration.workflows_in(deployed)))
        self._begin(Cron(self.url, configuration.crons_in(deployed), _CRON_SECONDS))
        information = {"url": self.url, "token": self.token, "pid": os.getpid()}
        write_private(self.information_file, json.dumps(information) + "\n")

    @property
    def information_file(self) -> Path:
        """What a running stack tells scripts: {"url", "token", "pid"}."""
        return self.state / "dev.json"

    def stop(self) -> None:
        self.information_file.unlink(missing_ok=True)
        super().stop()

    def _begin(self, helper: Helper) -> None:
        helper.start()
        self._helpers.append(helper)

    def _configure(self) -> Path:
        other_side = f"http://{LOOPBACK}:{self._ports.other_side}"
        try:
            deployed = configuration.read(self._places.configuration)
        except (OSError, ValueError) as error:
            raise StackError(f"wrangler.jsonc cannot be read: {error}.") from error
        copy_page(self._places)
        local = configuration.localise(deployed, os.environ, other_side)
        self._config = self._places.root / f"wrangler.local-{os.getpid()}.jsonc"
        configuration.write(self._config, local)
        return self._config

    def _bring_up_to_date(self) -> None:
        """Raises StackError."""
        file = self.state / "token"
        made = made_token("tillroll dev", PERMISSIONS)
        is_new = not self._places.data.exists()
        if is_new:
            write_private(file, made.secret)
        database = Database(self._places, self.config)
        try:
            apply_migrations(self._places, database, self._say, made.sql)
            if not file.exists():
                write_private(file, made.secret)
                database.execute(made.sql)
        except DatabaseRefused as error:
            raise StackError(f"The migrations did not apply:\n{error}") from error
        self.token = file.read_text(encoding="utf-8").strip()

    def _start_wrangler(self) -> Part:
        forget_ended(self._places.data)
        tools = self._places.tools
        command = dev_command(
            tools,
            self.config,
            data=self._places.data,
            port=self._ports.worker,
            inspector_port=self._ports.inspector,
        )
        environment = {**offline_environment(tools, self._starts_file), **mark(self.state)}
        log = self.logs / "wrangler.log"
        return Part(WRANGLER, command, log=log, env=environment, folder=self._places.root)

    def _wait_for_worker(self) -> None:
        self._wait_for(f"{self.url}/api/workflows", _ANSWERS)

    def _tell_of_migrations(self) -> None:
        """A new migration is applied by the next start."""
