"""What can happen while somebody's data is gathered: `tillroll play data-export`."""

from tests.simulation.author import Story
from tests.simulation.data_export import TARGETS, opened

OF = {what: Story(f"the data of {what}", opened(what), "written") for what in TARGETS}
STORIES = tuple(OF.values())
