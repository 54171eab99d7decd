"""Mail as the programs of these days write it, made here: names, shops and addresses are
invented.
"""

from tests.support.mails.mailers import by_people
from tests.support.mails.shops import by_machines

MAILS = (*by_people(), *by_machines())
