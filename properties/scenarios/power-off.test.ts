import { describe, expect, it } from 'vitest';
import { defaultSettings, type Settings } from '../../model/settings.ts';
import type { State } from '../../model/state.ts';
import type { Line, Played } from './play.ts';
import { unbroken } from './unbroken.ts';

const settings: Settings = { ...defaultSettings, program: ['transmit'] };

const told = (...lines: readonly Line[]): Played => unbroken(settings, ...lines);

const ends = ({ copies }: State): readonly string[] =>
  copies.map((copy) => (copy.mode === 'halted' ? copy.because : copy.mode));

const ordered: readonly Line[] = ['A0 order powerOff'];
const arrived: readonly Line[] = [...ordered, 'A0 flush', 'B1 receive'];
const acked: readonly Line[] = [...arrived, 'B1 acknowledge', 'A0 readAck 0'];
const primaryAsks: readonly Line[] = ['A0 testAndSet', 'A0 arbitrate', 'A0 learn'];
const backupAsks: readonly Line[] = ['B1 testAndSet', 'B1 arbitrate', 'B1 learn'];
const parted: readonly Line[] = ['cut log A B', 'cut log B A'];

describe('the VM is powered off (R33-2)', () => {
  it('(a) by an entry of the log stream, in order', () => {
    const { state } = told('A0 execute', ...ordered);
    expect(state.copies[0]).toMatchObject({
      guest: { isOff: true, position: 1 },
      buffer: [
        { seq: 1, position: 0, kind: 'OUT' },
        { seq: 2, position: 1, kind: 'OFF' },
      ],
    });
  });

  it('(b) the primary is gone only after the ack, and after what it withheld', () => {
    const untold = 'its backup is not known to be told';
    expect(() => told(...ordered, 'A0 stop')).toThrow(untold);
    expect(() => told(...arrived, 'B1 acknowledge', 'A0 stop')).toThrow(untold);
    expect(ends(told(...acked, 'A0 stop').state)).toEqual(['off', 'replaying']);
    const lines: readonly Line[] = ['A0 execute', 'A0 flush', 'B1 receive', ...acked];
    expect(() => told(...lines, 'A0 stop')).toThrow(untold);
    const played = told(...lines, 'A0 release', 'A0 stop');
    expect(played.seen).toMatchObject([{ type: 'transmit', ordinal: 0 }]);
    expect(played.state.connections).toMatchObject([{ open: false }]);
  });

  it('and the backup with it, at the same place', () => {
    const { state } = told(...acked, 'A0 stop', 'B1 replay', 'B1 stop');
    expect(ends(state)).toEqual(['off', 'off']);
  });

  it('(c) with its backup cut off only by the test-and-set, and the backup halts', () => {
    const alone: readonly Line[] = [...parted, ...ordered, 'A0 suspect', ...primaryAsks];
    expect(() => told(...parted, ...ordered, 'A0 suspect', 'A0 stop')).toThrow('no such event');
    const { state } = told(...alone, 'A0 stop', 'B1 suspect', ...backupAsks);
    expect(ends(state)).toEqual(['off', 'lost']);
    expect(state.storage).toMatchObject({ generation: 1, owner: 0 });
  });

  it('(c) or not at all: the order is given again at the new primary', () => {
    const lost: readonly Line[] = [...parted, ...ordered, 'B1 suspect', ...backupAsks];
    const taken: readonly Line[] = [...lost, 'A0 suspect', ...primaryAsks, 'B1 goLive'];
    expect(ends(told(...taken).state)).toEqual(['lost', 'live']);
    const { state } = told(...taken, 'B1 execute', 'B1 order powerOff', 'B1 release', 'B1 stop');
    expect(ends(state)).toEqual(['lost', 'off']);
  });

  it('(d) a backup that holds the entry stops when its primary dies, consumed or not', () => {
    for (const replays of [[], ['B1 replay']] as const) {
      const { state } = told(...arrived, ...replays, 'A crash', 'B1 suspect');
      expect(ends(state)).toEqual(['crashed', 'off']);
    }
  });

  it('(e) from the place of the entry on the guest does nothing and takes nothing', () => {
    const off = 'the guest is powered off';
    const idle: readonly Line[] = ['send', 'key', ...ordered];
    for (const line of ['A0 execute', 'A0 interrupt', 'A0 deliver', 'A0 feed'] as const) {
      expect(() => told(...idle, line)).toThrow(off);
    }
    expect(() => told(...arrived, 'B1 replay', 'B1 replay')).toThrow(off);
  });

  it('(f) a backup that holds the entry does not ask the arbiter: its primary wins', () => {
    const cut: readonly Line[] = [...arrived, ...parted, 'B1 suspect', 'A0 suspect'];
    expect(() => told(...cut, 'B1 testAndSet')).toThrow('there is no such event here');
    const { state } = told(...cut, ...primaryAsks, 'A0 stop');
    expect(ends(state)).toEqual(['off', 'off']);
    expect(state.storage.owner).toBe(0);
  });

  it('(g) while its clone may be armed, only by its ack or the test-and-set', () => {
    const single: Settings = { ...settings, start: 'unprotected' };
    const asked: readonly Line[] = ['A0 requestBackup', 'A0 place B', 'B1 precopy'];
    const cut: readonly Line[] = [...asked, 'A0 snapshot', ...ordered];
    expect(() => unbroken(single, ...cut, 'A0 stop')).toThrow('its backup is not known to be told');
    const told: readonly Line[] = ['B1 arm', 'A0 readAck 0', 'A0 flush', 'B1 receive'];
    const acks: readonly Line[] = ['B1 acknowledge', 'A0 readAck 0', 'A0 stop', 'B1 replay'];
    expect(ends(unbroken(single, ...cut, ...told, ...acks, 'B1 stop').state)).toEqual([
      'off',
      'off',
    ]);
    const alone: readonly Line[] = ['B crash', 'A0 suspect', ...primaryAsks, 'A0 stop'];
    expect(ends(unbroken(single, ...cut, ...alone).state)).toEqual(['off', 'crashed']);
    expect(ends(unbroken(single, ...ordered, 'A0 stop').state)).toEqual(['off']);
  });

  it('by its own guest, which logs an entry like an administrator (Q17)', () => {
    const own: Settings = { ...settings, program: ['shutdown'] };
    expect(unbroken(own, 'A0 execute').state.copies[0]).toMatchObject({ guest: { isOff: false } });
    const keyed: readonly Line[] = ['key', 'A0 feed', 'A0 execute', 'A0 flush', 'A0 flush'];
    const acks: readonly Line[] = ['B1 receive', 'B1 receive', 'B1 acknowledge', 'A0 readAck 0'];
    const replays: readonly Line[] = ['B1 replay', 'B1 replay', 'B1 stop'];
    const { state } = unbroken(own, ...keyed, ...acks, 'A0 stop', 'B1 replay', 'B1 replay');
    expect(state.copies[1]).toMatchObject({ guest: { isOff: true, position: 1 } });
    const told = unbroken(own, ...keyed, ...acks, 'A0 stop', ...replays);
    expect(ends(told.state)).toEqual(['off', 'off']);
    const untold = unbroken(own, ...keyed, 'A crash', 'B1 suspect');
    expect(ends(untold.state)).toEqual(['crashed', 'frozen']);
  });
});

describe('the administrator changes the share of the CPU', () => {
  it('on the primary, and the backup follows at the same place (R33-3)', () => {
    const raised: readonly Line[] = ['A0 order raiseShare', 'A0 flush', 'B1 receive'];
    expect(told(...raised).state.copies).toMatchObject([{ share: 2 }, { share: 1 }]);
    const lowered: readonly Line[] = ['A0 order lowerShare', 'A0 flush', 'B1 receive', 'B1 replay'];
    expect(told(...raised, 'B1 replay').state.copies).toMatchObject([{ share: 2 }, { share: 2 }]);
    expect(told(...raised, 'B1 replay', ...lowered).state.copies[1]).toMatchObject({ share: 1 });
  });

  it('not on the backup (R33-1)', () => {
    expect(() => told('B1 order raiseShare')).toThrow('it is the backup: orders go to the primary');
  });
});
