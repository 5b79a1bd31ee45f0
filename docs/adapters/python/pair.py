"""A primary and its backup for the core protocol: run by `lockstep conform -- python3 pair.py`."""

import lockstep

ENTRIES = {"readTime": ["ND"], "stamp": ["ND", "OUT"], "transmit": ["OUT"], "print": ["OUT"]}


class Pair(lockstep.Copy):
    """One copy. Its mode says what it is doing: the words are those of the specification."""

    def __init__(self, reset, copy, host, is_primary):
        super().__init__(reset, copy, host, is_primary)
        self.settings = reset["settings"]
        self.mode = "recording" if is_primary else "replaying"
        self.now = 0
        self.heard = {"heartbeat": 0, "log": 0}
        self.asked = None
        # the guest, as far as its hypervisor knows it
        self.position = 0
        self.outputs = 0
        self.digest = 1
        # of a primary
        self.logged = 0
        self.acked = 0
        self.buffer = []  # entries that are not acknowledged
        self.withheld = []  # (ordinal, the entry whose acknowledgment it needs)
        self.arrived = []  # packets in the network card
        # of a backup
        self.unread = []  # arrived, while its log buffer is full
        self.log = []  # received, not consumed
        self.received = 0
        self.consumed = 0
        self.acknowledged = 0

    # the guest runs: on a primary that logs, or on a copy that is live

    def serves(self):
        return self.mode in ("recording", "withholding", "live")

    def execute(self, does, reading):
        if not self.serves():
            return
        entries = self.entries([(kind, reading) for kind in ENTRIES.get(does, [])])
        if entries is None:
            return
        puts = self.produce(does in ("transmit", "stamp", "print"), does == "print")
        self.say("execute", position=self.position, does=does, entries=told(entries), outputs=puts)
        self.executed(reading if self.reads(does) else 0)
        self.settle()
        self.say_digest()

    def reads(self, does):
        return "ND" in ENTRIES.get(does, [])

    def interrupt(self):
        if not self.serves():
            return
        entries = self.entries([("TIMER", 0)])
        if entries is None:
            return
        self.say("interrupt", position=self.position, entries=told(entries))
        self.guest(2)
        self.settle()
        self.say_digest()

    def packet(self, packet):
        if self.serves():
            self.arrived.append(packet)
            self.settle()

    def deliver(self):
        """All packets that wait are given to the guest, in groups no larger than agreed."""
        while self.arrived:
            group = self.arrived[: self.settings.get("packetGroup", 1)]
            entries = self.entries([("RX", packet) for packet in group])
            if entries is None:
                return
            self.arrived = self.arrived[len(group) :]
            self.say("deliver", position=self.position, packets=group, entries=told(entries))
            self.guest(3, *group)
            self.say_digest()

    def guest(self, *event):
        """What happens to the guest leaves its mark, at the position where it happens."""
        for number in (self.position, *event):
            self.digest = (31 * self.digest + number + 1) % 1_000_003

    def executed(self, reading):
        self.guest(1, reading)
        self.position += 1

    def say_digest(self):
        self.say("digest", position=self.position, digest=str(self.digest))

    def produce(self, is_output, is_print):
        if not is_output:
            return []
        put = {"ordinal": self.outputs}
        if is_print:
            put["device"] = "console"
        self.withheld.append((put, self.logged))
        self.outputs += 1
        return [put]

    def settle(self):
        """Whatever can be done at once is done."""
        self.deliver()
        self.flush()
        self.release()

    # the log of the primary

    def entries(self, kinds):
        """The group in the log buffer, or None while there is no room: the guest stops (R32-6)."""
        if self.mode == "live":
            return []
        if len(self.buffer) + len(kinds) > self.settings["primaryCapacity"]:
            return None
        group = []
        for index, (kind, value) in enumerate(kinds):
            self.logged += 1
            entry = {"seq": self.logged, "position": self.position, "kind": kind}
            entry["value"] = 0 if value is None or kind == "OUT" else value
            entry["last"] = index == len(kinds) - 1
            group.append(entry)
        self.buffer += group
        return group

    def flush(self):
        """Every entry is sent at once: no output waits for a later one (R35-5)."""
        if self.mode != "recording":
            return
        for entry in self.buffer:
            if entry.get("sent"):
                continue
            message = dict(entry)
            entry["sent"] = True
            self.say("flush", seq=entry["seq"], message=message)

    def release(self):
        """An output leaves once its own entry is acknowledged, or nobody else is left (R22-4)."""
        while self.withheld and self.serves():
            put, needs = self.withheld[0]
            if self.mode != "live" and needs > self.acked:
                return
            self.withheld.pop(0)
            self.say("release", **put)

    def read_ack(self, up_to):
        self.say("readAck", upTo=up_to)
        self.acked = max(self.acked, up_to)
        self.buffer = [entry for entry in self.buffer if entry["seq"] > self.acked]
        self.settle()

    # the log of the backup

    def receive(self):
        """It reads while it has room, and says what it holds: whole groups only (R22-5, R21-9)."""
        while self.unread and len(self.log) < self.settings["backupCapacity"]:
            entry = self.unread.pop(0)
            self.received = entry["seq"]
            self.log.append(entry)
            self.say("receive", seq=entry["seq"])
        whole = [entry["seq"] for entry in self.log if entry["last"]]
        if whole and whole[-1] > self.acknowledged:
            self.acknowledged = whole[-1]
            self.say("acknowledge", upTo=whole[-1], message=whole[-1])

    def group(self):
        for index, entry in enumerate(self.log):
            if entry["last"]:
                return self.log[: index + 1]
        return []

    def replay(self):
        if self.mode not in ("replaying", "draining"):
            return
        group = self.group()
        if group:
            self.apply(group)
            self.log = self.log[len(group) :]
            self.consumed = group[-1]["seq"]
            self.say("replay", position=self.position, upTo=self.consumed)
            self.say_digest()
        if self.mode == "replaying":
            self.receive()
        self.go_live()

    def apply(self, group):
        """What the log says happens to the guest, where it says so; outputs are dropped (R20-5)."""
        while self.position < group[0]["position"]:
            self.executed(0)
        kinds = [entry["kind"] for entry in group]
        if kinds == ["TIMER"]:
            self.guest(2)
        elif kinds[0] == "RX":
            self.guest(3, *[entry["value"] for entry in group])
        else:
            self.executed(sum(entry["value"] for entry in group if entry["kind"] == "ND"))
            self.outputs += kinds.count("OUT")

    # failure and takeover

    def message(self, kind, message):
        self.heard["heartbeat" if kind == "heartbeat" else "log"] = self.now
        if kind == "flush" and self.mode == "replaying":
            self.unread.append(message)
            self.receive()
        elif kind == "acknowledge" and self.mode == "recording":
            self.read_ack(message)

    def lost(self):
        self.suspect()

    def tick(self, now):
        self.now = now
        if self.mode in ("recording", "replaying"):
            self.say("heartbeat")
            self.say("keepalive")
            if any(now - since > self.reset["timeout"] for since in self.heard.values()):
                self.suspect()
        elif self.mode in ("withholding", "frozen"):
            if now - self.asked >= self.reset["retryEvery"]:
                self.ask()

    def suspect(self):
        """Silence proves nothing, so it settles nothing: the storage decides (R23-4, R23-17)."""
        if self.mode not in ("recording", "replaying"):
            return
        self.say("suspect")
        self.mode = "withholding" if self.mode == "recording" else "frozen"
        self.unread = []
        while self.log and not self.log[-1]["last"]:
            self.log.pop()
        self.ask()

    def ask(self):
        self.asked = self.now
        self.say("testAndSet")

    def reply(self, outcome):
        self.say("learn", outcome=outcome)
        if self.mode == "withholding":
            self.mode = "live" if outcome == "won" else "halted"
            if self.mode == "live":
                self.settle()
        elif self.mode == "frozen":
            self.mode = "draining" if outcome == "won" else "halted"
            self.go_live()

    def go_live(self):
        """The winner goes live once all that it ever acknowledged is replayed (R23-10)."""
        if self.mode == "draining" and not self.log:
            self.mode = "live"
            self.say("goLive", position=self.position)
            self.say("announce")


def told(entries):
    return [told_entry(entry) for entry in entries]


def told_entry(entry):
    line = {"seq": entry["seq"], "kind": entry["kind"]}
    if entry["kind"] == "ND":
        line["value"] = entry["value"]
    return line


if __name__ == "__main__":
    lockstep.serve(Pair)
