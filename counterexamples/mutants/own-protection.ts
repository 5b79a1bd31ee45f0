import { interrupted } from '../../model/guest.ts';
import { generation, seq } from '../../model/ids.ts';
import { paper, rules, specification } from '../../model/paper.ts';
import { defaultClock } from '../../model/settings.ts';
import { type Action, isRefusal } from '../../model/spec.ts';
import type { Mutant } from '../mutant.ts';
import { asIf, withClock, withoutClock, withRows } from './own-rows.ts';

/** A clone starts as if it had already consumed the first entry of its log. */
const armsOneAhead: Action<'arm'> = {
  ...paper.actions.arm,
  next: (state, event) => {
    const outcome = paper.actions.arm.next(state, event);
    const copy = isRefusal(outcome) ? undefined : outcome.state.copies[event.copy];
    if (isRefusal(outcome) || copy?.mode !== 'replaying') return outcome;
    const ahead = { ...copy, received: seq(1), consumed: seq(1) };
    return {
      ...outcome,
      state: { ...outcome.state, copies: outcome.state.copies.with(copy.id, ahead) },
    };
  },
};

/** A clone starts from what the first passes have brought. */
const armsBeforeTheCut: Action<'arm'> = {
  ...paper.actions.arm,
  next: (state, event) => {
    const copy = state.copies[event.copy];
    if (copy?.mode !== 'cloning' || copy.snapshot !== null) {
      return paper.actions.arm.next(state, event);
    }
    const cut = copy.image === null ? null : { guest: copy.image, share: 1 };
    const copies = state.copies.with(copy.id, { ...copy, snapshot: cut });
    return paper.actions.arm.next({ ...state, copies }, event);
  },
};

/** A clone that has waited for a tick gives up. */
const impatient: Action<'discard'> = {
  ...paper.actions.discard,
  next: (state, event) => {
    const copy = state.copies[event.copy];
    const isEarly = copy?.mode === 'cloning' && state.now <= copy.since;
    const row = isEarly ? paper.actions.discard : asIf(paper.actions.discard, withoutClock);
    return row.next(state, event);
  },
};

const clones: readonly Mutant[] = [
  {
    spec: specification('cut-after-an-interrupt', { cutAt: (source) => interrupted(source) }),
    breaks: ['S13', 'S4'],
    because:
      'an interrupt strikes while the last copy is made: it is in the clone, and neither in the ' +
      'source nor in the log',
    cites: ['R31-3'],
    settings: {},
  },
  {
    spec: specification('clone-without-device-state', {
      cutAt: (source) => ({ ...source, requests: 0 }),
    }),
    breaks: ['S13', 'S4'],
    because: 'memory is cloned and what waits in the devices is not: the clone replies to nobody',
    cites: ['R31-4'],
    settings: { program: ['reply', 'compute'] },
  },
  {
    spec: withRows('clone-one-entry-ahead', { arm: armsOneAhead }),
    breaks: ['S4', 'S5'],
    because: 'the clone counts entries from one as if the first were in its snapshot',
    cites: ['R31-3', 'R21-7'],
    settings: {},
  },
  {
    spec: withRows('arms-before-the-cut', { arm: armsBeforeTheCut }),
    breaks: ['S13', 'S3'],
    because:
      'the clone starts from the first copy, without waiting for the last one and for the cut: ' +
      'no log will ever come, it suspects, and wins',
    cites: ['R23-16', 'R31-3'],
    settings: {},
  },
  {
    spec: withRows('discards-what-is-awaited', { discard: impatient }),
    breaks: ['L3', 'L2'],
    because: 'a clone gives up although its source waits for it: nobody is ever protected again',
    cites: ['R31-5', 'R23-23'],
    settings: { clock: defaultClock },
  },
];

const pairs: readonly Mutant[] = [
  {
    spec: specification('pairs-in-the-last-generation', {
      pairsIn: (copy) => generation(Math.max(0, copy.generation - 1)),
    }),
    breaks: ['L2', 'L2a'],
    because:
      'the next pair is formed in the generation before: the arbiter thinks that the primary has ' +
      'won already, and its backup can never win',
    cites: ['R23-19'],
    settings: {},
  },
  {
    spec: specification('pairs-in-the-next-generation', {
      pairsIn: (copy) => generation(copy.generation + 1),
    }),
    breaks: ['L2', 'S3'],
    because: 'the next pair is formed one generation ahead of the arbiter: neither side ever wins',
    cites: ['R23-19'],
    settings: {},
  },
  {
    spec: specification('protection-forgets-the-owner', {
      onProtect: (storage) => ({ ...storage, owner: null }),
    }),
    breaks: 'nothing',
    because:
      'when protection starts the arbiter forgets who won last; the copy that protects itself is ' +
      'that winner, has had its answer, and nobody else is asked about it',
    cites: ['R23-19', 'R23-21'],
    settings: {},
  },
  {
    spec: specification('protection-takes-a-generation', {
      onProtect: (storage, copy) => ({
        ...storage,
        generation: generation(storage.generation + 1),
        owner: copy.id,
      }),
    }),
    breaks: ['L2', 'L2a'],
    because:
      'the primary wins the generation of its new pair as it forms it, as if to be sure: its ' +
      'backup always loses',
    cites: ['R23-19'],
    settings: {},
  },
];

const requests: readonly Mutant[] = [
  {
    spec: specification('tells-once', { tells: (copy) => copy.generation <= 1 }),
    breaks: ['L3'],
    because:
      'the clustering service is told of the first failure only: the second leaves the VM alone',
    cites: ['R31-6', 'R23-23', 'R31-1'],
    settings: {},
  },
  {
    spec: specification('backup-without-storage', {
      isEligible: ({ hosts }, copy, host) => host !== copy.host && hosts[host].up,
    }),
    breaks: ['S10'],
    because: 'the backup is placed on a host that cannot reach the storage: it can never take over',
    cites: ['R31-6', 'R20-1'],
    settings: {},
  },
  {
    spec: specification('backup-on-a-dead-host', {
      isEligible: ({ hosts }, copy, host) => host !== copy.host && hosts[host].storage,
    }),
    breaks: ['S10', 'L3'],
    because: 'the service picks a host that has crashed, and is content with what it put there',
    cites: ['R31-6'],
    settings: {},
  },
  {
    spec: specification('clone-presumed-aborted', { knownAborted: () => true }),
    breaks: ['S3', 'L3', 'L2'],
    because:
      'after the cut the primary takes back the clone because it has not heard from it yet; the ' +
      'clone is armed, suspects, wins and lives',
    cites: ['R31-5', 'R23-17'],
    settings: {},
  },
  {
    spec: specification('clone-presumed-unarmed', {
      knownAborted: (destination) => destination?.mode === 'cloning',
    }),
    breaks: ['S3', 'L3', 'L2'],
    because:
      'a clone that is seen to be waiting is taken back, and may start a moment later: only one ' +
      'that has discarded itself can not',
    cites: ['R31-5'],
    settings: {},
  },
  {
    spec: withRows('waits-for-a-dead-clone', {
      abandon: asIf(paper.actions.abandon, withClock({ timeout: 10_000 })),
    }),
    breaks: ['L3'],
    because:
      'the source waits for a destination that is stuck or cannot be reached, and asks for no ' +
      'other one',
    cites: ['R31-5', 'R31-6'],
    settings: { clock: defaultClock },
  },
  {
    spec: specification('crashed-clone-taken-back', {
      knownAborted: (destination) =>
        destination?.mode === 'crashed' || rules.knownAborted(destination),
    }),
    breaks: ['S3', 'S1'],
    because:
      'a clone that has crashed is thought never to have started: it was armed, though its first ' +
      'message was lost, took over, was seen by the world, and crashed only then',
    cites: ['R31-5', 'R31-8'],
    settings: { start: 'unprotected', clock: null },
  },
];

/** Mistakes in starting protection, and in starting it again (3.1). */
export const ownProtection: readonly Mutant[] = [...clones, ...pairs, ...requests];
