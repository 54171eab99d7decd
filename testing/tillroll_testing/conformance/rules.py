"""The recovery rules by their numbers: those that can be asked from outside, and why the others
cannot.
"""

from types import MappingProxyType
from typing import Final

ASKED: Final = MappingProxyType(
    {
        1: "What was acknowledged comes to its end, with all of its effects.",
        3: "One key begins one run, however often it is asked for.",
        6: "A completed step is not carried out again.",
        7: "An effect is done once. Where its answer was lost, it is looked up before it is sent "
        "again.",
        8: "While an effect may be done, its request stays the same.",
        9: "A message that nobody can be asked about is sent, and the run says that it may have "
        "come twice.",
        13: "A signal is taken once, also one that comes before its wait. A wait whose time ran "
        "out is an outcome, and the run goes on.",
        16: "A run that failed for good has ended as failed, and says why.",
        17: "A run that failed goes on from there, once what was wrong is put right.",
        18: "An effect that may have happened is named by the run that failed.",
        21: "A run that kills its process is left alone after some deaths, and delays nobody else.",
        22: "Runs that wait for a slow other side keep no other from its turn.",
        24: "A step that fails is tried again by itself.",
        25: "What was done is undone once, last first.",
        26: "What may have been done is undone, or a person is called. What was never done is not "
        "undone.",
        27: "Behind the beginning of the undoing no step forward is done.",
        28: "An undoing that failed calls a person, or is named by the failed run. It can be tried "
        "again.",
        32: "What a restored backup does not know is asked for before it is done again.",
        37: "Steps side by side are done once each. Where one fails, the others are finished "
        "before its failure counts.",
    }
)
"""What each asks of an engine."""

UNASKED: Final = MappingProxyType(
    {
        2: "a run that was asked for and never created looks like one that is slow to begin",
        4: "it needs a schedule, whose clock no adapter can turn",
        5: "one batch is not seen from outside: only that nothing is lost or doubled, which rules "
        "1 and 7 ask",
        10: "it needs a notion of an effect that runs share, which is an engine's own",
        11: "it needs a second version of the workflow, which is to be deployed amid a run",
        12: "it needs two processes, one of which is cut off and comes back",
        14: "it needs events of the other side, which few engines book by themselves",
        15: "it needs events that leave the engine",
        19: "it needs a step that says that two systems disagree",
        20: "it needs a second version of the workflow, without the fault",
        23: "it needs decisions of people as a notion of the engine",
        29: "it needs an undoing that refuses by what it knows of money",
        30: "it needs children, and every engine undoes these in another way",
        31: "it needs a second version of the workflow, which is to be deployed amid a run",
        33: "it needs a nightly comparison with the other side",
        34: "it needs a restart from a step",
        35: "it needs a restart from a step",
        36: "it needs a schedule, whose clock no adapter can turn",
        38: "it needs rows of the author's in the engine's own database",
        39: "it needs tools that a model calls",
        40: "it needs a map that counts its failed items",
    }
)
"""Why the suite does not ask the others."""
