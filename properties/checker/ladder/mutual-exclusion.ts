import type { Row, Table } from '../explore/table.ts';

type Place = 'idle' | 'asks' | 'waits' | 'critical';

/** Where the two processes are, and the variables that they share. */
export type Exclusion = {
  readonly places: readonly Place[];
  readonly wants: readonly boolean[];
  readonly turn: number; // who goes first
};

/** A process goes on to another place. */
export type ExclusionEvent = { readonly to: Place; readonly by: number };

type Action = Row<Exclusion, ExclusionEvent>;
type Next = (state: Exclusion, by: number) => Exclusion | string;

const from = (place: Place, to: Place, next: Next): Action => {
  const events = [0, 1].map((by) => ({ to, by }));
  return {
    instances: () => events,
    next: (state, { by }) => {
      if (state.places[by] !== place) return 'it is elsewhere';
      return next({ ...state, places: state.places.with(by, to) }, by);
    },
  };
};

const want: Next = (state, me) => ({ ...state, wants: state.wants.with(me, true) });
const giveWay: Next = (state, me) => ({ ...state, turn: 1 - me });
const wantNoMore: Next = (state, me) => ({ ...state, wants: state.wants.with(me, false) });
const enter: Next = (state, me) =>
  state.wants[1 - me] === true && state.turn !== me ? 'it is the turn of the other' : state;

const exclusion = (name: string, ask: Next, wait: Next): Table<Exclusion, ExclusionEvent> => ({
  name,
  init: [{ places: ['idle', 'idle'], wants: [false, false], turn: 0 }],
  actions: {
    ask: from('idle', 'asks', ask),
    wait: from('asks', 'waits', wait),
    enter: from('waits', 'critical', enter),
    leave: from('critical', 'idle', wantNoMore),
  },
});

/**
 * Peterson's algorithm (Myths about the mutual exclusion problem, 1981): say that you want in,
 * give way, and wait until the other does not want to or has given way. 32 states agree with what
 * `wants` says, and 20 can be reached. Where neither waits nor is inside, the turn is anybody's: 8;
 * where only one does, it is the other's: 8; both may wait: 2; and if one waits while one is inside
 * it is the latter's: 2.
 */
export const peterson: Table<Exclusion, ExclusionEvent> = exclusion('Peterson', want, giveWay);

/** Its mutant: give way first, and only then say that you want to enter. */
export const hastyPeterson: Table<Exclusion, ExclusionEvent> = exclusion(
  'Peterson, the two assignments swapped',
  giveWay,
  want,
);

/** At most one process is inside. */
export const isExclusive = ({ places }: Exclusion): boolean =>
  places.some((place) => place !== 'critical');
