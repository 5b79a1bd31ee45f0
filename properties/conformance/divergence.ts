import type { Effect } from '../../model/effect.ts';
import type { Event } from '../../model/event.ts';
import type { CopyId } from '../../model/ids.ts';
import type { Refusal } from '../../model/spec.ts';
import type { State } from '../../model/state.ts';
import type { EveryStep } from '../property.ts';
import type { Reported } from '../simulation/reported.ts';
import type { Value } from './reading.ts';

/** One event of the specification in a run of the program, and the line that it stands for. */
export type Followed = {
  readonly line: number; // index in the report
  readonly event: Event;
  readonly before: State;
  readonly after: State;
  readonly effects: readonly Effect[];
};

/** How a run of the program leaves the specification. */
export type Breach =
  /** The program did what the rules of the specification forbid there. */
  | { readonly kind: 'refused'; readonly event: Event; readonly refusal: Refusal }
  /** Both did it, and something that both can name is not the same. */
  | {
      readonly kind: 'differs';
      readonly what: string;
      readonly program: Value;
      readonly specification: Value;
    }
  /** No event could stand for the line. */
  | { readonly kind: 'senseless'; readonly sentence: string }
  /** The run is one of the specification, and breaks a claim about it. */
  | { readonly kind: 'broken'; readonly claim: EveryStep; readonly event: Event };

/** The first place at which a run of the program is no run of the specification. */
export type Divergence = {
  readonly at: number; // index of the line in the report
  readonly reported: Reported;
  readonly breach: Breach;
  /** How far each copy has come, in instructions of the program's guest. */
  readonly positions: ReadonlyMap<CopyId, number | null>;
  readonly state: State; // of the specification, before the event that is refused, or at the end
  readonly lately: readonly Followed[]; // the last events before, oldest first
};
