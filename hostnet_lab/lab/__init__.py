"""The lab of a lesson, one file a concern: opening, looking, running, launching, trying (exercises), sweeping, what the end closes.

Commands have these too: what they may know of experiments goes through here.
"""

from ..experiments.disposable import sweep_hosts as sweep_hosts  # where no engine answers
from ..experiments.engine_host import EngineHost as EngineHost
from ..experiments.engine_host import names_this_machine as names_this_machine
from ..experiments.where import where_am_i as where_am_i
from .lesson import Lab as Lab
from .looking import SOCKETS as SOCKETS
from .opening import IMAGE as IMAGE
from .opening import try_a_lesson as try_a_lesson
from .proof import Proof as Proof
from .sweeping import left_elsewhere as left_elsewhere
from .sweeping import sweep as sweep
