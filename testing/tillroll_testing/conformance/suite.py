"""All scenes with one engine, and what came of each rule."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tillroll_testing.conformance.adapter import Adapter, DidNotStart, NotOffered, NotReached
from tillroll_testing.conformance.other_side import OtherSide
from tillroll_testing.conformance.scenes import SCENES, Scene
from tillroll_testing.conformance.stage import Finding, Stage

Make = Callable[[Path, str], Adapter]
"""Makes an adapter: its folder, and the other side's address."""


@dataclass
class Came:
    """What came of one rule.

    Attributes:
        scenes: in how many it was asked.
        broken: what was lost, done twice or not said, with the scene before it.
        not_offered: what the engine has in place of what was asked for.
    """

    scenes: int = 0
    broken: list[str] = field(default_factory=list[str])
    not_offered: list[str] = field(default_factory=list[str])


@dataclass
class Played:
    """What came of an engine: its rules by their numbers."""

    name: str
    version: str
    rules: dict[int, Came]
    documented: dict[int, str]

    @property
    def broken(self) -> list[int]:
        """The rules that it breaks."""
        return [number for number, came in self.rules.items() if came.broken]


def play(
    make: Make,
    folder: Path,
    *,
    scenes: Sequence[Scene] = SCENES,
    tell: Callable[[str], None] = lambda _: None,
) -> Played:
    """Play all scenes, one after the other, with one engine. `tell` hears of each."""
    with OtherSide() as side:
        adapter = make(folder, side.url)
        side.kill = adapter.kill
        rules: dict[int, Came] = {}
        try:
            adapter.start()
            for number, scene in enumerate(scenes, start=1):
                _note(rules, scene, *_play(adapter, side, scene, f"run-{number}"), tell=tell)
        finally:
            adapter.stop()
    documented = {number: said for number, said in adapter.documented.items() if number in rules}
    ordered = {number: rules[number] for number in sorted(rules)}
    return Played(adapter.name, adapter.version, ordered, documented)


def _play(
    adapter: Adapter, side: OtherSide, scene: Scene, run: str
) -> tuple[list[Finding], str | None]:
    """What breaks a rule, and what the engine does not offer."""
    stage = Stage(adapter, side, run)
    not_offered = None
    try:
        scene.play(stage)
    except NotOffered as error:
        not_offered = str(error)
    except (NotReached, DidNotStart) as error:
        # It takes nothing any more: whatever this scene asks is lost with it.
        what = f"the engine did not answer: {str(error)[-300:]}"
        stage.findings += [Finding(number, what) for number in sorted(scene.asks)]
        adapter.stop()
        side.is_killed.clear()
        adapter.start()
    return stage.findings, not_offered


def _note(
    rules: dict[int, Came],
    scene: Scene,
    findings: Sequence[Finding],
    not_offered: str | None,
    *,
    tell: Callable[[str], None],
) -> None:
    for number in scene.asks:
        came = rules.setdefault(number, Came())
        came.scenes += 1
        if not_offered is not None and number == max(scene.asks):
            came.not_offered.append(not_offered)
    for finding in findings:
        if finding.rule not in scene.asks:
            raise LookupError(f"{scene.title!r} does not ask rule {finding.rule}")
        rules[finding.rule].broken.append(f"{scene.title}: {finding.what}")
    tell(f"{scene.title}: {[f'R{each.rule} {each.what}' for each in findings] or 'held'}")
