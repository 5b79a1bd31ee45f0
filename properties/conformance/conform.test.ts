import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../model/event.ts';
import { paper } from '../../model/paper.ts';
import type { Settings } from '../../model/settings.ts';
import { isRefusal, step } from '../../model/spec.ts';
import type { State } from '../../model/state.ts';
import { claims } from '../catalogue.ts';
import { scripts } from '../checker/arbitrary.ts';
import type { Script } from '../checker/script.ts';
import type { Reported } from '../simulation/reported.ts';
import { conform, conformer } from './conform.ts';
import { ideal } from './ideal.ts';
import { idealDigest, nameOfCopy } from './ideal-voice.ts';
import { standingOf } from './standing.ts';

const boot: Partial<Settings> = { start: 'unprotected', clock: null };

/** A destination that is stuck before its source asks for a quiet disk is told too late. */
const told = ({ events, ...script }: Script): Script => ({
  ...script,
  events: events.some(({ type }) => type === 'migrate')
    ? events.filter(({ type }) => type !== 'wedge')
    : events,
});

const waitsBehind = ({ connections }: State, event: Event): boolean => {
  if (event.type !== 'readAck') return false;
  const read = connections.find(({ id }) => id === event.connection);
  return connections.some(
    ({ id, primary, acks }) =>
      id < event.connection && primary === read?.primary && acks.length > 0,
  );
};

/** A program hears of connections in the order in which they were opened. */
const inOrder = ({ settings, events, ...script }: Script): Script => {
  let state = paper.init(settings);
  const kept = events.filter((event) => {
    const outcome = step(paper, state, event);
    if (isRefusal(outcome) || waitsBehind(state, event)) return false;
    state = outcome.state;
    return true;
  });
  return { ...script, settings, events: kept };
};

// shrinking a script may make its settings those of a pair
const runs = (length: number): fc.Arbitrary<Script> =>
  scripts(paper, { settings: boot, length })
    .filter(({ settings }) => settings.start === boot.start && settings.clock === null)
    .map(told)
    .map(inOrder);

const endOf = ({ settings, events }: Script): State =>
  events.reduce((state, event) => {
    const outcome = step(paper, state, event);
    return isRefusal(outcome) ? state : outcome.state;
  }, paper.init(settings));

describe('a report of what the specification does', () => {
  it('is no divergence, whatever happens and under every variant', () => {
    fc.assert(
      fc.property(runs(200), (script) => {
        expect(conform(ideal(paper, script), script.settings)).toBeNull();
      }),
      { numRuns: 150 },
    );
  });

  it('leads to the very state in which the specification ends', () => {
    fc.assert(
      fc.property(runs(150), (script) => {
        const { feed, compare, state } = conformer(script.settings);
        for (const line of ideal(paper, script)) feed(line);
        const end = endOf(script);
        for (const copy of end.copies) {
          expect(compare(nameOfCopy(end, copy.id), standingOf(end, copy))).toBeNull();
        }
        const guests = ({ copies }: State) => copies.map((copy) => 'guest' in copy && copy.guest);
        expect(guests(state())).toEqual(guests(end));
        expect(state().storage).toEqual(end.storage);
      }),
      { numRuns: 60 },
    );
  });

  it('leads through a run in which every claim holds, like any run of the specification', () => {
    fc.assert(
      fc.property(runs(120), (script) => {
        expect(conform(ideal(paper, script), script.settings, { claims })).toBeNull();
      }),
      { numRuns: 20 },
    );
  });
});

/** The numbers of a line that the specification knows too. */
const known: Readonly<Record<string, readonly string[]>> = {
  performed: ['position'],
  interrupted: ['position'],
  delivered: ['position'],
  fed: ['position'],
  completed: ['position', 'io', 'transferredCount'],
  logged: ['seq'],
  entrySent: ['seq', 'connection'],
  entryReceived: ['seq', 'connection'],
  ackSent: ['upTo'],
  ackRead: ['upTo'],
  consumed: ['upTo', 'position'],
  released: ['ordinal', 'number', 'digest'],
  asked: ['generation'],
  wentLive: ['generation', 'position'],
  cut: ['position'],
  armed: ['generation', 'position'],
  switchedOver: ['position'],
  tookUp: ['position'],
  submitted: ['io', 'generation'],
};

const corrupted = (value: unknown, key: string): unknown => {
  if (Array.isArray(value)) return value.map((one) => corrupted(one, key));
  if (typeof value !== 'object' || value === null) return value;
  const changed = Object.entries(value).map(([name, inner]) =>
    name === key && typeof inner === 'number' ? [name, inner + 1] : [name, corrupted(inner, key)],
  );
  return Object.fromEntries(changed);
};

type Corruption = { readonly at: number; readonly key: string };

const corruptions = (report: readonly Reported[]): readonly Corruption[] =>
  report.flatMap((line, at) => {
    const did = line.by === 'copy' ? line.report.did : '';
    return (known[did] ?? []).map((key) => ({ at, key }));
  });

const exactly = { digestOf: idealDigest };

describe('a report with a wrong number in it', () => {
  it('is a divergence, whichever number it is', () => {
    fc.assert(
      fc.property(runs(150), fc.nat(), ({ settings, ...script }, choice) => {
        const report = ideal(paper, { settings, ...script });
        const all = corruptions(report);
        const { at, key } = all[choice % Math.max(1, all.length)] ?? { at: 0, key: '' };
        const line = report[at];
        fc.pre(key !== '' && line !== undefined);
        const wrong = report.with(at, corrupted(line, key) as Reported);
        expect(conform(wrong, settings, exactly), JSON.stringify(wrong[at])).not.toBeNull();
      }),
      { numRuns: 300 },
    );
  });
});
