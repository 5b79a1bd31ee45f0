import { describe, expect, it } from 'vitest';
import type { Happening, Script } from './script.ts';
import { alive, answering, on, type Program, playedWith, scriptOf } from './stand-in.ts';

describe('the disk', () => {
  const does = (what: 'read x p' | 'write x p', position: number): Program =>
    on('A', ['execute', { position, does: what, entries: [] }], ['submit', { io: position }]);
  const runs: Happening = { do: 'execute', host: 'A', does: 'read x p' };
  const script = scriptOf(['core', 'disk'], {}, runs);

  it('is told of, when it has done something', () => {
    const { finding, told } = playedWith(answering({ execute: does('read x p', 0) }), script);
    const [completed] = told.filter((one) => one.do === 'completed');
    expect(completed).toEqual({ do: 'completed', host: 'A', io: 0, transferred: 1, data: [null] });
    expect(finding).toMatchObject({ key: 'owed: complete', cites: ['R34-3', 'R34-10'] });
  });

  it('may fail, short of what was wanted', () => {
    const failing: Happening = { do: 'perform', host: 'A', which: 'oldest', blocks: 0 };
    const events = [runs, failing];
    const program = answering({ execute: does('read x p', 0) });
    const { told } = playedWith(program, { ...script, events });
    const [completed] = told.filter((one) => one.do === 'completed');
    expect(completed).toMatchObject({ transferred: 0, data: [] });
  });

  it('is owed what the guest has issued', () => {
    const idle = answering({
      execute: on('A', ['execute', { position: 0, does: 'read x p', entries: [] }]),
    });
    const { finding } = playedWith(idle, script);
    expect(finding).toMatchObject({ key: 'owed: submit', cites: ['R34-7', 'R34-11'] });
  });

  it('gives back what was written, after the failure of the backup', () => {
    let position = 0;
    let isAlone = false;
    const program: Program = (stimulus) => {
      if (!('host' in stimulus) || stimulus.host !== 'A') return [];
      if (stimulus.do === 'lost' && !isAlone) return [['suspect'], ['testAndSet']];
      if (stimulus.do === 'reply') {
        isAlone = true;
        return [['learn', { outcome: 'won' }]];
      }
      if (stimulus.do === 'completed') {
        return [['complete', { position, io: stimulus.io, entries: [] }]];
      }
      if (stimulus.do !== 'execute') return isAlone ? [] : alive(stimulus);
      const io = position++;
      const isWrite = stimulus.does === 'write x p';
      const outputs = isWrite ? [{ ordinal: 0, device: 'disk' }] : [];
      const line = { position: io, does: stimulus.does, outputs };
      return [
        ['execute', line],
        ['submit', { io, ...(isWrite ? { message: ['mark'] } : {}) }],
      ];
    };
    const { finding, told } = playedWith(
      program,
      scriptOf(
        ['core', 'disk'],
        {},
        ...([{ do: 'crash', host: 'B' }, { do: 'lose' }, { do: 'settle' }] as const),
        ...([{ ...runs, does: 'write x p' }, { do: 'settle' }, runs, { do: 'settle' }] as const),
      ),
    );
    expect(finding).toBeNull();
    const [, read] = told.filter((one) => one.do === 'completed');
    expect(read).toMatchObject({ io: 1, data: ['mark'] });
  });
});

describe('log buffers that are counted in bytes', () => {
  const entries = [{ seq: 1, kind: 'TIMER' }];
  const timer = on(
    'A',
    ['interrupt', { position: 0, entries }],
    ['flush', { seq: 1, message: 'timer' }],
  );
  const interrupt: Happening = { do: 'interrupt', host: 'A' };
  const compute: Happening = { do: 'execute', host: 'A', does: 'compute' };
  const script: Script = { ...scriptOf(['core'], {}, interrupt, compute), room: 'bytes' };
  const acked = answering({
    interrupt: timer,
    message: (stimulus) => {
      if (stimulus.do !== 'message') return [];
      const { kind } = stimulus;
      if (kind === 'acknowledge') return [['readAck', { upTo: 1 }]];
      if (kind !== 'flush') return [];
      return [
        ['receive', { seq: 1 }],
        ['acknowledge', { upTo: 1, message: 'ack' }],
      ];
    },
    replay: on('B', ['replay', { position: 0, upTo: 1 }]),
  });

  it('may have no room while they are not empty, and then the guest goes on', () => {
    const { finding, told } = playedWith(acked, script);
    expect(finding).toMatchObject({ key: 'owed: execute' });
    const asked = told.filter((one) => one.do === 'execute');
    expect(asked).toHaveLength(2);
    expect(asked[1]).toEqual(asked[0]);
  });

  it('have room where they are empty', () => {
    const { told, finding } = playedWith(acked, { ...script, events: [compute] });
    expect(finding).toMatchObject({ key: 'owed: execute' });
    expect(told.filter((one) => one.do === 'execute')).toHaveLength(1);
  });

  it('are none where entries are counted', () => {
    const { told } = playedWith(acked, { ...script, room: 'entries' });
    expect(told.filter((one) => one.do === 'execute')).toHaveLength(1);
  });
});
