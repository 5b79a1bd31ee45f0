"""Neither side minds when the other is silent, or the connection is lost."""

from _correct import Pair, serve


class Faulty(Pair):
    def suspect(self):
        pass


serve(Faulty)
