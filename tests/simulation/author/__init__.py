"""What a workflow's author tests with: stories, the world in which they happen, and who acts in it.

docs/testing-workflows.md says how a story is written. The fixtures of
tests/simulation/author/fixtures.py are there for every test under tests/simulation.
"""

from tests.simulation.author.opening import ACCOUNT, ANN, open_world, send
from tests.simulation.faults import Faults
from tests.simulation.stories.story import Scene, Story
from tests.simulation.world import Deployed, World

__all__ = ["ACCOUNT", "ANN", "Deployed", "Faults", "Scene", "Story", "World", "open_world", "send"]
