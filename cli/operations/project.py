"""What `tillroll play` plays here: the product's workflows, and their stories."""

from typing import Final

from local.places import ROOT
from tillroll.workflows.registry import REGISTRY
from tillroll_testing.play.finding import Project

PROJECT: Final = Project(
    REGISTRY,
    root=ROOT,
    sources=ROOT / "src",
    written=ROOT / "src/tillroll/workflows",
    stories=ROOT / "tests/simulation/kinds",
)
