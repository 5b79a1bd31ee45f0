import type { Row, Table } from '../explore/table.ts';

/** What a resource manager has decided. */
type Manager = 'working' | 'prepared' | 'committed' | 'aborted';

/** Where the coordinator and the managers stand. Messages are a set that only grows. */
export type Commit = {
  readonly managers: readonly Manager[];
  readonly coordinator: 'init' | 'done';
  readonly heard: readonly boolean[]; // by manager: the coordinator knows that it has prepared
  readonly prepared: readonly boolean[]; // by manager: it has sent that it is prepared
  readonly sent: 'nothing' | 'commit' | 'abort'; // by the coordinator
};

/** A step of the coordinator, or of or about a manager (-1 where it is about none). */
export type CommitEvent = { readonly type: string; readonly manager: number };

type Action = Row<Commit, CommitEvent>;
type Actions = Readonly<Record<string, Action>>;
type Each = (type: string, next: (state: Commit, manager: number) => Commit | string) => Action;

const once = (type: string, next: (state: Commit) => Commit | string): Action => {
  const events = [{ type, manager: -1 }];
  return { instances: () => events, next };
};

const among =
  (count: number): Each =>
  (type, next) => {
    const events = Array.from({ length: count }, (_, manager) => ({ type, manager }));
    return { instances: () => events, next: (state, { manager }) => next(state, manager) };
  };

const decided = 'the coordinator has decided';
const worksNoMore = 'it works no more';
const unsaid = 'nobody has said so';

const byCoordinator = (each: Each): Actions => ({
  commit: once('commit', (state) => {
    if (state.coordinator !== 'init') return decided;
    if (state.heard.includes(false)) return 'a manager is not known to be prepared';
    return { ...state, coordinator: 'done', sent: 'commit' };
  }),
  abort: once('abort', (state) =>
    state.coordinator === 'init' ? { ...state, coordinator: 'done', sent: 'abort' } : decided,
  ),
  hear: each('hear', (state, manager) => {
    if (state.coordinator !== 'init') return decided;
    if (state.prepared[manager] !== true) return 'it has not sent that it is prepared';
    return { ...state, heard: state.heard.with(manager, true) };
  }),
});

const withManager = (state: Commit, manager: number, is: Manager): Commit => ({
  ...state,
  managers: state.managers.with(manager, is),
});

const byManagers = (each: Each): Actions => ({
  prepare: each('prepare', (state, manager) =>
    state.managers[manager] === 'working'
      ? {
          ...state,
          managers: state.managers.with(manager, 'prepared'),
          prepared: state.prepared.with(manager, true),
        }
      : worksNoMore,
  ),
  giveUp: each('giveUp', (state, manager) =>
    state.managers[manager] === 'working' ? withManager(state, manager, 'aborted') : worksNoMore,
  ),
  toldToCommit: each('toldToCommit', (state, manager) =>
    state.sent === 'commit' ? withManager(state, manager, 'committed') : unsaid,
  ),
  toldToAbort: each('toldToAbort', (state, manager) =>
    state.sent === 'abort' ? withManager(state, manager, 'aborted') : unsaid,
  ),
});

/**
 * Two-phase commit as Gray and Lamport state it (Consensus on Transaction Commit, 2006), and as
 * TLA+'s TwoPhase does: with n managers 4ⁿ states before the decision, 2ⁿ after it is to commit and
 * 6ⁿ after it is to abort. The last are 3n + 1 steps away: prepare, hear and be told, for each.
 */
export const twoPhaseCommit = (count: number): Table<Commit, CommitEvent> => {
  const each = among(count);
  return {
    name: `two-phase commit, ${count} managers`,
    init: [
      {
        managers: Array<Manager>(count).fill('working'),
        coordinator: 'init',
        heard: Array<boolean>(count).fill(false),
        prepared: Array<boolean>(count).fill(false),
        sent: 'nothing',
      },
    ],
    actions: { ...byCoordinator(each), ...byManagers(each) },
  };
};

/** Its mutant: a manager that is prepared commits without being told. */
export const rashCommit = (count: number): Table<Commit, CommitEvent> => {
  const table = twoPhaseCommit(count);
  const toldToCommit = among(count)('toldToCommit', (state, manager) =>
    state.managers[manager] === 'prepared' ? withManager(state, manager, 'committed') : unsaid,
  );
  return { ...table, actions: { ...table.actions, toldToCommit } };
};

/** No manager has committed while another has aborted. */
export const isConsistent = ({ managers: all }: Commit): boolean =>
  !(all.includes('committed') && all.includes('aborted'));
