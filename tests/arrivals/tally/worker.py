"""The deployed Worker with the tally as a further kind. Copied beside entry.py and run in its
place.
"""

import entry
from entry import *  # noqa: F403 - the class of each kind, and Default


# As a line of entry.py would be.
# As entry.py makes its own.
class TallyWorkflow(entry._Run): ...  # pyright: ignore[reportPrivateUsage]
