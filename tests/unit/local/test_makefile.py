"""What the Makefile hands on to the command."""

import subprocess

from local.places import ROOT


def test_a_workflow_is_made_as_the_command_makes_it() -> None:
    given = ["NAME=nightly-close", "STEPS=fetch:read, charge:external", "ARGS=--wait approved"]
    told = subprocess.run(
        ["/usr/bin/env", "make", "--no-print-directory", "-n", "workflow", *given],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.splitlines()[-1] == (
        '.venv/bin/tillroll new workflow "nightly-close" --steps "fetch:read, '
        'charge:external" --wait approved'
    )
