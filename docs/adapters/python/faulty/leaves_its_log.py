"""The winner goes live at once and throws away what it has not replayed."""

from _correct import Pair, serve


class Faulty(Pair):
    def go_live(self):
        if self.mode == "draining":
            self.log = []
        super().go_live()


serve(Faulty)
