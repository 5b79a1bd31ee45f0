"""The protocol of `lockstep conform`: one JSON object a line, on stdin and stdout.

A program subclasses Copy and calls serve(). docs/guide/07-your-own-program.md has the protocol.
"""

import json
import sys

VERSION = 1


class Copy:
    """One copy of the VM on its host: what the harness tells it, and how it says what it did."""

    def __init__(self, reset, copy, host, is_primary):
        self.reset = reset
        self.copy = copy
        self.host = host
        self.is_primary = is_primary

    def say(self, did, **values):
        """This copy did something. A message= goes to the other host, or to nobody if lost."""
        write({"did": did, "copy": self.copy, **values})

    def execute(self, does, reading):
        """The guest comes to its next instruction; a read of the clock gives the reading."""

    def interrupt(self):
        """The guest's timer is due."""

    def packet(self, packet):
        """A packet has arrived at the network card."""

    def replay(self):
        """The backup has CPU time: for one group of entries, if it holds one."""

    def message(self, kind, message):
        """What the other copy sent with a flush, acknowledge, heartbeat or keepalive."""

    def lost(self):
        """The connection of the logging channel is lost, or was closed by the other side."""

    def tick(self, now):
        """The time on this host, in milliseconds."""

    def reply(self, outcome):
        """The storage answers a test-and-set: won or lost."""


def write(line):
    sys.stdout.write(json.dumps(line, separators=(",", ":")) + "\n")


class Program:
    """Passes each line on to the copy on its host. A host that has crashed has none."""

    def __init__(self, kind, claims):
        self.kind = kind
        self.claims = claims
        self.copies = {}

    def hello(self, line):
        write({"lockstep": "conform", "version": VERSION, "settings": self.claims})

    def reset(self, line):
        self.copies = {}
        for role in ("primary", "backup"):
            name, host = line[role]["copy"], line[role]["host"]
            self.copies[host] = self.kind(line, name, host, role == "primary")

    def crash(self, line):
        self.copies.pop(line["host"], None)

    def obey(self, line):
        do = line["do"]
        if do in ("hello", "reset", "crash"):
            getattr(self, do)(line)
            return
        copy = self.copies.get(line["host"])
        if copy is None:
            return
        if do == "execute":
            copy.execute(line["does"], line.get("reading"))
        elif do == "packet":
            copy.packet(line["packet"])
        elif do == "message":
            copy.message(line["kind"], line.get("message"))
        elif do == "tick":
            copy.tick(line["now"])
        elif do == "reply":
            copy.reply(line["outcome"])
        elif do in ("interrupt", "replay", "lost"):
            getattr(copy, do)()


def serve(kind, claims=None):
    """Answers the harness until it goes away. Copies are made by `kind`, a class like Copy."""
    program = Program(kind, claims or {})
    for text in sys.stdin:
        line = json.loads(text)
        program.obey(line)
        write({"done": line["id"]})
        sys.stdout.flush()
