"""A primary that goes on alone forgets the outputs that it had withheld."""

from _correct import Pair, serve


class Faulty(Pair):
    def reply(self, outcome):
        if self.mode == "withholding":
            self.withheld = []
        super().reply(outcome)


serve(Faulty)
