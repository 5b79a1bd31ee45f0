import { describe, expect, it } from 'vitest';
import { type Happening, isScript } from './script.ts';
import { scripts } from './scripts.ts';
import {
  alive,
  answering,
  type Heard,
  on,
  type Program,
  playedWith,
  scriptOf,
} from './stand-in.ts';
import { spokenIn } from './stimulus.ts';

/** Only for the first message of a connection. */
const heardFrom =
  (program: Program): Program =>
  (stimulus) =>
    stimulus.do === 'message' && stimulus.kind === 'reconnect' ? program(stimulus) : [];

const ignored = { connectionLoss: 'ignored' } as const;

describe('a connection that is lost and comes back', () => {
  const script = scriptOf(['core'], ignored, { do: 'lose' }, { do: 'elapse', ticks: 5 });
  const reconnects = on('B', ['reconnect', { upTo: 0, message: 'hello' }]);
  const readsAll = on('A', ['readAck', { upTo: 0 }]);

  it('is opened by the backup, and its first message is read', () => {
    const program = answering({ connected: reconnects, message: heardFrom(readsAll) });
    const { finding, told } = playedWith(program, script);
    expect(finding).toBeNull();
    const kinds = told.flatMap((one) => (one.do === 'message' ? [one.kind] : []));
    expect(kinds).toContain('reconnect');
  });

  it('is owed by a backup that is told so again and again', () => {
    const { finding } = playedWith(alive, script);
    expect(finding).toMatchObject({ key: 'owed: reconnect', cites: ['R33-11', 'R23-5'] });
  });

  it('is owed its first word by the primary', () => {
    const { finding } = playedWith(answering({ connected: reconnects }), script);
    expect(finding).toMatchObject({ key: 'owed: readAck' });
  });

  it('grants both sides their time until they send on it', () => {
    const cut: Happening = { do: 'cut', net: 'log', to: 'A' };
    const heal: Happening = { ...cut, do: 'heal' };
    const pass = (ticks: number): Happening => ({ do: 'pass', ticks });
    const carry = (to: 'A' | 'B'): Happening => ({ do: 'carry', net: 'log', to });
    const lost: readonly Happening[] = [{ do: 'lose' }, carry('A'), carry('B'), cut, pass(8)];
    const again: readonly Happening[] = [...lost, heal, { do: 'connect' }, pass(1)];
    const program = answering({
      tick: (stimulus) =>
        stimulus.do === 'tick' && stimulus.now <= 4500 ? [['heartbeat']] : alive(stimulus),
      connected: on('B', ['reconnect', { upTo: 0 }]),
      message: heardFrom(readsAll),
    });
    const { finding, told } = playedWith(program, scriptOf(['core'], ignored, ...again));
    expect(told.some((one) => one.do === 'connected')).toBe(true);
    expect(finding?.key).not.toBe('owed: keepalive');
  });

  it('is no evidence', () => {
    const { finding } = playedWith(answering({ lost: () => [['suspect']] }), script);
    expect(finding).toMatchObject({ key: 'suspects too early', cites: ['R23-3', 'R23-5'] });
  });

  it('is not offered while the network is cut, nor where a loss is evidence', () => {
    const cut: Happening = { do: 'cut', net: 'log', to: 'A' };
    const torn = scriptOf(['core'], ignored, { do: 'lose' }, cut, { do: 'elapse', ticks: 2 });
    const offers = ({ told }: Heard): number => told.findIndex((one) => one.do === 'connected');
    const healed = playedWith(alive, torn);
    const ticks = healed.told.slice(0, offers(healed)).filter((one) => one.do === 'tick');
    expect(ticks).toHaveLength(4);
    const evidence = scriptOf(['core'], {}, { do: 'lose' }, { do: 'elapse', ticks: 5 });
    expect(offers(playedWith(alive, evidence))).toBe(-1);
  });
});

describe('a connection that is lost', () => {
  it('takes along what was said and not sent', () => {
    const entries = [{ seq: 1, kind: 'TIMER' }];
    const interrupt = on('A', ['interrupt', { position: 0, entries }], ['flush', { seq: 1 }]);
    const cut: Happening = { do: 'cut', net: 'log', to: 'B' };
    const script = scriptOf(['core'], {}, { do: 'interrupt', host: 'A' }, { do: 'lose' }, cut);
    const { story } = playedWith(answering({ interrupt }), script);
    expect(story).toContain('-- cut net log from A to B');
  });
});

describe('a key', () => {
  const script = scriptOf(['core', 'control'], {}, { do: 'operate', kind: 'KEY' });

  it('is owed to the guest', () => {
    const { finding } = playedWith(alive, script);
    expect(finding).toMatchObject({ key: 'owed: feed', cites: ['R20-3', 'R20-2'] });
  });

  it('is told to the primary alone', () => {
    const { told, story } = playedWith(alive, script);
    expect(told.filter((one) => one.do === 'operated')).toMatchObject([{ host: 'A' }]);
    expect(story).toContain('A <- operated kind KEY number 0');
  });
});

describe('an order', () => {
  const powerOff: Happening = { do: 'order', host: 'A', operation: 'powerOff' };
  const off = ['order', { operation: 'powerOff', entries: [{ seq: 1, kind: 'OFF' }] }] as const;
  const script = scriptOf(['core', 'control'], {}, powerOff);

  it('is obeyed at once', () => {
    const { finding } = playedWith(alive, script);
    expect(finding).toMatchObject({ key: 'owed: order', cites: ['R33-1', 'R33-2'] });
  });

  it('is not obeyed that nobody gave', () => {
    const { finding } = playedWith(answering({ interrupt: on('A', off) }), {
      ...script,
      events: [{ do: 'interrupt', host: 'A' }],
    });
    expect(finding).toMatchObject({ key: 'obeys nobody', cites: ['R33-1'] });
  });

  it('is not obeyed by a backup', () => {
    const given: Happening = { ...powerOff, host: 'B' };
    const { finding } = playedWith(answering({ order: on('B', off) }), {
      ...script,
      events: [given],
    });
    expect(finding?.cites).toEqual(['R33-1']);
  });

  it('is not outlived by a primary that is told of its ack', () => {
    const program = answering({
      order: on('A', off, ['flush', { seq: 1, message: 1 }]),
      message: (stimulus) => {
        if (stimulus.do !== 'message' || stimulus.kind === 'heartbeat') return [];
        if (stimulus.kind === 'flush') {
          return [
            ['receive', { seq: 1 }],
            ['acknowledge', { upTo: 1, message: 1 }],
          ];
        }
        return stimulus.kind === 'acknowledge' ? [['readAck', { upTo: 1 }]] : [];
      },
      replay: on('B', ['replay', { position: 0, upTo: 1 }], ['stop']),
    });
    const { finding } = playedWith(program, script);
    expect(finding).toMatchObject({ key: 'owed: stop', cites: ['R33-2'] });
  });
});

describe('a script of more than the core', () => {
  const claims = { profile: ['core', 'control', 'disk'] } as const;

  it('is known again when it was written and read', () => {
    for (let number = 0; number < 200; number++) {
      const script = scripts({ ...claims, connectionLoss: 'ignored' }, 20)(1, number);
      expect(isScript(JSON.parse(JSON.stringify(script)))).toBe(true);
      expect(script?.profile).toEqual(claims.profile);
    }
  });

  it('is none with a part or an operation that nobody knows', () => {
    const script = scriptOf(['core'], {});
    expect(isScript(script)).toBe(true);
    expect(isScript({ ...script, profile: ['core', 'magic'] })).toBe(false);
    expect(isScript({ ...script, profile: ['core', 'migration'] })).toBe(false);
    const settings = { ...script.settings, wireCapacity: 3 };
    expect(isScript({ ...script, settings })).toBe(false);
    expect(isScript({ ...script, events: [{ do: 'order', host: 'A', operation: 'jump' }] })).toBe(
      false,
    );
    expect(isScript({ ...script, events: [{ do: 'operate', kind: 'PEN' }] })).toBe(false);
  });

  it('has nothing beyond the core for a program that claims that alone', () => {
    const words = new Set(['operate', 'order', 'perform', 'loseIo', 'connect']);
    for (let number = 0; number < 100; number++) {
      const events = scripts({}, 50)(2, number)?.events ?? [];
      expect(events.filter((one) => words.has(one.do))).toEqual([]);
    }
  });
});

describe('the answer to hello', () => {
  it('names the parts that a program has, or is told what they are', () => {
    const hello = (profile: readonly string[]) =>
      spokenIn(JSON.stringify({ lockstep: 'conform', version: 1, profile }));
    expect(hello(['core', 'disk'])).toMatchObject({ settings: { profile: ['core', 'disk'] } });
    expect(hello(['magic'])).toMatchObject({ kind: 'garbled' });
  });
});
