import sys

from tillroll_command.main import main

sys.exit(main())
