"""Where the correct pair is: the faulty ones change one decision of it each."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from lockstep import serve  # noqa: E402, F401
from pair import Pair  # noqa: E402, F401
