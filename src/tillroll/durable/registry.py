"""The workflows of a deployment, and what is asked of them by a run's kind and version."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tillroll.durable.contract import Contract, Settlement
from tillroll.durable.declared import ObjectsInUse, Topic, of_all
from tillroll.durable.explanation.views import View
from tillroll.durable.record.events import TOPICS as OF_EVERY_RUN
from tillroll.durable.record.outbox import Settlements
from tillroll.durable.record.steps import OUTPUTS_IN_USE
from tillroll.durable.record.versions import Contracts, by_version, shown_contract
from tillroll.durable.workflow import Workflow


class Registry:
    """All workflows that are deployed, with the versions that live runs may still have.

    Raises:
        ValueError: a version is listed twice, two kinds send events of one topic, or two versions of a kind let
            different numbers of runs go on at once.
    """

    def __init__(
        self,
        workflows: Sequence[Workflow],
        told_beside: Sequence[Topic[Any]] = (),
        objects_beside: Sequence[ObjectsInUse] = (),
    ) -> None:
        """`told_beside` are topics of events that no body tells: their delivery leaves the run that they name where it
        is. So does that of what is told of every run. `objects_beside` are in use beside those of workflows."""
        self.workflows = tuple(workflows)
        self._by_version = {(each.contract.kind, each.contract.version): each for each in workflows}
        if len(self._by_version) < len(self.workflows):
            raise ValueError("a kind's version is registered twice: raise the version of one")
        self._newest = {kind: self._by_version[kind, version] for kind, version in sorted(self._by_version)}
        for each in self.workflows:
            if each.contract.concurrency != self._newest[each.contract.kind].contract.concurrency:
                raise ValueError(
                    f"{each.contract.kind}: version {each.contract.version} has another `concurrency` than the newest; "
                    "no replay depends on it, so give all versions the same"
                )
        beside = [*OF_EVERY_RUN, *told_beside]
        self.settlements = _settlements(self.workflows, self._newest.values(), [topic.name for topic in beside])
        # What an endpoint can be told of, by name.
        self.topics: Mapping[str, Topic[Any]] = {
            topic.name: topic
            for topics in (beside, *((*each.topics, *each.contract.topics) for each in self.workflows))
            for topic in topics
        }
        # The objects of all owners.
        self.objects_in_use = of_all(
            [
                OUTPUTS_IN_USE,
                *objects_beside,
                *(each.objects_in_use for each in self._newest.values() if each.objects_in_use),
            ]
        )
        self.contracts: Contracts = by_version(workflow.contract for workflow in workflows)

    @property
    def newest(self) -> Mapping[str, Workflow]:
        """The newest version of each kind: what new runs begin under."""
        return self._newest

    def find(self, kind: str, version: int) -> Workflow | None:
        """The workflow that a run executes; None where it is not deployed (any more)."""
        return self._by_version.get((kind, version))

    def shown_by(self, kind: str, version: int) -> Workflow | None:
        """The workflow that a run is shown by, and that checks what a person gives it: its own, or where that was
        removed too early, the newest of its kind; None where nothing of its kind is deployed."""
        return self.find(kind, version) or self._newest.get(kind)

    def contract_of(self, kind: str, version: int) -> Contract:
        """The contract that a run is shown by, also where its kind is not deployed."""
        return shown_contract(self.contracts, kind, version)

    def view_of(self, kind: str) -> View:
        """How the runs of a kind are shown; without the kind's own, where it is not deployed."""
        workflow = self._newest.get(kind)
        return workflow.view if workflow else View()

    def sentence_for(self, kind: str, code: str) -> str:
        """What a person should do about a reason; a text that is no code (a person's comment) is its own sentence."""
        workflow = self._newest.get(kind)
        return workflow.sentences.get(code, code) if workflow else code

    def message_for(self, kind: str, says: str, reason: str | None) -> str:
        """A state's sentence for its owner, with the reason filled in."""
        return says.format(reason=self.sentence_for(kind, reason) if reason else "no reason was given.")


def _settlements(workflows: Iterable[Workflow], newest: Iterable[Workflow], told_beside: Sequence[str]) -> Settlements:
    found: dict[str, Settlement | None] = dict.fromkeys(told_beside)
    kinds: dict[str, str] = dict.fromkeys(told_beside, "")
    for workflow in newest:
        for topic, settlement in workflow.settlements.items():
            _claim(kinds, topic, workflow.contract.kind)
            found[topic] = settlement
    for workflow in workflows:  # also what runs of an older version tell
        for topic in workflow.contract.topics:
            _claim(kinds, topic.name, workflow.contract.kind)
            found.setdefault(topic.name, None)
    return found


def _claim(kinds: dict[str, str], topic: str, kind: str) -> None:
    if kinds.setdefault(topic, kind) != kind:
        raise ValueError(f"two kinds send events of the topic {topic!r}: name one of them differently")
