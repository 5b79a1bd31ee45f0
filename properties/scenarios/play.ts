import type { Effect } from '../../model/effect.ts';
import type { CopyEventType, Event, EventType, Operation } from '../../model/event.ts';
import { connectionId, copyId, type HostId, hostIds } from '../../model/ids.ts';
import type { Settings } from '../../model/settings.ts';
import { eventTypes, isRefusal, type Spec, step } from '../../model/spec.ts';
import type { State } from '../../model/state.ts';

type Net = 'log' | 'heartbeat';
type HostEvent = 'crash' | 'repair' | 'pause' | 'resume' | 'loseStorage' | 'regainStorage';
type ToHost = 'place' | 'migrate';
type OfIo = 'submit' | 'perform' | 'complete' | 'loseIo';
type PlainCopyEvent = Exclude<CopyEventType, ToHost | OfIo | 'readAck' | 'order' | 'failIo'>;

type Name = `${HostId}${number}`;

/** One line of a story: who, and what. Copies are written as in stories: `A0`, `B1`. */
export type Line =
  | `${Name} ${PlainCopyEvent}` // `deliver` is of one packet
  | `${Name} deliver ${number}`
  | `${Name} readAck ${number}`
  | `${Name} ${ToHost} ${HostId}`
  | `${Name} order ${Operation}`
  | `${Name} ${OfIo} ${number}`
  | `${Name} failIo ${number} ${number}` // so many blocks of it are done
  | `${HostId} ${HostEvent}`
  | `${'cut' | 'heal'} ${Net} ${HostId} ${HostId}`
  | `reset ${number}`
  | 'key'
  | 'mouse'
  | 'send'
  | 'tick';

const isHost = (word: string): boolean => hostIds.some((host) => host === word);

/** What a line says about an event of a copy besides its type: in the order in which it says it. */
const saidOf = (event: Event): readonly unknown[] => {
  switch (event.type) {
    case 'place':
    case 'migrate':
      return [event.host];
    case 'readAck':
      return [event.connection];
    case 'deliver':
      return [event.count];
    case 'order':
      return [event.operation];
    case 'failIo':
      return [event.io, event.transferred];
    case 'submit':
    case 'perform':
    case 'complete':
    case 'loseIo':
      return [event.io];
    default:
      return [];
  }
};

const isSaid = (event: Event, what: string, words: readonly string[]): boolean => {
  if (event.type !== what) return false;
  const said = what === 'deliver' && words.length === 0 ? ['1'] : words;
  return saidOf(event).join(' ') === said.join(' ');
};

/** The event with the fields that its type has, of all those a line can give. */
const eventOf = (line: Line, candidates: readonly Event[]): Event | undefined => {
  const [who = '', what = who, ...words] = line.split(' ');
  const copy = /^[A-D](\d+)$/.exec(who)?.[1];
  return candidates.find((event) => {
    if (copy !== undefined) {
      return 'copy' in event && event.copy === copyId(Number(copy)) && isSaid(event, what, words);
    }
    if (isHost(who)) return event.type === what && 'host' in event && event.host === who;
    if (event.type === 'operate') return event.kind.toLowerCase() === who;
    if (event.type !== who) return false;
    if (event.type === 'cut' || event.type === 'heal') {
      return event.net === what && event.from === words[0] && event.to === words[1];
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
