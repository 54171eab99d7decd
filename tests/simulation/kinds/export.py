"""What can happen to an export: `tillroll play export`."""

from tests.simulation.author import Story
from tests.simulation.handing_on import opened

LINES = Story("expenses as lines", opened(), "written")
DOCUMENTS = tuple(Story(f"documents as {each}", opened(each), "written") for each in ("zip", "pdf"))
STORIES = (LINES, *DOCUMENTS)
