"""What a workflow's author tests with: stories, the world in which they happen, and who acts in it.

docs/testing-workflows.md says how a story is written. The fixtures of tests/simulation/author/fixtures.py are there for
every test under tests/simulation.
"""

from tests.simulation.faults import Faults
from tests.simulation.stories.story import Scene, Story
from tests.simulation.world import Deployed, World, open_world
from tests.support.host_platform import ACCOUNT
from tillroll.durable import Actor

# The first account's owner.
ANN = Actor(ACCOUNT, "user:usr_first")

__all__ = ["ACCOUNT", "ANN", "Deployed", "Faults", "Scene", "Story", "World", "open_world"]
