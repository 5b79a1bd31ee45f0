import { describe, expect, it } from 'vitest';
import { defaultSettings, type Settings } from '../../model/settings.ts';
import type { Line, Played } from './play.ts';
import { unbroken } from './unbroken.ts';

const settings: Settings = { ...defaultSettings, program: ['touch p', 'write x p'] };

const told = (...lines: readonly Line[]): Played => unbroken(settings, ...lines);

const wins: readonly Line[] = ['B1 suspect', 'B1 testAndSet', 'B1 arbitrate', 'B1 learn'];
const goesLive: readonly Line[] = [...wins, 'B1 goLive'];
const drains: readonly Line[] = [...wins, 'B1 replay', 'B1 replay', 'B1 goLive'];
const goesAlone: readonly Line[] = ['A0 suspect', 'A0 testAndSet', 'A0 arbitrate', 'A0 learn'];
const again: readonly Line[] = ['B1 submit 0', 'B1 perform 0', 'B1 complete 0'];

/** The write of the second instruction, in the states in which the rows of the table find it. */
const issued: readonly Line[] = ['A0 execute', 'A0 execute'];
const held: readonly Line[] = [...issued, 'A0 flush', 'B1 receive'];
const acked: readonly Line[] = [...held, 'B1 acknowledge', 'A0 readAck 0'];
const submitted: readonly Line[] = [...acked, 'A0 release', 'A0 submit 0'];
const written: readonly Line[] = [...submitted, 'A0 perform 0'];

/** What the shared disk has seen: which copy submitted which write, and what was written. */
const onDisk = ({ seen }: Played): readonly string[] =>
  seen.flatMap((effect) => {
    if (effect.type === 'submit') return [`${effect.host} submits ${effect.io}`];
    if (effect.type === 'write') return [`${effect.copy} writes ${effect.data.join()}`];
    return [];
  });

const content = 993; // of page p after the guest has touched it once

describe('the crash table: what becomes of a disk write when a host dies', () => {
  it('C1: its entry is still in the log buffer, so it is never issued', () => {
    const played = told(...issued, 'A crash', ...goesLive);
    expect(onDisk(played)).toEqual([]);
    expect(played.state.copies[1]).toMatchObject({ mode: 'live', guest: { pending: [] } });
  });

  it('C2: its entry is lost on the channel, so it is never issued', () => {
    const played = told(...issued, 'A0 flush', 'reset 0', 'A crash', ...goesLive);
    expect(onDisk(played)).toEqual([]);
    expect(played.state.storage.blocks).toEqual([0, 0]);
  });

  it('C3: its entry is safe but its ack is not back, so the backup issues it again', () => {
    const played = told(...held, 'A crash', ...drains, ...again);
    expect(onDisk(played)).toEqual(['B submits 0', `1 writes ${content}`]);
    expect(played.state.copies[1]).toMatchObject({ guest: { pending: [], sent: 1 } });
  });

  it('C4: the ack is back but it is not submitted, so the backup issues it again', () => {
    const played = told(...acked, 'A0 release', 'A crash', ...drains, ...again);
    expect(onDisk(played)).toEqual(['B submits 0', `1 writes ${content}`]);
  });

  it('C5: it is written, its completion is not logged: it is written twice, alike', () => {
    const played = told(...written, 'A crash', ...drains, ...again);
    const writes = [`0 writes ${content}`, 'B submits 0', `1 writes ${content}`];
    expect(onDisk(played)).toEqual(['A submits 0', ...writes]);
    expect(played.state.storage.blocks).toEqual([content, 0]);
  });

  it('C5: it is written twice also if the entry of its completion has not arrived', () => {
    const played = told(...written, 'A0 complete 0', 'A crash', ...drains, ...again);
    expect(onDisk(played)).toHaveLength(4);
  });

  it('C5: it is written once if the entry of its completion has arrived', () => {
    const logged: readonly Line[] = [...written, 'A0 complete 0', 'A0 flush', 'B1 receive'];
    const replays: readonly Line[] = ['B1 replay', 'B1 replay', 'B1 replay', 'B1 goLive'];
    const played = told(...logged, 'A crash', ...wins, ...replays);
    expect(onDisk(played)).toEqual(['A submits 0', `0 writes ${content}`]);
    expect(played.state.copies[1]).toMatchObject({ guest: { pending: [] } });
    expect(() => told(...logged, 'A crash', ...wins, ...replays, ...again)).toThrow(
      'there is no such event here',
    );
  });

  it('C5: what the dead host left in flight is refused, or was lost with it', () => {
    const crashed: readonly Line[] = [...submitted, 'A crash', ...drains];
    for (const late of ['A0 perform 0', 'A0 loseIo 0'] as const) {
      const played = told(...crashed, late, ...again);
      expect(onDisk(played)).toEqual(['A submits 0', 'B submits 0', `1 writes ${content}`]);
      expect(played.state.storage.flights).toEqual([]);
    }
  });

  it('C6: the primary is only cut off, and its late write is fenced', () => {
    const cut: readonly Line[] = [...acked, 'cut log A B', ...drains, ...again];
    const newer: readonly Line[] = ['B1 execute', 'B1 execute', 'B1 release', 'B1 submit 1'];
    const late: readonly Line[] = ['A0 release', 'A0 submit 0', 'A0 perform 0'];
    const played = told(...cut, ...newer, 'B1 perform 1', ...late);
    const [, first, , second] = onDisk(played);
    expect([first, second]).toEqual([`1 writes ${content}`, expect.stringMatching(/^1 writes/)]);
    expect(onDisk(played).at(-1)).toBe('A submits 0');
    expect(second).toBe(`1 writes ${played.state.storage.blocks[0]}`);
    expect(played.state.copies[0]).toMatchObject({ devices: { arrived: [] } });
  });

  it('C7: the backup dies before its ack, so it is written once, after the test-and-set', () => {
    const alone: readonly Line[] = [...issued, 'B crash', 'A0 suspect'];
    expect(() => told(...alone, 'A0 release')).toThrow('the Output Rule holds it back');
    expect(() => told(...alone, 'A0 submit 0')).toThrow('there is no such event here');
    const played = told(...issued, 'B crash', ...goesAlone, 'A0 release', 'A0 submit 0');
    expect(onDisk(played)).toEqual(['A submits 0']);
    expect(played.state.storage.flights).toMatchObject([{ generation: 1 }]);
  });

  it('C7: what the winner has in flight is submitted again under its new generation', () => {
    const won: readonly Line[] = [...submitted, 'B crash', ...goesAlone, 'A0 submit 0'];
    const played = told(...won, 'A0 perform 0', 'A0 perform 0', 'A0 complete 0');
    expect(told(...won).state.storage.flights).toMatchObject([
      { generation: 0, io: { number: 0 } },
      { generation: 1, io: { number: 0 } },
    ]);
    expect(onDisk(played)).toEqual(['A submits 0', 'A submits 0', `0 writes ${content}`]);
  });

  it('C8: the backup dies after its ack, which changes nothing', () => {
    expect(onDisk(told(...written, 'B crash'))).toEqual(['A submits 0', `0 writes ${content}`]);
  });
});

const throughChannel: readonly Line[] = [
  'A0 flush',
  'B1 receive',
  'B1 acknowledge',
  'A0 readAck 0',
];

describe('disk operations that overlap', () => {
  const racing: Settings = { ...settings, program: ['touch p', 'write x p', 'read x q'] };
  const both: readonly Line[] = ['A0 execute', 'A0 execute', 'A0 execute'];
  const race = 'it would race with an earlier disk operation';

  it('a read waits behind a write that is withheld', () => {
    expect(() => unbroken(racing, ...both, 'A0 submit 1')).toThrow(race);
  });

  it('and until its completion is known to be logged on the backup', () => {
    const first: readonly Line[] = [...both, ...throughChannel, 'A0 release', 'A0 submit 0'];
    const done: readonly Line[] = [...first, 'A0 perform 0', 'A0 complete 0'];
    for (const early of [first, done, [...done, 'A0 flush', 'B1 receive'] as const]) {
      expect(() => unbroken(racing, ...early, 'A0 submit 1')).toThrow(race);
    }
    const read: readonly Line[] = ['A0 submit 1', 'A0 perform 1', 'A0 complete 1'];
    const played = unbroken(racing, ...done, ...throughChannel, ...read);
    expect(played.state.copies[0]).toMatchObject({ guest: { memory: [content, content] } });
  });

  it('but not one that meets neither its blocks nor its pages', () => {
    const apart: Settings = { ...settings, program: ['touch p', 'write x p', 'read y q'] };
    const played = unbroken(apart, ...both, 'A0 submit 1', 'A0 perform 1', 'A0 complete 1');
    expect(played.state.copies[0]).toMatchObject({ guest: { pending: [{ kind: 'write' }] } });
  });

  it('a write takes its data when it is issued, whatever the guest does to its memory', () => {
    const busy: Settings = { ...settings, program: ['touch p', 'write x p', 'touch p'] };
    const lines: readonly Line[] = [...both, ...throughChannel, 'A0 release', 'A0 submit 0'];
    const played = unbroken(busy, ...lines, 'A0 perform 0');
    expect(played.state.storage.blocks).toEqual([content, 0]);
    expect(played.state.copies[0]).not.toMatchObject({ guest: { memory: [content, 0] } });
  });

  it('an error or a short transfer is logged, and the backup sees the same', () => {
    const wide: Settings = { ...settings, program: ['touch p', 'write xy pq'] };
    const sent: readonly Line[] = [...issued, ...throughChannel, 'A0 release', 'A0 submit 0'];
    const replays: readonly Line[] = ['B1 replay', 'B1 replay', 'B1 replay'];
    for (const failing of ['A0 failIo 0 0', 'A0 failIo 0 1'] as const) {
      const lines: readonly Line[] = [...sent, failing, 'A0 complete 0', 'A0 flush', 'B1 receive'];
      const { state } = unbroken(wide, ...lines, ...replays);
      const [primary, backup] = state.copies;
      expect(backup).toMatchObject({ consumed: 2 });
      expect(primary).toHaveProperty(
        'guest',
        backup !== undefined && 'guest' in backup && backup.guest,
      );
      expect(state.storage.blocks).toEqual([failing === 'A0 failIo 0 1' ? content : 0, 0]);
    }
  });
});
