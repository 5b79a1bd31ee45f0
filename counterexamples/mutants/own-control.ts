import { inMode, moved } from '../../model/actions/notation.ts';
import { paper, rules, specification } from '../../model/paper.ts';
import { defaultClock, noFeatures } from '../../model/settings.ts';
import type { Action } from '../../model/spec.ts';
import type { Vm } from '../../model/state.ts';
import type { Mutant } from '../mutant.ts';
import { leaving, seeing, withRows } from './own-rows.ts';

const control = { features: { ...noFeatures, control: true } };
const operator = { features: { ...noFeatures, console: true } };
const timed = { clock: defaultClock };

const switchedOn = (copy: Vm): Vm =>
  'guest' in copy ? { ...copy, guest: { ...copy.guest, isOff: false } } : copy;

const switchedOff = (copy: Vm): Vm =>
  'guest' in copy ? { ...copy, guest: { ...copy.guest, isOff: true } } : copy;

/** What was powered off stays so, whatever it has done meanwhile. */
const switchedAsBefore = (after: Vm, before: Vm): Vm =>
  'guest' in after && 'guest' in before
    ? { ...after, guest: { ...after.guest, isOff: before.guest.isOff } }
    : after;

/** The guest goes on: the power-off is an entry and nothing more. */
const orderAndGoOn: Action<'order'> = leaving(paper.actions.order, switchedOn);

/** A primary that cannot hear from its backup stops without asking the arbiter. */
const stopOnSuspicion: Action<'stop'> = inMode(
  'stop',
  ['recording', 'withholding', 'live', 'replaying'],
  (state, copy, event) => {
    if (copy.mode !== 'withholding' || !copy.guest.isOff) {
      return paper.actions.stop.next(state, event);
    }
    const { id, line, host, generation } = copy;
    return moved(state, { mode: 'halted', id, line, host, generation, because: 'off' });
  },
);

/** The input stays where it was after it has been given to the guest. */
const feedAgain: Action<'feed'> = leaving(paper.actions.feed, (after, before) =>
  'devices' in after && 'devices' in before
    ? { ...after, devices: { ...after.devices, console: before.devices.console } }
    : after,
);

const orders: readonly Mutant[] = [
  {
    spec: specification('logs-the-old-share', {
      controlEntries: (operation, share) => rules.controlEntries(operation, 3 - share),
    }),
    breaks: ['S4'],
    because: 'the entry names the share that the VM had, not the one that it is given',
    cites: ['R33-3'],
    settings: control,
  },
  {
    spec: specification('share-for-power-off', {
      controlEntries: (_, share) => [{ kind: 'SHARE', value: share }],
    }),
    breaks: ['S4', 'S9'],
    because: 'every order is logged as a change of resources: the backup never hears of the end',
    cites: ['R33-2', 'R33-1'],
    settings: control,
  },
  {
    spec: specification('no-orders-while-arbitrating', {
      takesOrders: ({ mode }) => mode === 'recording' || mode === 'live',
    }),
    breaks: 'nothing',
    because: 'while it asks the arbiter a primary takes no orders: they have to be given again',
    cites: ['R33-1', 'R33-2'],
    settings: control,
  },
  {
    spec: withRows('runs-on-after-power-off', { order: orderAndGoOn }),
    breaks: ['S4', 'S9', 'L7'],
    because:
      'the power-off is logged and the guest of the primary runs on; its backup stops at the ' +
      'entry, and follows no further',
    cites: ['R33-2'],
    settings: control,
  },
  {
    spec: withRows('executes-though-off', {
      execute: leaving(seeing(paper.actions.execute, switchedOn), switchedAsBefore),
    }),
    breaks: ['S9', 'S4', 'L7'],
    because: 'a guest that is powered off executes until it is gone from its host',
    cites: ['R33-2'],
    settings: control,
  },
  {
    spec: withRows('hears-though-off', {
      interrupt: leaving(seeing(paper.actions.interrupt, switchedOn), switchedAsBefore),
      deliver: leaving(seeing(paper.actions.deliver, switchedOn), switchedAsBefore),
      feed: leaving(seeing(paper.actions.feed, switchedOn), switchedAsBefore),
      complete: leaving(seeing(paper.actions.complete, switchedOn), switchedAsBefore),
    }),
    breaks: ['S9', 'L7'],
    because:
      'a guest that is powered off still takes its timer, packets, keys and completions: what ' +
      'is logged of them comes after the end',
    cites: ['R33-2'],
    settings: {
      program: ['read x p', 'compute'],
      features: { ...noFeatures, control: true, console: true },
    },
  },
];

const ends: readonly Mutant[] = [
  {
    spec: specification('stops-one-entry-early', {
      mayStop: (copy) =>
        copy.mode === 'recording'
          ? copy.withheld.length === 0 && copy.acked + 1 >= copy.logged
          : rules.mayStop(copy),
    }),
    breaks: ['S9'],
    because: 'the primary is gone when all but the last entry is acknowledged: the power-off is it',
    cites: ['R33-2'],
    settings: control,
  },
  {
    spec: specification('stops-with-outputs-withheld', {
      mayStop: (copy) =>
        copy.mode === 'recording' ? copy.acked >= copy.logged : rules.mayStop(copy),
    }),
    breaks: ['L1a'],
    because:
      'the primary is gone as soon as its backup is told, and what may leave by then has not left',
    cites: ['R22-8', 'R22-11', 'R33-2'],
    settings: control,
  },
  {
    spec: specification('live-stops-with-outputs-withheld', {
      mayStop: (copy) => copy.mode === 'live' || rules.mayStop(copy),
    }),
    breaks: ['L1a'],
    because: 'a VM without a backup is gone with its outputs still in its host',
    cites: ['R22-8', 'R22-11'],
    settings: control,
  },
  {
    spec: specification('backup-stops-unheard', {
      mayStop: (copy) => copy.mode === 'replaying' || rules.mayStop(copy),
    }),
    breaks: 'nothing',
    because:
      'the backup is gone before it has acknowledged the power-off: its primary hears no more of ' +
      'it, asks the arbiter, and is gone a little later',
    cites: ['R33-2'],
    settings: control,
  },
  {
    spec: withRows('stops-unbidden', { stop: seeing(paper.actions.stop, switchedOff) }),
    breaks: ['S9', 'L2'],
    because: 'a copy whose log is acknowledged is taken for one that was powered off',
    cites: ['R33-2'],
    settings: control,
  },
  {
    spec: withRows('stops-on-suspicion', { stop: stopOnSuspicion }),
    breaks: ['S9', 'L1a'],
    because:
      'a primary that is powered off and cannot reach its backup is gone without asking the ' +
      'arbiter; the backup, which was cut off, asks and wins',
    cites: ['R33-2'],
    settings: control,
  },
  {
    spec: specification('told-and-goes-live', { isTold: () => false }),
    breaks: ['S9'],
    because:
      'a backup that holds the power-off arbitrates like any other and drains its log: it is ' +
      'switched off when it would be live, and a primary that loses to it is gone no less',
    cites: ['R33-2', 'R23-16'],
    settings: control,
  },
  {
    spec: specification('told-when-replayed', { isTold: ({ guest }) => guest.isOff }),
    breaks: ['S9'],
    because:
      'a backup counts as told when it has replayed the power-off, not when it holds it: it ' +
      'arbitrates, drains its log, and stops then',
    cites: ['R33-2'],
    settings: control,
  },
  {
    spec: specification('told-by-any-control-entry', {
      isTold: (copy) =>
        rules.isTold(copy) || copy.share > 1 || copy.buffer.some(({ kind }) => kind === 'SHARE'),
    }),
    breaks: ['L2', 'S9'],
    because:
      'a backup that was told of more resources stops as if it had been the power-off: the ' +
      'primary has crashed, and nobody serves',
    cites: ['R33-2', 'R33-3'],
    settings: { ...control, ...timed },
  },
];

const inputs: readonly Mutant[] = [
  {
    spec: specification('mouse-not-logged', {
      operatorEntries: (input) => (input.kind === 'MOUSE' ? [] : [input]),
    }),
    breaks: ['S4'],
    because: 'keys are logged and the mouse is not: it moves on the primary alone',
    cites: ['R20-3'],
    settings: operator,
  },
  {
    spec: specification('keys-without-value', {
      operatorEntries: ({ kind }) => [{ kind }],
    }),
    breaks: ['S4', 'S14'],
    because: 'that a key was pressed is logged, and not which',
    cites: ['R20-3', 'R21-3'],
    settings: operator,
  },
  {
    spec: withRows('key-twice', { feed: feedAgain }),
    breaks: ['S14'],
    because: 'a key stays in the controller and is given to the guest a second time',
    cites: ['R22-12'],
    settings: operator,
  },
];

/** Mistakes in control operations, and in what an operator does (3.3). */
export const ownControl: readonly Mutant[] = [...orders, ...ends, ...inputs];
