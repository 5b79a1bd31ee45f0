import { expect, it } from 'vitest';
import type { Event } from '../../model/event.ts';
import { connectionId, copyId } from '../../model/ids.ts';
import { paper } from '../../model/paper.ts';
import { defaultSettings, type Settings } from '../../model/settings.ts';
import type { Reported } from '../simulation/reported.ts';
import { conform } from './conform.ts';
import { divergenceText } from './divergence-text.ts';
import { ideal } from './ideal.ts';

const A0 = copyId(0);
const B1 = copyId(1);
const settings: Settings = { ...defaultSettings, start: 'unprotected', program: ['transmit'] };

const protectedPair: readonly Event[] = [
  { type: 'requestBackup', copy: A0 },
  { type: 'place', copy: A0, host: 'B' },
  { type: 'precopy', copy: B1 },
  { type: 'snapshot', copy: A0 },
  { type: 'arm', copy: B1 },
  { type: 'readAck', copy: A0, connection: connectionId(0) },
];

const output: readonly Event[] = [
  { type: 'execute', copy: A0 },
  { type: 'flush', copy: A0 },
  { type: 'receive', copy: B1 },
  { type: 'acknowledge', copy: B1 },
  { type: 'readAck', copy: A0, connection: connectionId(0) },
  { type: 'release', copy: A0 },
];

const report = ideal(paper, { settings, events: [...protectedPair, ...output], calm: false });

const without = (did: string): readonly Reported[] => {
  const at = report.findLastIndex((line) => line.by === 'copy' && line.report.did === did);
  return report.toSpliced(at, 1);
};

const story = (lines: readonly Reported[]): string => {
  const divergence = conform(lines, settings);
  return divergence === null ? 'no divergence' : divergenceText(divergence);
};

it('has nothing to tell where the program does what the specification does', () => {
  expect(story(report)).toBe('no divergence');
});

it('names the rule that a program breaks which releases before it has read the ack', () => {
  expect(story(without('ackRead'))).toMatchInlineSnapshot(`
    "Up to there the specification went along:
      3 B1 receives the first passes from A0, of instruction 0
      4 A0 is cloned to B1, logs from instruction 0 on
      5 B1 replays from instruction 0 on, as backup of A0
      8 A0 reads ack 0 on its first connection: B1 is armed
      10 A0 runs instruction 0 (transmit), logs e1@0 OUT, withholds output 0
        (content 32) until ack 1
      11 A0 sends e1@0 OUT
      12 B1 receives e1@0 OUT
      13 B1 acknowledges up to 1
    Then line 14 of the report:
      A0 on A: released — output (device network, ordinal 0, number 0, digest 33)
    The specification has it release there, and refuses: the Output Rule holds it
    back (R22-4, R22-8, R31-7).
    In the specification:
      A0 recording, generation 0, position 1, logged 1, sent 1, acked 0,
        withheldCount 1, outstandingCount 0
      B1 replaying, generation 0, position 0, received 1, consumed 0,
        outstandingCount 0"
  `);
});

it('tells what an ack says that is sent before the entry is held', () => {
  expect(story(without('entryReceived'))).toMatchInlineSnapshot(`
    "Up to there the specification went along:
      1 A0 asks the service for a backup
      2 the service has A0 cloned to host B, as B1
      3 B1 receives the first passes from A0, of instruction 0
      4 A0 is cloned to B1, logs from instruction 0 on
      5 B1 replays from instruction 0 on, as backup of A0
      8 A0 reads ack 0 on its first connection: B1 is armed
      10 A0 runs instruction 0 (transmit), logs e1@0 OUT, withholds output 0
        (content 32) until ack 1
      11 A0 sends e1@0 OUT
    Then line 12 of the report:
      B1 on B: ackSent — connection 0, upTo 1, isNews true, isHello false,
        wantsQuiet false
    They differ in acknowledged: the program has 1, the specification 0.
    In the specification:
      A0 recording, generation 0, position 1, logged 1, sent 1, acked 0,
        withheldCount 1, outstandingCount 0
      B1 replaying, generation 0, position 0, received 0, consumed 0,
        outstandingCount 0"
  `);
});

it('tells that something is done whose entry was never logged', () => {
  expect(story(without('logged'))).toMatchInlineSnapshot(`
    "Up to there the specification went along:
      1 A0 asks the service for a backup
      2 the service has A0 cloned to host B, as B1
      3 B1 receives the first passes from A0, of instruction 0
      4 A0 is cloned to B1, logs from instruction 0 on
      5 B1 replays from instruction 0 on, as backup of A0
      8 A0 reads ack 0 on its first connection: B1 is armed
    Then line 9 of the report:
      A0 on A: performed — position 0, needs OUT, reading null, outputs
        (device network, ordinal 0, number 0, digest 33)
    They differ in entries logged: the program has nothing, the specification e1
    OUT.
    In the specification:
      A0 recording, generation 0, position 1, logged 1, sent 0, acked 0,
        withheldCount 1, outstandingCount 0
      B1 replaying, generation 0, position 0, received 0, consumed 0,
        outstandingCount 0"
  `);
});
