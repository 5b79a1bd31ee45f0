import { describe, expect, it } from 'vitest';
import type { Event } from '../../../model/event.ts';
import type { Instruction } from '../../../model/guest.ts';
import { paper, type Rules, rules, specification } from '../../../model/paper.ts';
import { isRefusal, type Spec, step } from '../../../model/spec.ts';
import type { State } from '../../../model/state.ts';
import { type Extreme, exploreExtreme, extremes, larger } from './extremes.ts';
import { type Formula, longestGap } from './formulas.ts';
import { growthOf } from './growth.ts';
import { scopeNamed } from './named-scopes.ts';
import type { Worst } from './question.ts';
import type { Scope } from './scope.ts';

const bounds = { depth: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
const search = { bounds, heap: () => 0, onProgress: () => true };

const scope = (name: string): Scope => {
  const found = scopeNamed(name);
  if (found === null) throw new Error(`no scope ${name}`);
  return found;
};

const extreme = (name: string): Extreme => {
  const found = extremes.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no extreme ${name}`);
  return found;
};

const running = (at: Scope, program: readonly Instruction[]): Scope => ({
  ...at,
  settings: { ...at.settings, program },
});

const without = ({ most, ...rest }: Scope, type: keyof Scope['most']): Scope => {
  const { [type]: _, ...kept } = most;
  return { ...rest, most: kept };
};

/** The scopes of the extremes, or parts of them that are small enough for a test. */
const places = {
  lag: larger(scope('lag'), -3),
  backlog: scope('buffers'),
  withheld: scope('buffers'),
  unprotected: larger(without(scope('unprotected'), 'loseReply'), -2),
  outage: larger(running(scope('outage'), ['compute']), -1),
} as const;

const worstOf = (spec: Spec, at: Scope, name: string): Worst<Event> => {
  const { extent, worst } = exploreExtreme(spec, at, extreme(name), search);
  expect(extent).toBe('exhausted');
  const [found] = worst;
  if (found === undefined) throw new Error(`nothing to measure of ${name}`);
  return found;
};

const allowed = (name: string, at: Scope): number => {
  const { value } = extreme(name).formula(at);
  if (value === null) throw new Error(`no formula for ${name}`);
  return value;
};

/** What the extreme comes to at the end of a story, read off it state by state. */
const readOff = ({ reading }: Extreme, spec: Spec, at: Scope, events: readonly Event[]): number => {
  let state: State = spec.init(at.settings);
  let ticks = 0;
  for (const event of events) {
    const outcome = step(spec, state, event);
    if (isRefusal(outcome)) throw new Error(outcome);
    if (reading.kind === 'duration') {
      const lasts = reading.isSo(state) && reading.isSo(outcome.state);
      ticks = lasts ? ticks + (event.type === 'tick' ? 1 : 0) : 0;
    }
    state = outcome.state;
  }
  return reading.kind === 'duration' ? ticks : reading.of(state);
};

const changed = (rule: Partial<Rules>): Spec => specification('changed', rule);

describe('of the paper', () => {
  it.each([
    ['lag', 4, 5, 28],
    ['backlog', 4, 4, 10],
    ['withheld', 2, 2, 2],
    ['unprotected', 9, 9, 39],
    ['outage', 9, 9, 26],
  ] as const)('%s is %i at worst and %i at most, by %i events', (name, value, most, length) => {
    const found = worstOf(paper, places[name], name);
    expect([found.value, found.events.length]).toEqual([value, length]);
    expect(allowed(name, places[name])).toBe(most);
    expect(readOff(extreme(name), paper, places[name], found.events)).toBe(value);
  });

  it.each([
    ['backlog', 4],
    ['withheld', 2],
    ['outage', 9],
  ] as const)('%s is %i where the scope is larger, too', (name, value) => {
    expect(worstOf(paper, larger(places[name], 1), name).value).toBe(value);
  });

  it('outage lasts until the clone is whole where one is made at once', () => {
    const { value } = worstOf(paper, places.unprotected, 'outage');
    expect([value, allowed('outage', places.unprotected)]).toEqual([9, 9]);
  });

  it('outage lasts until a client can reach the copy that is live', () => {
    const mute = { mayAnnounce: () => false };
    const at = places.outage;
    expect(worstOf(changed(mute), at, 'outage').value).toBeGreaterThan(allowed('outage', at));
  });

  it('backlog is more where the buffers are', () => {
    const { settings, ...rest } = larger(scope('buffers'), 1);
    const roomy = { ...rest, settings: { ...settings, backupCapacity: 3 } };
    expect(worstOf(paper, roomy, 'backlog').value).toBe(5);
  });
});

describe('a mutant exceeds the formula', () => {
  const unbounded = changed({ hasRoom: () => true });
  const late = changed({
    isFailure: (silence, clock, copy) =>
      rules.isFailure(silence, { ...clock, timeout: clock.timeout + 2 }, copy),
  });
  const { settings, ...rest } = places.lag;
  const tight: Scope = {
    ...rest,
    settings: { ...settings, primaryCapacity: 1, wireCapacity: 1, backupCapacity: 1 },
  };

  it.each([
    ['lag', 'a backup that reads without bound', unbounded, tight],
    ['backlog', 'a backup that reads without bound', unbounded, places.backlog],
    [
      'backlog',
      'a backup that reads one over',
      changed({ hasRoom: (buffer, capacity) => buffer.length <= capacity }),
      places.backlog,
    ],
    [
      'withheld',
      'a primary that logs one over',
      changed({ admit: (buffer, group, capacity) => rules.admit(buffer, group, capacity + 1) }),
      places.withheld,
    ],
    ['outage', 'suspecting two ticks late', late, places.outage],
    ['unprotected', 'suspecting two ticks late', late, larger(places.unprotected, 1)],
  ] as const)('of %s, by %s', (name, _, spec, at) => {
    expect(worstOf(spec, at, name).value).toBeGreaterThan(allowed(name, at));
    if (at === tight) expect(worstOf(paper, at, name).value).toBeLessThanOrEqual(allowed(name, at));
  });

  it('or comes to more than the paper, where nothing slows the primary down', () => {
    const uncontrolled = changed({ adjust: (limit) => limit });
    expect(worstOf(paper, scope('throttle'), 'lag').value).toBe(4);
    expect(worstOf(uncontrolled, scope('throttle'), 'lag').value).toBe(5);
  });

  it('and grows with the scope', () => {
    const values = [0, 1].map((by) => worstOf(unbounded, larger(places.backlog, by), 'backlog'));
    expect(values.map(({ value }) => value)).toEqual([5, 6]);
  });
});

describe('the formulas', () => {
  it('take the longest gap between entries, across the end of the program as well', () => {
    const gap = (...program: readonly Instruction[]): number | null =>
      longestGap(running(scope('lag'), program).settings);
    expect(gap('transmit')).toBe(1);
    expect(gap('stamp', 'readTime')).toBe(1);
    expect(gap('compute', 'transmit')).toBe(2);
    expect(gap('transmit', 'compute', 'compute', 'readTime')).toBe(3);
    expect(gap('compute', 'transmit', 'transmit', 'compute', 'compute')).toBe(4);
    expect(gap('compute', 'reply')).toBeNull();
  });

  it('are the sums that are written beside them', () => {
    const { settings, ...rest } = scope('lag');
    const at = (changes: Partial<Scope['settings']>): Scope => ({
      ...rest,
      settings: { ...settings, ...changes },
    });
    const value = (name: string, where: Scope): Formula['value'] =>
      extreme(name).formula(where).value;
    const sizes = { primaryCapacity: 5, wireCapacity: 4, backupCapacity: 3 };
    expect(value('lag', at({ ...sizes, program: ['compute', 'transmit'] }))).toBe(24);
    expect(value('lag', at({ program: ['compute'] }))).toBeNull();
    expect(value('backlog', at(sizes))).toBe(8);
    expect(value('withheld', at(sizes))).toBe(5);
    expect(value('withheld', at({ ...sizes, program: ['post', 'post', 'kick'] }))).toBe(15);
    expect(value('withheld', at({ ...sizes, program: ['post', 'reply'] }))).toBeNull();
    const { clock } = settings;
    const fast = clock === null ? null : { ...clock, speed: 4 };
    const program: readonly Instruction[] = ['compute', 'transmit'];
    expect(value('lag', at({ ...sizes, program, clock: fast }))).toBe(6);
  });

  it('say why there is none', () => {
    const outage = scope('outage');
    const more = (most: Scope['most']): Formula =>
      extreme('outage').formula({ ...outage, most: { ...outage.most, ...most } });
    expect(more({}).value).toBe(9);
    expect(more({ loseRequest: 1 }).value).toBe(11);
    for (const most of [{ crash: 2 }, { reset: 1 }, { overcommit: 1 }, { loseStorage: 1 }]) {
      expect(more(most)).toEqual({ value: null, because: expect.any(String) });
    }
    const drained = { ...outage.settings, backupCapacity: 9, connectionLoss: 'evidence' } as const;
    expect(extreme('outage').formula({ ...outage, settings: drained }).value).toBe(27);
  });
});

it('is told whether it grows', () => {
  expect(growthOf([4, 4, 4])).toBe('bound');
  expect(growthOf([4, 4, 5])).toBe('grows');
  expect(growthOf([4, 5, null])).toBe('grows');
  expect(growthOf([4, 4, null])).toBe('open');
  expect(growthOf([null, 5])).toBe('open');
  expect(growthOf([4])).toBe('open');
});
