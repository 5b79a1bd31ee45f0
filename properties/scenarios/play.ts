import type { Effect } from '../../model/effect.ts';
import type { CopyEventType, Event, EventType } from '../../model/event.ts';
import type { HostId } from '../../model/ids.ts';
import { connectionId, copyId } from '../../model/ids.ts';
import type { Settings } from '../../model/settings.ts';
import { eventTypes, isRefusal, type Spec, step } from '../../model/spec.ts';
import type { State } from '../../model/state.ts';

type Net = 'log' | 'heartbeat';
type HostEvent = 'crash' | 'repair' | 'pause' | 'resume' | 'loseStorage' | 'regainStorage';
type PlainCopyEvent = Exclude<CopyEventType, 'place' | 'readAck'>;

/** One line of a story: who, and what. Copies are written as in stories: `A0`, `B1`. */
export type Line =
  | `${HostId}${number} ${PlainCopyEvent}`
  | `${HostId}${number} readAck ${number}`
  | `${HostId}${number} place ${HostId}`
  | `${HostId} ${HostEvent}`
  | `${'cut' | 'heal'} ${Net} ${HostId} ${HostId}`
  | `reset ${number}`
  | 'send'
  | 'tick';

const isHost = (word: string): word is HostId => word === 'A' || word === 'B' || word === 'C';

/** The event with the fields that its type has, of all those a line can give. */
const eventOf = (line: Line, candidates: readonly Event[]): Event | undefined => {
  const [who = '', what = who, where, whither] = line.split(' ');
  const copy = /^[ABC](\d+)$/.exec(who)?.[1];
  return candidates.find((event) => {
    if (copy !== undefined) {
      if (event.type !== what || !('copy' in event)) return false;
      if (event.copy !== copyId(Number(copy))) return false;
      if (event.type === 'place') return event.host === where;
      return event.type !== 'readAck' || event.connection === connectionId(Number(where));
    }
    if (isHost(who)) return event.type === what && 'host' in event && event.host === who;
    if (event.type !== who) return false;
    if (event.type === 'cut' || event.type === 'heal') {
      return event.net === what && event.from === where && event.to === whither;
    }
    return event.type !== 'reset' || event.connection === connectionId(Number(what));
  });
};

export type Played = {
  readonly events: readonly Event[];
  readonly state: State;
  readonly seen: readonly Effect[];
};

const instancesOf = <T extends EventType>(spec: Spec, state: State, type: T): readonly Event<T>[] =>
  spec.actions[type].instances(state);

/** Plays a story; a line that cannot happen ends it with an error that says why. */
export const play = (spec: Spec, settings: Settings, ...lines: readonly Line[]): Played => {
  const events: Event[] = [];
  const seen: Effect[] = [];
  let state = spec.init(settings);
  for (const line of lines) {
    const candidates = eventTypes(spec).flatMap((type) => instancesOf(spec, state, type));
    const event = eventOf(line, candidates);
    const outcome = event === undefined ? 'there is no such event here' : step(spec, state, event);
    if (event === undefined || isRefusal(outcome)) {
      throw new Error(`${line}: ${isRefusal(outcome) ? outcome : ''}`);
    }
    events.push(event);
    seen.push(...outcome.effects);
    state = outcome.state;
  }
  return { events, state, seen };
};
