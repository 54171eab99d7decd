"""What can happen to a move of an account: `tillroll play account-move`."""

from tests.simulation.author import Story
from tests.simulation.moving import open_scene

STORIES = (Story("an account moves", open_scene, "moved"),)
