"""The backup takes what comes and never says so."""

from _correct import Pair, serve


class Faulty(Pair):
    def say(self, did, **values):
        if did != "acknowledge":
            super().say(did, **values)


serve(Faulty)
