"""Each entry is acknowledged as it arrives, also in the middle of a group."""

from _correct import Pair, serve


class Faulty(Pair):
    def receive(self):
        for entry in self.unread:
            self.log.append(entry)
            self.say("receive", seq=entry["seq"])
            self.say("acknowledge", upTo=entry["seq"], message=entry["seq"])
        self.unread = []


serve(Faulty)
