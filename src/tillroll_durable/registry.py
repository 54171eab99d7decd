"""The workflows of a deployment. Each kind is imported when it is first asked for: an isolate never
gives back the memory that an import takes.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import chain, product
from typing import Any

from tillroll_durable.contract import Contract, Contracts, Settlement
from tillroll_durable.declared import ObjectsInUse, Topic, of_all
from tillroll_durable.outbox import TOPICS as OF_EVERY_RUN
from tillroll_durable.outbox import Settlements
from tillroll_durable.platform.bindings.engine import SHARED_BINDING, binding_of
from tillroll_durable.step_records import OUTPUTS_IN_USE
from tillroll_durable.workflow import Schedule, View, Workflow

Kinds = Mapping[str, Callable[[], Sequence[Workflow]]]
"""What imports the versions of a kind, by its name."""


class Registry:
    """All workflows that are deployed, with the versions that live runs may still have.

    A kind that is given by what imports it is imported when it is first asked for. What goes
    through all kinds imports all of them. Raises ValueError, where a kind is given or imported: a
    version of it is listed twice, or two of its versions let different numbers of runs go on, or
    others first.
    """

    def __init__(
        self,
        workflows: Sequence[Workflow] | Kinds,
        told_beside: Callable[[], Sequence[Topic[Any]]] = tuple,
        objects: Callable[[], Sequence[ObjectsInUse]] = tuple,
        by_time: Collection[str] | None = None,
        own_classes: Collection[str] | None = None,
    ) -> None:
        """`told_beside` are topics of events that no body tells: their delivery leaves the run that
        they name where it is. So do the topics of every run. `objects` are those in use, beside
        outputs of steps. `by_time` are the kinds that the code begins by time, so that the cron
        need not import the others to find them. `own_classes` are the kinds with a class of their
        own, for the same reason. Raises ValueError: two of the workflows that are given send events
        of one topic, or a name in `by_time` or `own_classes` is none of a kind.
        """
        self._told_beside = told_beside
        self._objects = objects
        self._checks: list[Callable[[Workflow], object]] = []
        self._imported: dict[str, Mapping[int, Workflow]] = {}
        self._kinds: Kinds = workflows if isinstance(workflows, Mapping) else _by_kind(workflows)
        self._by_time = by_time
        self._own_classes = own_classes
        unknown = {*(by_time or ())} - {*self._kinds}
        if unknown:
            raise ValueError(
                f"no kind of the name {min(unknown)} is deployed, which would begin by time"
            )
        without_kind = {*(own_classes or ())} - {*self._kinds}
        if without_kind:
            raise ValueError(
                f"no kind of the name {min(without_kind)} is deployed, which would have a class"
            )
        # What new runs begin under: the newest version of each kind.
        self.newest: Mapping[str, Workflow] = _Newest(self)
        self.contracts: Contracts = _Contracts(self)
        self.settlements: Settlements = _Ends(self)
        if not isinstance(workflows, Mapping):
            self.check_topics()

    @property
    def kinds(self) -> Sequence[str]:
        """The names of all kinds, in their order."""
        return sorted(self._kinds)

    @property
    def imported(self) -> Sequence[str]:
        """The kinds that were asked for so far."""
        return sorted(self._imported)

    def versions(self, kind: str) -> Mapping[int, Workflow]:
        """The versions of a kind, the newest last; none where it is not deployed."""
        if kind not in self._imported and kind in self._kinds:
            try:
                in_order = sorted(self._kinds[kind](), key=lambda each: each.contract.version)
            except KeyError as error:  # who asks would take it for a kind that is not deployed
                raise ImportError(f"the kind {kind} cannot be imported: {error!r}") from error
            _check_versions(kind, in_order)
            for check, each in product(self._checks, in_order):
                check(each)
            self._check_time(kind, in_order[-1])
            self._check_class(kind, in_order)
            self._imported[kind] = {each.contract.version: each for each in in_order}
        return self._imported.get(kind, {})

    @property
    def by_time(self) -> Iterator[tuple[str, Schedule]]:
        """The kinds that the code begins by time, and when."""
        for kind in self.kinds if self._by_time is None else sorted(self._by_time):
            schedule = self.newest[kind].schedule
            if schedule is not None and schedule.cron:
                yield kind, schedule

    def _check_time(self, kind: str, newest: Workflow) -> None:
        has_cron = newest.schedule is not None and bool(newest.schedule.cron)
        if self._by_time is not None and has_cron and kind not in self._by_time:
            raise ValueError(
                f"{kind}: the code begins it by time, so name it in `by_time` of its module in "
                "app.py"
            )

    def has_own_class(self, kind: str) -> bool:
        """Whether the runs of a kind are executed by a class of its own."""
        if self._own_classes is not None:
            return kind in self._own_classes
        return kind in self.newest and self.newest[kind].has_own_class

    def binding_of(self, kind: str) -> str | None:
        """The binding of the class that executes the runs of a kind; None where the kind is not
        deployed.
        """
        if kind not in self._kinds:
            return None
        if self.has_own_class(kind):
            return binding_of(kind)
        return SHARED_BINDING

    def _check_class(self, kind: str, versions: Sequence[Workflow]) -> None:
        own = {each.has_own_class for each in versions}
        if len(own) > 1:
            raise ValueError(f"{kind}: give all its versions the same `has_own_class`")
        if self._own_classes is not None and own != {kind in self._own_classes}:
            raise ValueError(
                f"{kind}: its `has_own_class` and `own_classes` of its module in app.py disagree"
            )

    def check_each(self, check: Callable[[Workflow], object]) -> None:
        """Have each workflow checked: those that were imported now, the others when they are."""
        self._checks.append(check)
        for each in chain.from_iterable(versions.values() for versions in self._imported.values()):
            check(each)

    def check_topics(self) -> None:
        """Raises ValueError: two kinds send events of one topic."""
        senders = dict.fromkeys(self._names_beside, "")
        for kind, topic in (
            (each, topic) for each in self.kinds for topic in _settlements(self.versions(each))
        ):
            if senders.setdefault(topic, kind) != kind:
                raise ValueError(
                    f"two kinds send events of the topic {topic!r}: name one of them differently"
                )

    @property
    def workflows(self) -> Sequence[Workflow]:
        """All versions of all kinds."""
        return [each for kind in self._kinds for each in self.versions(kind).values()]

    @cached_property
    def topics(self) -> Mapping[str, Topic[Any]]:
        """What an endpoint can be told of, by name."""
        others = [*OF_EVERY_RUN, *self._told_beside()]
        own = ((*each.topics, *each.contract.topics) for each in self.workflows)
        return {topic.name: topic for topics in (others, *own) for topic in topics}

    @cached_property
    def objects_in_use(self) -> ObjectsInUse:
        """The objects of all owners."""
        return of_all([OUTPUTS_IN_USE, *self._objects()])

    def find(self, kind: str, version: int) -> Workflow | None:
        """The workflow that a run executes; None where it is not deployed (any more)."""
        return self.versions(kind).get(version)

    def shown_by(self, kind: str, version: int) -> Workflow | None:
        """The workflow that a run is shown by, and that checks what a person gives it: its own, or
        where that was removed too early, the newest of its kind; None where nothing of its kind is
        deployed.
        """
        return self.find(kind, version) or self.newest.get(kind)

    def contract_of(self, kind: str, version: int) -> Contract:
        """The contract that a run is shown by, also where its kind is not deployed."""
        workflow = self.shown_by(kind, version)
        if workflow:
            return workflow.contract
        from tillroll_durable.versions import (  # noqa: PLC0415 - not loaded at the start
            unknown_contract,
        )

        return unknown_contract(kind, version)

    def view_of(self, kind: str) -> View:
        """How the runs of a kind are shown; without the kind's own, where it is not deployed."""
        workflow = self.newest.get(kind)
        if workflow:
            return workflow.view
        return View()

    def sentence_for(self, kind: str, code: str) -> str:
        """What a person should do about a reason; a text that is no code (a person's comment) is
        its own sentence.
        """
        workflow = self.newest.get(kind)
        if workflow:
            return workflow.sentences.get(code, code)
        return code

    def message_for(self, kind: str, template: str, reason: str | None) -> str:
        """A state's sentence for its owner, with the reason filled in."""
        return template.format(
            reason=self.sentence_for(kind, reason) if reason else "no reason was given."
        )

    def settled_by(self, topic: str) -> Settlement | None:
        """What the end of a topic's delivery means for its run. A topic is one kind's, so kinds
        that were imported are asked first. Raises KeyError: no kind has the topic.
        """
        if topic in self._names_beside:
            return None
        for kind in (*self.imported, *(kind for kind in self._kinds if kind not in self._imported)):
            settlements = _settlements(self.versions(kind))
            if topic in settlements:
                return settlements[topic]
        raise KeyError(topic)

    def all_topics(self) -> Iterator[str]:
        """The topics whose events are delivered."""
        yield from self._names_beside
        for kind in self.kinds:
            yield from _settlements(self.versions(kind))

    @cached_property
    def _names_beside(self) -> Sequence[str]:
        return [topic.name for topic in (*OF_EVERY_RUN, *self._told_beside())]


class _Newest(Mapping[str, Workflow]):
    """The newest version of each kind. Names alone import nothing."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def __getitem__(self, kind: str) -> Workflow:
        versions = self._registry.versions(kind)
        if not versions:
            raise KeyError(kind)
        return versions[max(versions)]

    def __contains__(self, kind: object) -> bool:
        return kind in self._registry.kinds

    def __iter__(self) -> Iterator[str]:
        return iter(self._registry.kinds)

    def __len__(self) -> int:
        return len(self._registry.kinds)


class _Contracts(Mapping[tuple[str, int], Contract]):
    """`Contracts` of a registry."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def __getitem__(self, which: tuple[str, int]) -> Contract:
        kind, version = which
        return self._registry.versions(kind)[version].contract

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return (
            (kind, version)
            for kind in self._registry.kinds
            for version in self._registry.versions(kind)
        )

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Ends(Mapping[str, Settlement | None]):
    """`Settlements` of a registry."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def __getitem__(self, topic: str) -> Settlement | None:
        return self._registry.settled_by(topic)

    def __iter__(self) -> Iterator[str]:
        return self._registry.all_topics()

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _by_kind(workflows: Sequence[Workflow]) -> Kinds:
    """Workflows that are here already."""
    by_kind: dict[str, list[Workflow]] = {}
    for each in workflows:
        by_kind.setdefault(each.contract.kind, []).append(each)
    return {kind: partial(list[Workflow], versions) for kind, versions in by_kind.items()}


def _check_versions(kind: str, versions: Sequence[Workflow]) -> None:
    """Hold the versions of a kind, the newest last, to what a registry needs of them.
    Raises ValueError.
    """
    if len({each.contract.version for each in versions}) < len(versions):
        raise ValueError("a kind's version is registered twice: raise the version of one")
    for own in (each.contract for each in versions):
        if own.kind != kind:
            raise ValueError(
                f"{kind}: a constant of this name has a workflow of the kind {own.kind}: rename one"
            )
        for what in ("concurrency", "rate", "priority"):
            if getattr(own, what) != getattr(versions[-1].contract, what):
                raise ValueError(
                    f"{own.kind}: version {own.version} has another `{what}` than the newest; no "
                    "replay depends on it, so give all versions the same"
                )


def _settlements(versions: Mapping[int, Workflow]) -> Settlements:
    """What the end of a delivery means for a run of a kind, by topic; also of what runs of an older
    version tell.
    """
    settlements: Settlements = {
        topic.name: None for each in versions.values() for topic in each.contract.topics
    }
    newest = versions[max(versions)] if versions else None
    return {**settlements, **(newest.settlements if newest else {})}
