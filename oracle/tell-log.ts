import type { Event, EventType } from '../model/event.ts';
import { hasDisk, hostsOf, type Settings } from '../model/settings.ts';
import { isRefusal, type Spec, step } from '../model/spec.ts';
import type { State } from '../model/state.ts';
import { wordsOf } from './begun.ts';
import type { Header } from './header.ts';
import { type Did, type Observed, ofCopies, type Profile, type Sight } from './observation.ts';
import { tellings } from './telling.ts';
import { nameOf, type Telling } from './told.ts';

/** A run of the specification as those would see it who watch a program do the same. */
export type ToldLog = { readonly header: Header; readonly lines: readonly Observed[] };

const profileOf = (settings: Settings): readonly Profile[] => [
  'core',
  ...(hasDisk(settings) ? (['disk'] as const) : []),
  ...(settings.features.control || settings.features.console ? (['control'] as const) : []),
  ...(settings.features.vmotion ? (['migration'] as const) : []),
];

/** The header of the observation of a run with those settings. */
export const headerFor = (settings: Settings, sight: Sight): Header => {
  const { ackPoint, connectionLoss, goLiveOutput, arbitration, packetGroup, program } = settings;
  const { primaryCapacity, wireCapacity, backupCapacity } = settings;
  const room = { packetGroup, primaryCapacity, wireCapacity, backupCapacity };
  const isPair = settings.start === 'protected';
  return {
    lockstep: 'observation',
    version: 1,
    sight,
    hosts: hostsOf(settings),
    primary: { copy: nameOf(0), host: 'A' },
    backup: isPair ? { copy: nameOf(1), host: 'B' } : null,
    profile: profileOf(settings),
    settings: { ackPoint, connectionLoss, goLiveOutput, arbitration, ...room },
    program,
  };
};

const numbered = (): ((line: Telling, node: string) => Observed) => {
  const counts = new Map<string, number>();
  return (line, node) => {
    const n = (counts.get(node) ?? 0) + 1;
    counts.set(node, n);
    return { node, n, ...line };
  };
};

const tell = <T extends EventType>(
  before: State,
  event: Event<T>,
  after: State,
): readonly Telling[] => tellings[event.type]({ before, event, after });

/**
 * What is told of a run of the specification: `settings` and `events` are the run, `sight` is who
 * looks. All that can be seen is told, also that a mode has changed.
 */
export const toldBy = (
  spec: Spec,
  settings: Settings,
  events: readonly Event[],
  sight: Sight,
): ToldLog => {
  const header = headerFor(settings, sight);
  const words: ReadonlySet<Did> = new Set(wordsOf(header));
  const record = numbered();
  const lines: Observed[] = [];
  let state = spec.init(settings);
  for (const event of events) {
    const outcome = step(spec, state, event);
    if (isRefusal(outcome)) throw new Error(`no run: ${event.type}: ${outcome}`);
    const id = 'copy' in event ? event.copy : null;
    const host = id === null ? 'world' : (state.copies[id]?.host ?? 'world');
    for (const line of tell(state, event, outcome.state)) {
      if (words.has(line.did))
        lines.push(record(line, Object.hasOwn(ofCopies, line.did) ? host : 'world'));
    }
    state = outcome.state;
  }
  return { header, lines };
};
