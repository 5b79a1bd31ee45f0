"""Log traffic is thought to be enough: heartbeats may be missing for as long as they like."""

from _correct import Pair, serve


class Faulty(Pair):
    def tick(self, now):
        self.heard["heartbeat"] = now
        super().tick(now)


serve(Faulty)
