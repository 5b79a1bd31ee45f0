"""An entry is sent with the next one: the last one waits for something else to happen."""

from _correct import Pair, serve


class Faulty(Pair):
    def flush(self):
        unsent, self.buffer = self.buffer[-1:], self.buffer[:-1]
        super().flush()
        self.buffer += unsent


serve(Faulty)
