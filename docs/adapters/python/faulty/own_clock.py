"""The backup's guest reads the backup's clock, and not what the primary's guest has read."""

from _correct import Pair, serve


class Faulty(Pair):
    def apply(self, group):
        super().apply([{**entry, "value": self.value_of(entry)} for entry in group])

    def value_of(self, entry):
        return self.now if entry["kind"] == "ND" else entry["value"]


serve(Faulty)
