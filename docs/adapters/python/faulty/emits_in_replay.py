"""The backup lets out what its guest puts out while it replays."""

from _correct import Pair, serve


class Faulty(Pair):
    def apply(self, group):
        before = self.outputs
        super().apply(group)
        for ordinal in range(before, self.outputs):
            self.say("release", ordinal=ordinal)


serve(Faulty)
