// Where a line is read otherwise than word by word: what is meant is accepted, and what is nearest
// to it and wrong is not. The reports are those of an ideal program, with some lines moved.

import { describe, expect, it } from 'vitest';
import type { Report } from '../../impl/hypervisor/report.ts';
import type { Event } from '../../model/event.ts';
import { connectionId, copyId } from '../../model/ids.ts';
import { paper } from '../../model/paper.ts';
import { allFeatures, defaultSettings, type Settings } from '../../model/settings.ts';
import type { Happening, Reported } from '../simulation/reported.ts';
import { conform } from './conform.ts';
import type { Divergence } from './divergence.ts';
import { ideal } from './ideal.ts';

const settings: Settings = {
  ...defaultSettings,
  ...{ program: ['transmit'], features: allFeatures, hostCount: 4 },
  ...{ start: 'unprotected', clock: null },
};

const [primary, backup] = [copyId(0), copyId(1)];

const cloned: readonly Event[] = [
  { type: 'requestBackup', copy: primary },
  { type: 'place', copy: primary, host: 'B' },
  { type: 'precopy', copy: backup },
  { type: 'snapshot', copy: primary },
  { type: 'arm', copy: backup },
];

const reportOf = (events: readonly Event[], changed: Partial<Settings> = {}): readonly Reported[] =>
  ideal(paper, { settings: { ...settings, ...changed }, events, calm: false });

const refusedAt = (lines: readonly Reported[], changed: Partial<Settings> = {}): number | null => {
  const found: Divergence | null = conform(lines, { ...settings, ...changed });
  return found === null ? null : found.at;
};

const said = (copy: string, report: Report): Reported => {
  const [host = ''] = copy;
  return { by: 'copy', copy, host, atMs: 0, report };
};

const befell = (happening: Happening): Reported => ({ by: 'world', atMs: 0, happening });

const isSaid =
  (did: Report['did'], copy: string) =>
  (line: Reported): boolean =>
    line.by === 'copy' && line.copy === copy && line.report.did === did;

/** The last line of that kind is said at the end only. */
const lateIn = (lines: readonly Reported[], did: Report['did'], copy: string) => {
  const at = lines.findLastIndex(isSaid(did, copy));
  const line = lines[at];
  if (line === undefined) throw new Error(`${copy} never says ${did}`);
  return { others: lines.toSpliced(at, 1), line };
};

const readAck = (connection: number): Event => ({
  type: 'readAck',
  copy: primary,
  connection: connectionId(connection),
});
const flush: Event = { type: 'flush', copy: primary };
const execute: Event = { type: 'execute', copy: primary };
const receive: Event = { type: 'receive', copy: backup };
const acknowledge: Event = { type: 'acknowledge', copy: backup };
const replay: Event = { type: 'replay', copy: backup };
const reset: Event = { type: 'reset', connection: connectionId(0) };

describe('what had got to a host before its connection was lost, and is read later', () => {
  const entry = (...loss: readonly Event[]) =>
    lateIn(
      reportOf([...cloned, readAck(0), execute, flush, receive, ...loss]),
      'entryReceived',
      'B1',
    );
  const paused = [{ type: 'pause', host: 'B' }, reset, { type: 'resume', host: 'B' }] as const;

  it('may be an entry', () => {
    const { others, line } = entry(...paused);
    expect(refusedAt([...others, line])).toBeNull();
  });

  it('is nothing on a host that did not stand still, nor after it has heard of the loss', () => {
    const awake = entry(reset);
    expect(refusedAt([...awake.others, awake.line])).toBe(awake.others.length);
    const { others, line } = entry(...paused);
    const gone = said('B1', { did: 'disconnected', connection: 0, because: 'it is gone' });
    expect(refusedAt([...others, gone, line])).toBe(others.length + 1);
  });

  it('is no entry that was not on its way, and none twice', () => {
    const { others, line } = entry(...paused);
    const received = (seq: number, isDuplicate: boolean): Reported =>
      said('B1', { did: 'entryReceived', connection: 0, seq, isDuplicate });
    expect(refusedAt([...others, received(2, false)])).toBe(others.length);
    expect(refusedAt([...others, line, received(1, true)])).toBe(others.length + 1);
  });

  const ack = (...loss: readonly Event[]) => {
    const before = [...cloned, readAck(0), execute, flush, receive, acknowledge, readAck(0)];
    return lateIn(reportOf([...before, ...loss]), 'ackRead', 'A0');
  };

  it('may be an acknowledgment, and then of what was said', () => {
    const { others, line } = ack({ type: 'pause', host: 'A' }, reset, {
      type: 'resume',
      host: 'A',
    });
    expect(refusedAt([...others, line])).toBeNull();
    const more = { connection: 0, upTo: 2, isNews: true, isOurs: true };
    expect(refusedAt([...others, said('A0', { did: 'ackRead', ...more })])).toBe(others.length);
    expect(refusedAt([...others, line, line])).toBe(others.length + 1);
    const awake = ack(reset);
    expect(refusedAt([...awake.others, awake.line])).toBe(awake.others.length);
  });
});

describe('an entry that is half sent when its acknowledgment is read', () => {
  const replayed = { ackPoint: 'replayed' } as const;
  const lines = reportOf(
    [
      ...[...cloned, readAck(0), execute, execute, flush, flush, receive, receive, reset, replay],
      ...[{ type: 'reconnect', copy: backup } as const, readAck(1), replay, acknowledge],
      readAck(1),
    ],
    replayed,
  );
  const sent = (seq: number): Reported => said('A0', { did: 'entrySent', connection: 1, seq });
  const received = (seq: number): Reported =>
    said('B1', { did: 'entryReceived', connection: 1, seq, isDuplicate: true });

  it('is ended, and dropped by the backup', () => {
    expect(refusedAt(lines, replayed)).toBeNull();
    expect(refusedAt([...lines, sent(2), received(2)], replayed)).toBeNull();
  });

  it('is one entry, the next, and comes once', () => {
    expect(refusedAt([...lines, sent(1)], replayed)).toBe(lines.length);
    expect(refusedAt([...lines, sent(2), sent(2)], replayed)).toBe(lines.length + 1);
    expect(refusedAt([...lines, received(2)], replayed)).toBe(lines.length);
    const twice = [...lines, sent(2), received(2), received(2)];
    expect(refusedAt(twice, replayed)).toBe(lines.length + 2);
  });
});

describe('the first message of a backup that has moved', () => {
  const replayed = { ackPoint: 'replayed' } as const;
  const moved = copyId(2);
  const quiet: readonly Event[] = [
    ...[{ type: 'migrate', copy: backup, host: 'C' } as const, readAck(0)],
    ...[{ type: 'precopy', copy: moved } as const, acknowledge, readAck(0)],
    ...[{ type: 'quiesce', copy: primary } as const, flush, receive, replay, acknowledge],
  ];
  const before: readonly Event[] = [...cloned, ...quiet, readAck(0), execute, flush, receive];
  const arriving: readonly Event[] = [
    { type: 'switchOver', copy: backup },
    { type: 'takeUp', copy: moved },
    { type: 'replay', copy: moved },
    { type: 'acknowledge', copy: moved },
  ];
  const lines = reportOf([...before, ...arriving, readAck(1), readAck(1)], replayed);
  const isFirst = (line: Reported): boolean =>
    line.by === 'copy' && line.report.did === 'ackSent' && line.copy === 'C2';
  const withoutAcks = lines.slice(0, -2).filter((line) => !isFirst(line));
  const first = (upTo: number): Reported => {
    const ack = { connection: 1, upTo, isNews: true, isHello: true, wantsQuiet: false };
    return said('C2', { did: 'ackSent', ...ack });
  };
  const read = (upTo: number): Reported =>
    said('A0', { did: 'ackRead', connection: 1, upTo, isNews: true, isOurs: true });

  it('says what it has replayed by then (V1), and is read as one', () => {
    expect(refusedAt(lines, replayed)).toBeNull();
    expect(refusedAt([...withoutAcks, first(2), read(2)], replayed)).toBeNull();
  });

  it('says no more than that, and no less', () => {
    const end = withoutAcks.length;
    expect(refusedAt([...withoutAcks, first(3)], replayed)).toBe(end);
    expect(refusedAt([...withoutAcks, first(2), read(1)], replayed)).toBe(end + 1);
    expect(refusedAt([...withoutAcks, first(2), read(2), read(2)], replayed)).toBe(end + 2);
  });
});

describe('the first message of a backup that has moved after it connected anew', () => {
  const moved = copyId(2);
  const quiet: readonly Event[] = [
    ...[{ type: 'migrate', copy: backup, host: 'C' } as const, readAck(0)],
    ...[{ type: 'precopy', copy: moved } as const, acknowledge, readAck(0)],
    ...[{ type: 'quiesce', copy: primary } as const, flush, receive, replay, acknowledge],
  ];
  const arriving: readonly Event[] = [
    ...[reset, { type: 'reconnect', copy: backup } as const],
    { type: 'switchOver', copy: backup },
    { type: 'takeUp', copy: moved },
  ];
  const before = reportOf([...cloned, ...quiet, readAck(0), execute, ...arriving]);
  const connected = (connection: number, name: string): Reported =>
    said('A0', { did: 'connected', connection, generation: 0, backup: name });
  const heard = (connection: number, name: string): readonly Reported[] => {
    const ack = { connection, upTo: 1, isNews: true, isOurs: true };
    return [connected(connection, name), said('A0', { did: 'ackRead', ...ack })];
  };
  const sent = (connection: number): Reported =>
    said('A0', { did: 'entrySent', connection, seq: 2 });
  const received = said('C2', {
    ...{ did: 'entryReceived', connection: 2, seq: 2, isDuplicate: false },
  });

  it('is from there, though its source has said the same and is not heard', () => {
    expect(refusedAt([...before, ...heard(2, 'C2'), sent(2), received])).toBeNull();
    const both = [...before, ...heard(1, 'B1'), sent(1), ...heard(2, 'C2'), sent(2), received];
    expect(refusedAt(both)).toBeNull();
  });

  it('is not what its source has said: nothing that is sent there arrives', () => {
    const astray = [...before, ...heard(1, 'B1'), sent(1)];
    expect(refusedAt(astray)).toBeNull();
    expect(refusedAt([...astray, received])).toBe(astray.length);
  });

  it('is from a copy of the backup', () => {
    for (const name of ['A0', 'D7']) {
      expect(refusedAt([...before, ...heard(2, name)])).toBe(before.length);
    }
  });
});

describe('a VM that is given away', () => {
  const destination = copyId(1);
  const report = reportOf([
    { type: 'migrate', copy: primary, host: 'C' },
    { type: 'precopy', copy: destination },
    { type: 'quiesce', copy: primary },
    { type: 'quiesce', copy: primary },
    { type: 'switchOver', copy: primary },
  ]);
  const { others, line: given } = lateIn(report, 'switchedOver', 'A0');
  const { others: offered, line: halted } = lateIn(others, 'halted', 'A0');
  const { others: untold } = lateIn(offered, 'gotAll', 'C1');
  const crashed = befell({ what: 'crashed', host: 'C' });
  const repaired = befell({ what: 'repaired', host: 'C' });
  const tookUp = said('C1', { did: 'tookUp', position: 0 });

  it('is one that its destination has said to have', () => {
    expect(refusedAt([...offered, given, halted])).toBeNull();
    expect(refusedAt([...untold, given])).toBe(untold.length);
  });

  it('is gone with a destination of whose end its source has not heard', () => {
    expect(refusedAt([...offered, crashed, given, halted])).toBeNull();
    expect(refusedAt([...offered, crashed, repaired, given, halted])).toBeNull();
    expect(refusedAt([...untold, crashed, given])).toBe(untold.length + 1);
    expect(refusedAt([...offered, crashed, given, tookUp])).toBe(offered.length + 2);
  });

  it('is not taken up by one that only has it', () => {
    expect(refusedAt([...offered, tookUp])).toBe(offered.length);
  });
});

describe('a backup that is placed for a copy', () => {
  const asked = said('A0', { did: 'askedForBackup' });
  const booted = befell({ what: 'booted', copy: 'A0', host: 'A' });
  const away = befell({ what: 'serviceLost' });
  const back = befell({ what: 'serviceRegained' });
  const placed = (source: string, copy: string, host: string, purpose: 'clone' | 'arrive') =>
    befell({ what: 'placed', source, copy, host, purpose });
  const clone = placed('A0', 'B1', 'B', 'clone');
  const image = said('B1', { did: 'gotImage' });

  it('may have been asked for while the service was away, and heard when it was back', () => {
    expect(refusedAt([booted, away, asked, back, clone, image])).toBeNull();
  });

  it('is nobody where none was asked for, or the service is away', () => {
    expect(refusedAt([booted, away, back, clone, image])).toBe(4);
    expect(refusedAt([booted, away, asked, clone, image])).toBe(4);
  });

  it('is not moved where it is nobody, whatever the service thinks', () => {
    const nobody = placed('A0', 'C9', 'C', 'arrive');
    const before = [booted, asked, clone, nobody];
    const moved = placed('C9', 'D9', 'D', 'arrive');
    const end = said('D9', { did: 'halted', because: 'discarded' });
    expect(refusedAt([...before, moved, end])).toBeNull();
    expect(refusedAt([...before, moved, said('D9', { did: 'gotImage' })])).toBe(5);
    expect(refusedAt([...before, placed('C9', 'A9', 'A', 'arrive')])).toBe(4);
    expect(refusedAt([...before, placed('C8', 'D9', 'D', 'arrive')])).toBe(4);
  });
});
