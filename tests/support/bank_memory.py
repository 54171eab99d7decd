"""What is known of an account, in memory: files are taken as the import takes them, in parts."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tillroll.bank.statements.entry_identity import WINDOW, PartEntry, decide, unproven
from tillroll.bank.statements.entry_traits import (
    Coverage,
    KnownEntry,
    Mention,
    Overlap,
    Tally,
    Traits,
    traits_of,
)
from tillroll.bank.statements.verdicts import Decision, Verdict
from tillroll_documents.bank_files.printed import BankStatement, Entry
from tillroll_durable.platform.json import dump, load_object


@dataclass
class Memory:
    """The entries of an account."""

    part: int = 2_000
    lists_states: bool = False
    entries: dict[str, KnownEntry] = field(default_factory=dict[str, KnownEntry])
    statements: int = 0

    def take(
        self,
        statement: BankStatement,
        entries: Sequence[Entry],
        *,
        key: str | None = None,
        overlap: Overlap | None = None,
    ) -> list[Decision]:
        """Decide on the entries of a statement, and keep what is decided. `key` takes the statement
        once more, and `overlap` is what a person said of it.
        """
        self.statements += 1
        return self.take_traits(
            replace(Coverage.of(key or f"stm_{self.statements}", statement), overlap=overlap),
            [PartEntry(each.position, traits_of(each)) for each in entries],
            lists_all=statement.format.lists_all,
        )

    def unproven(
        self, statement: BankStatement, entries: Sequence[Entry], *, overlap: Overlap | None = None
    ) -> list[int]:
        """What a person is asked of before a statement is stored."""
        part = [PartEntry(each.position, traits_of(each)) for each in entries]
        tally = Tally()
        tally.lists_all = statement.format.lists_all
        for entry in part:
            tally.add(entry.traits)
        return unproven(
            part,
            self.near(part),
            replace(Coverage.of("stm_asked", statement), overlap=overlap),
            tally,
        )

    def take_traits(
        self, statement: Coverage, entries: Sequence[PartEntry], *, lists_all: bool = False
    ) -> list[Decision]:
        tally = Tally()
        tally.lists_states = self.lists_states
        tally.lists_all = lists_all
        for entry in entries:
            tally.add(entry.traits)
        tally = Tally.of_json(load_object(dump(tally.as_json())))
        decisions: list[Decision] = []
        for at in range(0, len(entries), self.part):
            part = entries[at : at + self.part]
            decided = decide(part, self.near(part), statement, tally)
            for entry, decision in zip(part, decided, strict=True):
                self._keep(
                    statement, PartEntry(entry.position, tally.settled(entry.traits)), decision
                )
            decisions += decided
        return decisions

    def near(self, part: Sequence[PartEntry]) -> list[KnownEntry]:
        """What the import loads: known entries of the days around the part, and all that are
        pending.
        """
        days = [day for each in part for day in each.traits.days]

        def is_near(traits: Traits) -> bool:
            if not days:
                return True
            first = min(days) - WINDOW
            last = max(days) + WINDOW
            return any(first <= day <= last for day in traits.days)

        return [
            known
            for known in self.entries.values()
            if not known.is_booked or any(is_near(each.traits) for each in known.mentions)
        ]

    def _keep(self, statement: Coverage, entry: PartEntry, decision: Decision) -> None:
        mention = Mention(statement, entry.position, entry.traits)
        if decision.verdict is Verdict.NEW:
            key = f"ent_{len(self.entries) + 1:05d}"
            self.entries[key] = KnownEntry(key, entry.traits.is_booked, (mention,))
            return
        assert decision.known is not None
        known = self.entries[decision.known]
        if any(
            each.statement.key == statement.key and each.position == entry.position
            for each in known.mentions
        ):
            return
        self.entries[known.id] = KnownEntry(
            known.id, known.is_booked or entry.traits.is_booked, (*known.mentions, mention)
        )
