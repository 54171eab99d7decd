"""The Worker: what the configuration names."""

from held import flows

from tillroll_durable.worker import Tillroll

app = Tillroll(workflows=[*flows.ALL])
Default = app.entrypoint
Workflows = app.workflows
