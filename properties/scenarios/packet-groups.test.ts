import { describe, expect, it } from 'vitest';
import { defaultSettings, type Settings } from '../../model/settings.ts';
import type { Line } from './play.ts';
import { unbroken } from './unbroken.ts';

const ring: Settings = { ...defaultSettings, program: ['post', 'post', 'kick'] };
const posted: readonly Line[] = ['A0 execute', 'A0 execute'];
const through: readonly Line[] = ['A0 flush', 'B1 receive'];
const acked: readonly Line[] = ['B1 acknowledge', 'A0 readAck 0'];

describe('packets in groups (R35-4)', () => {
  it('one interrupt hands over all, and the backup takes all of them or none', () => {
    const lines: readonly Line[] = ['send', 'send', 'A0 deliver 2', ...through];
    const { state } = unbroken(ring, ...lines);
    expect(state.copies[0]).toMatchObject({
      guest: { requests: 2 },
      buffer: [
        { kind: 'RX', value: 0, last: false },
        { kind: 'RX', value: 1, last: true },
      ],
    });
    expect(() => unbroken(ring, ...lines, 'B1 replay')).toThrow('the rest of the group');
    expect(() => unbroken(ring, ...lines, 'B1 acknowledge')).toThrow('nothing new');
    const replayed = unbroken(ring, ...lines, ...through, 'B1 acknowledge', 'B1 replay').state;
    expect(replayed.copies[1]).toMatchObject({ guest: { requests: 2 }, acked: 2, consumed: 2 });
  });

  it('one at a time is another execution', () => {
    const one = unbroken(ring, 'send', 'send', 'A0 deliver', 'A0 deliver').state.copies[0];
    const both = unbroken(ring, 'send', 'send', 'A0 deliver 2').state.copies[0];
    expect(one).toMatchObject({ buffer: [{ last: true }, { last: true }] });
    expect(one).not.toMatchObject({
      guest: { word: both !== undefined && 'guest' in both && both.guest.word },
    });
  });

  it('one trap sends the whole ring, and all of it waits for one entry', () => {
    const kicked: readonly Line[] = [...posted, 'A0 execute'];
    expect(unbroken(ring, ...posted).state.copies[0]).toMatchObject({
      guest: { posted: [32, 993] },
      withheld: [],
    });
    const { state } = unbroken(ring, ...kicked);
    expect(state.copies[0]).toMatchObject({
      buffer: [{ kind: 'OUT', position: 2 }],
      withheld: [
        { number: 0, content: 32, needs: 1 },
        { number: 1, content: 993, needs: 1 },
      ],
    });
    expect(() => unbroken(ring, ...kicked, 'A0 release')).toThrow('the Output Rule');
    const released = unbroken(ring, ...kicked, ...through, ...acked, 'A0 release', 'A0 release');
    expect(released.seen).toMatchObject([{ ordinal: 0 }, { ordinal: 1 }]);
  });

  it('packets that arrive send the ring without a trap, in the same group', () => {
    const lines: readonly Line[] = [...posted, 'send', 'A0 deliver'];
    expect(unbroken(ring, ...lines).state.copies[0]).toMatchObject({
      guest: { position: 2, posted: [] },
      buffer: [
        { kind: 'RX', last: false },
        { kind: 'OUT', last: true },
      ],
      withheld: [{ needs: 2 }, { needs: 2 }],
    });
    const held: readonly Line[] = [...lines, ...through, ...through];
    const replays: readonly Line[] = ['B1 replay', 'B1 replay', 'B1 replay'];
    const played = unbroken(ring, ...held, ...acked, ...replays, 'A0 release', 'A0 release');
    expect(played.state.copies[1]).toMatchObject({
      guest: { position: 2, posted: [], transmitted: 2 },
      consumed: 2,
    });
    expect(played.seen).toMatchObject([
      { copy: 0, content: 32 },
      { copy: 0, content: 993 },
    ]);
  });

  it('with emitLast a backup puts out all that its last group sent', () => {
    const held: readonly Line[] = [...posted, 'send', 'A0 deliver', ...through, ...through];
    const wins: readonly Line[] = ['B1 suspect', 'B1 testAndSet', 'B1 arbitrate', 'B1 learn'];
    const live: readonly Line[] = ['B1 replay', 'B1 replay', 'B1 replay', 'B1 goLive'];
    const lines: readonly Line[] = [...held, 'A crash', ...wins, ...live];
    const last: Settings = { ...ring, goLiveOutput: 'emitLast' };
    expect(unbroken(last, ...lines, 'B1 release', 'B1 release').seen).toHaveLength(2);
    expect(() => unbroken(ring, ...lines, 'B1 release')).toThrow('nothing is withheld');
  });
});
