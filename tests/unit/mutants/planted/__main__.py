"""Play all mutants of the planted rule, and print what became of each."""

import json
import sys
from pathlib import Path
from typing import Final

from local.places import ROOT
from tests.mutants.changes import changes_of
from tests.mutants.playing import play

_FOLDER: Final = Path(__file__).parent.relative_to(ROOT).as_posix()
MODULE: Final = f"{_FOLDER}/rule.py"
CHANGES: Final = changes_of(MODULE, (ROOT / MODULE).read_text(encoding="utf-8"))

results = play(CHANGES, [f"{_FOLDER}/tests_of_rule.py"])
sys.stdout.write(json.dumps({name.partition(" ")[2]: each for name, each in results.items()}))
