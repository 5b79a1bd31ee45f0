// The protocol of `lockstep conform`: one JSON object a line, on stdin and stdout.
// docs/guide/07-your-own-program.md has the protocol. Node runs this file as it is.

import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

export type Place = { readonly copy: string; readonly host: string };

/** What a script begins with; periods are in virtual milliseconds. */
export type Reset = {
  readonly settings: {
    readonly packetGroup: number;
    readonly primaryCapacity: number;
    readonly backupCapacity: number;
    readonly ackPoint?: string; // V1
    readonly goLiveOutput?: string; // V7
    readonly arbitration?: string; // V8
  };
  readonly primary: Place;
  readonly backup: Place;
  readonly timeout: number;
  readonly heartbeatEvery: number;
  readonly retryEvery: number;
};

export type Outcome = 'won' | 'lost';

/** What the harness can tell a copy. */
export type Copy = {
  /** The guest comes to its next instruction; a read of the clock gives the reading. */
  execute(does: string, reading: number): void;
  /** The guest's timer is due. */
  interrupt(): void;
  /** A packet has arrived at the network card. */
  packet(packet: number): void;
  /** The backup has CPU time: for one group of entries, if it holds one. */
  replay(): void;
  /** What the other copy sent with a flush, acknowledge, heartbeat or keepalive. */
  message(kind: string, message: unknown): void;
  /** The connection of the logging channel is lost, or was closed by the other side. */
  lost(): void;
  /** The time on this host, in milliseconds. */
  tick(now: number): void;
  /** The storage answers a test-and-set. */
  reply(outcome: Outcome): void;
  /** What only happens to a program that claims more than the core. */
  beyond?(line: Line): void;
};

/** How a copy says what it did; a `message` goes to the other host, or to nobody if it is lost. */
export type Say = (did: string, values?: object) => void;

export type Make = (reset: Reset, say: Say, isPrimary: boolean) => Copy;

export type Line = {
  readonly do: string;
  readonly id: number;
  readonly host: string;
  readonly does: string;
  readonly reading: number;
  readonly packet: number;
  readonly kind: string;
  readonly message: unknown;
  readonly now: number;
  readonly outcome: Outcome;
};

const pass = (copy: Copy, line: Line): void => {
  if (line.do === 'execute') copy.execute(line.does, line.reading);
  else if (line.do === 'interrupt') copy.interrupt();
  else if (line.do === 'packet') copy.packet(line.packet);
  else if (line.do === 'replay') copy.replay();
  else if (line.do === 'message') copy.message(line.kind, line.message);
  else if (line.do === 'lost') copy.lost();
  else if (line.do === 'tick') copy.tick(line.now);
  else if (line.do === 'reply') copy.reply(line.outcome);
  else copy.beyond?.(line);
};

/** Answers one line after the other; `write` gets the lines of the answers. */
export const answering = (
  make: Make,
  claims: object,
  write: (line: object) => void,
): ((line: Line & Reset) => void) => {
  const copies = new Map<string, Copy>();
  const begin = (reset: Reset, { copy, host }: Place, isPrimary: boolean): void => {
    const say: Say = (did, values = {}) => write({ did, copy, ...values });
    copies.set(host, make(reset, say, isPrimary));
  };
  return (line) => {
    if (line.do === 'hello') write({ lockstep: 'conform', version: 1, ...claims });
    else if (line.do === 'reset') {
      copies.clear();
      begin(line, line.primary, true);
      begin(line, line.backup, false);
    } else if (line.do === 'crash') copies.delete(line.host);
    else {
      const copy = copies.get(line.host);
      if (copy !== undefined) pass(copy, line);
    }
    write({ done: line.id });
  };
};

/** Answers the harness until it goes away. */
export const serve = (make: Make, claims: object = {}): void => {
  let text = '';
  const answer = answering(make, claims, (line) => {
    text += `${JSON.stringify(line)}\n`;
  });
  createInterface({ input: process.stdin }).on('line', (line) => {
    answer(JSON.parse(line));
    writeSync(1, text);
    text = '';
  });
};
