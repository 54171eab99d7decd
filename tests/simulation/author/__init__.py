"""What a workflow's author tests with: stories, the world in which they happen, and who acts in it.

docs/testing-workflows.md says how a story is written. The fixtures of `tillroll_testing.fixtures`
are there for every test under tests/simulation.
"""

from tests.simulation.author.opening import open_world
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.opening import ACCOUNT, ANN, send
from tillroll_testing.simulation.world import Deployed, World
from tillroll_testing.stories.story import Scene, Story

__all__ = ["ACCOUNT", "ANN", "Deployed", "Faults", "Scene", "Story", "World", "open_world", "send"]
