"""A pair that has hardly begun: lockstep conform -- python3 pair.py says what it owes next."""

import lockstep


class Pair(lockstep.Copy):
    """One copy of the VM: the primary on one host, its backup on the other."""

    def __init__(self, reset, copy, host, is_primary):
        super().__init__(reset, copy, host, is_primary)
        self.position = 0  # instructions executed before

    def execute(self, does, reading):
        if self.is_primary:
            self.say("execute", position=self.position, does=does, entries=[])
            self.position += 1

    def tick(self, now):
        self.say("heartbeat")
        self.say("keepalive")


lockstep.serve(Pair)
