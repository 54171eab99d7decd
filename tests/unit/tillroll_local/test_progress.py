"""Stages that take long are shown with their elapsed time."""

import sys

import pytest

from tillroll_local.progress import Progress


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def lines_after(progress: Progress, clock: Clock, *moments: float) -> None:
    for clock.seconds in moments:
        progress.tick()


def test_in_a_log_a_line_comes_after_five_seconds_and_every_ten(
    capsys: pytest.CaptureFixture[str],
) -> None:
    clock = Clock()
    progress = Progress(clock)
    with progress.step("Installing this"):
        lines_after(progress, clock, 1, 4, 5, 6, 14, 15)
        with progress.step("Installing that"):
            lines_after(progress, clock, 20, 25)
    lines_after(progress, clock, 40)
    assert capsys.readouterr().out.splitlines() == [
        "Installing this …",
        "Installing this … 5 s",
        "Installing this … 15 s",
        "Installing that …",
        "Installing that … 5 s",
        "Installing this … 25 s",
    ]


def test_a_stage_ends_with_the_next_and_not_with_a_line_of_a_log(
    capsys: pytest.CaptureFixture[str],
) -> None:
    clock = Clock()
    progress = Progress(clock)
    progress.stage("Starting wrangler dev …")
    progress.say("something that a log says")
    lines_after(progress, clock, 6)
    progress.stage("Tillroll is ready")
    lines_after(progress, clock, 60)
    assert capsys.readouterr().out.splitlines() == [
        "Starting wrangler dev …",
        "something that a log says",
        "Starting wrangler dev … 6 s",
        "Tillroll is ready",
    ]


def test_on_a_terminal_one_line_moves_and_goes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    clock = Clock()
    progress = Progress(clock)
    progress.stage("Starting …")
    lines_after(progress, clock, 1, 2)
    progress.say("hello")
    progress.stage("ready")
    lines_after(progress, clock, 3)
    cleared = "\r\x1b[2K"
    assert (
        capsys.readouterr().out
        == f"Starting …\nStarting … 1 s{cleared}Starting … 2 s{cleared}hello\nready\n"
    )
