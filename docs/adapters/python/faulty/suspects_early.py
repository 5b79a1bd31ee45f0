"""One heartbeat that is late is thought to be a failure."""

from _correct import Pair, serve


class Faulty(Pair):
    def __init__(self, reset, copy, host, is_primary):
        super().__init__({**reset, "timeout": reset["heartbeatEvery"]}, copy, host, is_primary)


serve(Faulty)
