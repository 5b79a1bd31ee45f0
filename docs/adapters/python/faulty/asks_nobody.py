"""A backup that suspects its primary goes live at once: the storage is not asked."""

from _correct import Pair, serve


class Faulty(Pair):
    def ask(self):
        if self.mode == "frozen":
            self.mode = "draining"
            self.go_live()
        else:
            super().ask()


serve(Faulty)
