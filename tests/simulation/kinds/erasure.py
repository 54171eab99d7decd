"""What can happen to an erasure: `tillroll play erasure`."""

from tests.simulation.author import Story
from tests.simulation.erasure import opened
from tillroll.privacy.repository import What

STORIES = tuple(Story(f"{what} is erased", opened(what), "erased") for what in What)
