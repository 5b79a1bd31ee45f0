import { moved, withConnection, withCopy } from '../../model/actions/notation.ts';
import { takeUp } from '../../model/actions/vmotion.ts';
import { connectionId, generation, seq } from '../../model/ids.ts';
import { paper, rules, specification } from '../../model/paper.ts';
import { defaultClock, noFeatures } from '../../model/settings.ts';
import { type Action, isRefusal } from '../../model/spec.ts';
import type { Arriving, Vm } from '../../model/state.ts';
import type { Mutant } from '../mutant.ts';
import { leaving, seeing, withRows } from './own-rows.ts';

const vmotion = { features: { ...noFeatures, vmotion: true } };
const timed = { ...vmotion, clock: defaultClock };

const notMoved = (copy: Vm): Vm => ('move' in copy ? { ...copy, move: null } : copy);
const notCloned = (copy: Vm): Vm => ('clone' in copy ? { ...copy, clone: null } : copy);

const moveAsBefore = (after: Vm, before: Vm): Vm =>
  'move' in after && 'move' in before ? { ...after, move: before.move } : after;

const cloneAsBefore = (after: Vm, before: Vm): Vm =>
  'clone' in after && 'clone' in before ? { ...after, clone: before.clone } : after;

/** The destination of which the source is not the VM yet, as if it had been handed over. */
const asIfHanded = (copies: readonly Vm[], to: Arriving): Arriving => {
  const source = copies[to.source];
  const isReady = to.handed === null && to.image !== null;
  if (!isReady || source === undefined || !('move' in source)) return to;
  return { ...to, handed: { ...source, id: to.id, host: to.host, move: null } };
};

const takesUpEarly: Action<'takeUp'> = {
  ...paper.actions.takeUp,
  next: (state, event) => {
    const to = state.copies[event.copy];
    if (to?.mode !== 'arriving') return paper.actions.takeUp.next(state, event);
    return paper.actions.takeUp.next(withCopy(state, asIfHanded(state.copies, to)), event);
  },
};

/** The source closes the channel as if it had been lost. */
const closesRudely: Action<'switchOver'> = {
  ...paper.actions.switchOver,
  next: (state, event) => {
    const before = state.copies[event.copy];
    const outcome = paper.actions.switchOver.next(state, event);
    if (isRefusal(outcome) || before === undefined || !('connection' in before)) return outcome;
    const closed = outcome.state.connections.find(({ id }) => id === before.connection);
    if (closed === undefined) return outcome;
    return { ...outcome, state: withConnection(outcome.state, { ...closed, isHandover: false }) };
  },
};

/** A destination that has the VM, and has only to wait a little, gives up. */
const discardsTheVm: Action<'discard'> = {
  ...paper.actions.discard,
  next: (state, event) => {
    const copy = state.copies[event.copy];
    if (copy?.mode !== 'arriving' || copy.handed === null) {
      return paper.actions.discard.next(state, event);
    }
    const { id, line, host, generation: ended } = copy;
    const because = 'discarded';
    return moved(state, { mode: 'halted', id, line, host, because, generation: ended });
  },
};

const places: readonly Mutant[] = [
  {
    spec: specification('moves-onto-the-other', {
      mayReserve: ({ hosts }, copy, host) =>
        host !== copy.host && hosts[host].up && hosts[host].storage,
    }),
    breaks: ['S10'],
    because: 'any other host will do for a copy that is moved, the one of its partner too',
    cites: ['R33-4'],
    settings: vmotion,
  },
  {
    spec: specification('moves-where-the-other-is-headed', {
      mayReserve: (state, copy, host) => {
        const copies = state.copies.filter(({ mode }) => mode !== 'arriving');
        return rules.mayReserve({ ...state, copies }, copy, host);
      },
    }),
    breaks: ['S10'],
    because:
      'both copies of a pair are moved at once: each looks where the other is, and not where it ' +
      'is headed',
    cites: ['R33-4'],
    settings: vmotion,
  },
  {
    spec: specification('moves-to-a-dead-host', {
      mayReserve: ({ hosts, ...state }, copy, host) => {
        const seen = { ...hosts, [host]: { ...hosts[host], up: true } };
        return rules.mayReserve({ ...state, hosts: seen }, copy, host);
      },
    }),
    breaks: ['S10'],
    because: 'a host that is down is reserved for the copy',
    cites: ['R33-4', 'R31-6'],
    settings: vmotion,
  },
  {
    spec: specification('moves-without-storage', {
      mayReserve: ({ hosts, ...state }, copy, host) => {
        const seen = { ...hosts, [host]: { ...hosts[host], storage: true } };
        return rules.mayReserve({ ...state, hosts: seen }, copy, host);
      },
    }),
    breaks: ['S10'],
    because: 'a host is reserved that cannot reach the storage: the VM could not run there',
    cites: ['R33-4', 'R20-1'],
    settings: vmotion,
  },
  {
    spec: withRows('cloned-while-it-moves', {
      place: leaving(seeing(paper.actions.place, notMoved), moveAsBefore),
    }),
    breaks: ['S10', 'L3'],
    because:
      'the clustering service picks a host for the backup while the VM is on its way to another: ' +
      'it may be the same',
    cites: ['R33-4', 'R31-6'],
    settings: vmotion,
  },
  {
    spec: withRows('moves-while-it-is-cloned', {
      migrate: leaving(seeing(paper.actions.migrate, notCloned), cloneAsBefore),
    }),
    breaks: ['S10', 'L3'],
    because: 'a VM that is being cloned is moved: to the host of the clone, as like as not',
    cites: ['R33-4', 'R31-6'],
    settings: vmotion,
  },
];

/** A primary counts as connected although its backup has not said a word. */
const seemsConnected = (copy: Vm): Vm =>
  copy.mode === 'recording' ? { ...copy, connection: copy.connection ?? connectionId(0) } : copy;

const connectionAsBefore = (after: Vm, before: Vm): Vm =>
  after.mode === 'recording' && before.mode === 'recording'
    ? { ...after, connection: before.connection }
    : after;

const switches: readonly Mutant[] = [
  {
    spec: withRows('moves-before-its-backup-connects', {
      migrate: leaving(seeing(paper.actions.migrate, seemsConnected), connectionAsBefore),
    }),
    breaks: 'nothing',
    because:
      'a primary whose backup has not said a word yet is moved: the backup finds it where it ' +
      'goes on, like any other',
    cites: ['R33-6', 'R33-11'],
    settings: vmotion,
  },
  {
    spec: specification('primary-moves-with-io-outstanding', {
      isQuiet: (copy) => copy.mode !== 'replaying' || rules.isQuiet(copy),
    }),
    breaks: ['S11'],
    because: 'a primary is moved while the storage still owes it completions',
    cites: ['R33-5', 'R33-6'],
    settings: { ...vmotion, program: ['touch p', 'write x p'] },
  },
  {
    spec: specification('moves-with-outputs-withheld', {
      isContinuous: (copy) => copy.mode !== 'recording' || copy.acked === copy.logged,
    }),
    breaks: ['S11', 'L1a'],
    because: 'a primary is moved before what it may put out by now has left',
    cites: ['R33-6'],
    settings: vmotion,
  },
  {
    spec: specification('withheld-left-behind', {
      isContinuous: (copy) => copy.mode !== 'recording' || copy.acked === copy.logged,
      handsOver: (copy) => ('withheld' in copy ? { ...copy, withheld: [] } : copy),
    }),
    breaks: ['S11', 'L1a'],
    because:
      'a primary is moved before what it may put out has left, and what it withholds stays ' +
      'behind with its source, never to be seen',
    cites: ['R33-6', 'R22-11'],
    settings: vmotion,
  },
  {
    spec: specification('moves-one-entry-early', {
      isContinuous: (copy) =>
        copy.mode === 'recording'
          ? copy.withheld.length === 0 && copy.acked + 1 >= copy.logged
          : rules.isContinuous(copy),
    }),
    breaks: ['S11'],
    because: 'a primary is moved with its last entry not acknowledged',
    cites: ['R33-6'],
    settings: vmotion,
  },
  {
    spec: specification('log-begins-anew', {
      handsOver: (copy) =>
        copy.mode === 'recording' ? { ...copy, logged: seq(0), sent: seq(0), acked: seq(0) } : copy,
    }),
    breaks: ['S11', 'S5', 'S2'],
    because: 'where a primary has moved its entries are counted from one again',
    cites: ['R33-6', 'R21-7'],
    settings: vmotion,
  },
  {
    spec: specification('generation-left-behind', {
      handsOver: (copy) => ({ ...copy, generation: generation(Math.max(0, copy.generation - 1)) }),
    }),
    breaks: ['S11', 'L2', 'L3'],
    because: 'a copy that moves does not know where it goes on which generation it is in',
    cites: ['R33-6', 'R33-10'],
    settings: vmotion,
  },
  {
    spec: withRows('acked-one-more-after-the-move', {
      takeUp: takeUp({ ...rules, ackPoint: (state, copy) => seq(rules.ackPoint(state, copy) + 1) }),
    }),
    breaks: ['S5', 'S2', 'S4'],
    because: 'a backup that has moved begins by asking for one entry too late: that is an ack',
    cites: ['R33-10', 'R33-11'],
    settings: vmotion,
  },
  {
    spec: specification('received-is-forgotten', {
      handsOver: (copy) =>
        copy.mode === 'replaying' ? { ...copy, received: copy.consumed } : copy,
    }),
    breaks: ['S11', 'S5'],
    because:
      'a backup that has moved has its log buffer, and takes what is sent again for new: each ' +
      'entry is there twice',
    cites: ['R33-10', 'R33-11'],
    settings: vmotion,
  },
  {
    spec: specification('moves-what-was-copied-first', {
      handsOver: (copy, guest) => ({ ...copy, guest }),
    }),
    breaks: ['S11', 'S4'],
    because: 'the destination runs what the first passes copied, and not what was there at the end',
    cites: ['R33-6', 'R33-10'],
    settings: vmotion,
  },
  {
    spec: specification('share-left-behind', {
      handsOver: (copy) => ({ ...copy, share: 1 }),
    }),
    breaks: ['S11', 'S4'],
    because: 'where a copy has moved it has the share of the CPU that any VM has',
    cites: ['R33-10', 'R33-3'],
    settings: { features: { ...noFeatures, vmotion: true, control: true } },
  },
  {
    spec: specification('source-runs-on', { leavesBehind: (copy) => ({ ...copy, move: null }) }),
    breaks: ['S3', 'S15', 'S12', 'S2', 'S4', 'S5', 'S10'],
    because: 'the source does not stop at the switchover: the VM runs in two places',
    cites: ['R33-6', 'R23-21'],
    settings: vmotion,
  },
  {
    spec: withRows('takes-up-too-early', { takeUp: takesUpEarly }),
    breaks: ['S3', 'S15', 'S2', 'S4', 'S5', 'S10'],
    because: 'the destination runs when the first passes are done: its source has not stopped',
    cites: ['R33-5', 'R33-6', 'R23-21'],
    settings: vmotion,
  },
  {
    spec: withRows('handover-looks-like-failure', { switchOver: closesRudely }),
    breaks: ['T3'],
    because:
      'a copy that moves does not tell its peer why it closes the channel, and is suspected for it',
    cites: ['R33-6', 'R23-5'],
    settings: { ...timed, connectionLoss: 'evidence' },
  },
  {
    spec: withRows('discards-the-vm', { discard: discardsTheVm }),
    breaks: ['L2'],
    because: 'a destination that has the VM gives up as if its source still ran',
    cites: ['R33-9'],
    settings: timed,
  },
];

/** Mistakes in moving a copy (3.3). */
export const ownVmotion: readonly Mutant[] = [...places, ...switches];
