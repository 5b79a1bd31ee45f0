"""An output leaves as soon as the guest has produced it, whatever the backup holds."""

from _correct import Pair, serve


class Faulty(Pair):
    def release(self):
        while self.withheld:
            put, _ = self.withheld.pop(0)
            self.say("release", **put)


serve(Faulty)
