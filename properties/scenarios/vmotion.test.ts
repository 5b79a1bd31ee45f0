import { describe, expect, it } from 'vitest';
import { defaultSettings, type Settings } from '../../model/settings.ts';
import type { State } from '../../model/state.ts';
import type { Line, Played } from './play.ts';
import { unbroken } from './unbroken.ts';

const settings: Settings = { ...defaultSettings, program: ['transmit'] };

const told = (...lines: readonly Line[]): Played => unbroken(settings, ...lines);

const ends = ({ copies }: State): readonly string[] =>
  copies.map((copy) => (copy.mode === 'halted' ? copy.because : copy.mode));

const through: readonly Line[] = ['A0 flush', 'B1 receive'];
const acked: readonly Line[] = [...through, 'B1 acknowledge', 'A0 readAck 0'];
const backupWins: readonly Line[] = ['B1 suspect', 'B1 testAndSet', 'B1 arbitrate', 'B1 learn'];
const primaryWins: readonly Line[] = ['A0 suspect', 'A0 testAndSet', 'A0 arbitrate', 'A0 learn'];

/** The primary is copied to host C while it runs on, and its disk is brought to rest. */
const copied: readonly Line[] = ['A0 migrate C', 'C2 precopy'];
const quiet: readonly Line[] = [...copied, 'A0 quiesce', 'A0 quiesce'];
const handed: readonly Line[] = [...quiet, ...acked, 'A0 switchOver'];
const moved: readonly Line[] = [...handed, 'C2 takeUp', 'B1 reconnect', 'C2 readAck 1'];

describe('the primary moves to another host (R33-6)', () => {
  it('with its log, its numbers and its generation, and its backup follows', () => {
    const { state } = told(...moved);
    expect(ends(state)).toEqual(['moved', 'replaying', 'recording']);
    expect(state.copies[1]).toMatchObject({ primary: 0, connection: 1 });
    expect(state.copies[2]).toMatchObject({
      ...{ line: 0, host: 'C', backup: 1, connection: 1, generation: 0 },
      ...{ logged: 1, acked: 1, move: null, devices: { quiesce: 'none' } },
    });
  });

  it('and serves from there: the log goes on, its output leaves from the new host', () => {
    const on: readonly Line[] = ['C2 execute', 'C2 flush', 'B1 receive', 'B1 acknowledge'];
    const played = told(...moved, ...on, 'C2 readAck 1', 'C2 release', 'B1 replay', 'B1 replay');
    expect(played.seen).toMatchObject([{ type: 'transmit', copy: 2, host: 'C', ordinal: 0 }]);
    expect(played.state.network.port).toBe('C');
    expect(played.state.copies[1]).toMatchObject({ consumed: 2, guest: { sent: 1 } });
  });

  it('not before all that it logged is acknowledged and all that it withheld has left', () => {
    const held = 'its log is not acknowledged, or outputs are withheld';
    expect(() => told(...quiet, 'A0 switchOver')).toThrow(held);
    const output: readonly Line[] = ['A0 execute', ...acked];
    expect(() => told(...output, ...quiet, ...acked, 'A0 switchOver')).toThrow(held);
    const left = told(...output, 'A0 release', ...quiet, ...acked, 'A0 switchOver');
    expect(ends(left.state)).toEqual(['moved', 'replaying', 'arriving']);
  });

  it('not before its disk is quiet, and its guest runs on meanwhile', () => {
    const disk: Settings = { ...settings, program: ['read x p', 'compute', 'read x p'] };
    const asked: readonly Line[] = ['A0 execute', ...copied, 'A0 quiesce'];
    const again = [...asked, 'A0 quiesce'] as const;
    expect(() => unbroken(disk, ...again)).toThrow('disk operations are outstanding');
    expect(() => unbroken(disk, ...asked, 'A0 execute', 'A0 execute')).toThrow('quiesced');
    const done: readonly Line[] = ['A0 submit 0', 'A0 perform 0', 'A0 complete 0', 'A0 quiesce'];
    expect(unbroken(disk, ...asked, ...done).state.copies[0]).toMatchObject({
      buffer: [{ kind: 'DONE' }, { kind: 'QUIESCE' }],
      devices: { quiesce: 'reached' },
    });
  });

  it('and its backup does not connect to it while nobody is there', () => {
    expect(() => told(...handed, 'B1 reconnect')).toThrow('its primary is moving');
  });
});

const backupCopied: readonly Line[] = ['B1 migrate C', 'C2 precopy'];
const asked: readonly Line[] = [...backupCopied, 'B1 acknowledge', 'A0 readAck 0'];
const still: readonly Line[] = [...asked, 'A0 quiesce', ...through, 'B1 replay'];

describe('the backup moves to another host (R33-7)', () => {
  it('at the point where its primary has nothing outstanding, with its log buffer', () => {
    const more: readonly Line[] = ['A0 execute', ...through, 'B1 acknowledge', 'B1 switchOver'];
    const { state } = told(...still, ...more, 'C2 takeUp');
    expect(ends(state)).toEqual(['recording', 'moved', 'replaying']);
    expect(state.copies[2]).toMatchObject({
      ...{ line: 1, host: 'C', primary: 0, received: 2, acked: 2, consumed: 1 },
      ...{ buffer: [{ seq: 2, kind: 'OUT' }], asks: false },
    });
  });

  it('and its primary takes up its disk again when it hears from there', () => {
    expect(told(...asked).state.copies[0]).toMatchObject({ devices: { quiesce: 'asked' } });
    const there: readonly Line[] = [...still, 'B1 switchOver', 'C2 takeUp'];
    expect(told(...there).state.copies[0]).toMatchObject({ devices: { quiesce: 'reached' } });
    expect(told(...there, 'A0 readAck 1').state.copies[0]).toMatchObject({
      connection: 1,
      devices: { quiesce: 'none' },
    });
  });

  it('not before it has replayed that point', () => {
    const early: readonly Line[] = [...asked, 'A0 quiesce', ...through, 'B1 switchOver'];
    expect(() => told(...early)).toThrow('its disk is not quiesced');
  });

  it('not while an operation is outstanding at its primary', () => {
    const disk: Settings = { ...settings, program: ['read x p'] };
    const lines: readonly Line[] = ['A0 execute', ...asked, 'A0 quiesce'];
    expect(() => unbroken(disk, ...lines)).toThrow('disk operations are outstanding');
  });
});

describe('a copy alone moves', () => {
  it('and nothing but its host changes', () => {
    const single: Settings = { ...settings, start: 'unprotected' };
    const { state } = unbroken(
      single,
      'A0 migrate B',
      'B1 precopy',
      'A0 quiesce',
      'A0 quiesce',
      'A0 switchOver',
      'B1 takeUp',
      'B1 announce',
    );
    expect(ends(state)).toEqual(['moved', 'live']);
    expect(state.network.port).toBe('B');
  });
});

describe('two VMotions at once (R33-4)', () => {
  const taken = 'the host is not free for it';

  it('never to one host, and to none that the other copy is on', () => {
    expect(() => told('A0 migrate B')).toThrow(taken);
    expect(() => told('B1 migrate A')).toThrow(taken);
    expect(() => told('A0 migrate C', 'B1 migrate C')).toThrow(taken);
    expect(() => told('B1 migrate C', 'A0 migrate C')).toThrow(taken);
    expect(() => told('C crash', 'A0 migrate C')).toThrow(taken);
  });

  it('to different hosts: the backup first, and then the primary with its disk still quiet', () => {
    const begun: readonly Line[] = ['A0 migrate C', 'B1 migrate D', 'C2 precopy', 'D3 precopy'];
    const quieted: readonly Line[] = ['A0 quiesce', 'A0 quiesce', ...through, 'B1 replay'];
    const backup: readonly Line[] = ['B1 switchOver', 'D3 takeUp', 'A0 readAck 1'];
    const primary: readonly Line[] = ['A0 switchOver', 'C2 takeUp', 'D3 reconnect', 'C2 readAck 2'];
    const { state } = told(...begun, ...quieted, ...backup, ...primary);
    expect(ends(state)).toEqual(['moved', 'moved', 'recording', 'replaying']);
    expect(state.copies[2]).toMatchObject({ host: 'C', line: 0, backup: 1, connection: 2 });
    expect(state.copies[3]).toMatchObject({ host: 'D', line: 1, primary: 0, connection: 2 });
  });
});

describe('a VMotion that is given up (R33-8, R33-9)', () => {
  it('leaves the primary where it is, with its disk in use again', () => {
    const { state } = told(...quiet, 'A0 cancel', 'C2 discard');
    expect(ends(state)).toEqual(['recording', 'replaying', 'discarded']);
    expect(state.copies[0]).toMatchObject({ move: null, devices: { quiesce: 'none' } });
  });

  it('of the backup is told to its primary', () => {
    const lines: readonly Line[] = [...asked, 'A0 quiesce', 'B1 cancel'];
    expect(told(...lines).state.copies[0]).toMatchObject({ devices: { quiesce: 'reached' } });
    const { state } = told(...lines, 'B1 acknowledge', 'A0 readAck 0');
    expect(state.copies[0]).toMatchObject({ devices: { quiesce: 'none' } });
  });
});

describe('a failure during a VMotion of the primary', () => {
  it('of its host before the switchover: the backup takes over, the destination is nothing', () => {
    const { state } = told(...quiet, 'A crash', ...backupWins, 'B1 goLive', 'C2 discard');
    expect(ends(state)).toEqual(['crashed', 'live', 'discarded']);
    expect(() => told(...quiet, 'A crash', 'C2 takeUp')).toThrow('its source still runs');
  });

  it('of its host after the switchover, before all was copied: likewise', () => {
    const crashed: readonly Line[] = [...handed, 'A crash'];
    expect(() => told(...crashed, 'C2 takeUp')).toThrow('its source has crashed');
    const { state } = told(...crashed, ...backupWins, 'B1 replay', 'B1 goLive', 'C2 discard');
    expect(ends(state)).toEqual(['crashed', 'live', 'discarded']);
  });

  it('of its old host after it was taken up changes nothing', () => {
    expect(ends(told(...moved, 'A crash').state)).toEqual(['crashed', 'replaying', 'recording']);
  });

  it('of the destination before the switchover: it is given up', () => {
    const { state } = told(...copied, 'C crash', 'A0 cancel', 'A0 execute');
    expect(ends(state)).toEqual(['recording', 'replaying', 'crashed']);
    expect(() => told(...quiet, ...acked, 'C crash', 'A0 switchOver')).toThrow('waits for it');
  });

  it('of the destination after it: the backup takes over', () => {
    const { state } = told(...handed, 'C crash', ...backupWins, 'B1 replay', 'B1 goLive');
    expect(ends(state)).toEqual(['moved', 'live', 'crashed']);
  });

  it('of the backup: a side that suspects hands nothing over', () => {
    const suspected: readonly Line[] = [...quiet, ...acked, 'B crash', 'A0 suspect'];
    expect(() => told(...suspected, 'A0 switchOver')).toThrow('no such event');
    const { state } = told(...quiet, ...acked, 'B crash', ...primaryWins, 'C2 discard');
    expect(ends(state)).toEqual(['live', 'crashed', 'discarded']);
    expect(state.copies[0]).toMatchObject({ devices: { quiesce: 'none' } });
  });
});

describe('a failure during a VMotion of the backup', () => {
  it('of its host before the switchover: the primary goes on alone, its disk in use', () => {
    const { state } = told(...still, 'B crash', ...primaryWins, 'C2 discard');
    expect(ends(state)).toEqual(['live', 'crashed', 'discarded']);
    expect(state.copies[0]).toMatchObject({ devices: { quiesce: 'none' } });
  });

  it('of its host or of the destination after it: likewise', () => {
    for (const crash of ['B crash', 'C crash'] as const) {
      const { state } = told(...still, 'B1 switchOver', crash, ...primaryWins);
      expect(state.copies[0]).toMatchObject({ mode: 'live', devices: { quiesce: 'none' } });
    }
  });

  it('of the destination before it: it is given up', () => {
    const { state } = told(...asked, 'C crash', 'B1 cancel', 'B1 acknowledge', 'A0 readAck 0');
    expect(ends(state)).toEqual(['recording', 'replaying', 'crashed']);
    expect(state.copies[0]).toMatchObject({ devices: { quiesce: 'none' } });
  });

  it('of the primary after it: the destination takes over from the log that came with it', () => {
    const output: readonly Line[] = ['A0 execute', ...acked, 'A0 release'];
    const there: readonly Line[] = [...still, ...output, 'B1 switchOver', 'C2 takeUp', 'A crash'];
    const wins: readonly Line[] = ['C2 suspect', 'C2 testAndSet', 'C2 arbitrate', 'C2 learn'];
    const played = told(...there, ...wins, 'C2 replay', 'C2 goLive');
    expect(ends(played.state)).toEqual(['crashed', 'moved', 'live']);
    expect(played.state.copies[2]).toMatchObject({ guest: { sent: 1 } });
    expect(played.seen).toMatchObject([{ type: 'transmit', copy: 0, ordinal: 0 }]);
  });
});
