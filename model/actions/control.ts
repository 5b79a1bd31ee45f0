import type { Operation } from '../event.ts';
import type { Action, Refusal, Step } from '../spec.ts';
import type { Frozen, Live, Recording, Replaying, State, Vm, Withholding } from '../state.ts';
import { halted, inMode, moved } from './notation.ts';
import { type Entry, full, logging, off, type RecordRules } from './record.ts';

type Commanded = Recording | Withholding | Live | Replaying;

/** Whether a management operation may be started on a copy (R33-1). */
export type TakesOrders = (copy: Commanded) => boolean;

/** Only on the primary: the backup follows by the log. */
export const primaryAlone: TakesOrders = ({ mode }) => mode !== 'replaying';

/** The control entries by which the backup learns of a management operation (R33-1). */
export type ControlEntries = (operation: Operation, share: number) => readonly Entry[];

/** Power-off is in the log stream, in order (R33-2a); so is the new share of the CPU (R33-3). */
export const everyOperation: ControlEntries = (operation, share) =>
  operation === 'powerOff' ? [{ kind: 'OFF', value: 0 }] : [{ kind: 'SHARE', value: share }];

/** Whether a VM that is powered off may stop: its hosts' heartbeats and channel end (R33-2). */
export type MayStop = (copy: Recording | Live | Replaying) => boolean;

/**
 * A primary once its backup has acknowledged the entry, or the test-and-set is won (R33-2b, c), and
 * what it withholds has left (R22-8); a backup once it has acknowledged the entry.
 */
export const toldOrAlone: MayStop = (copy) => {
  if (copy.mode === 'replaying') return copy.acked >= copy.consumed;
  return copy.withheld.length === 0 && (copy.mode === 'live' || copy.acked >= copy.logged);
};

/** Whether a backup knows that the VM is being powered off (R33-2d). */
export type IsTold = (copy: Replaying | Frozen) => boolean;

/** It holds the entry, consumed or not: it neither arbitrates nor goes live (R23-16, R33-2f). */
export const holdsTheEntry: IsTold = ({ guest, buffer }) =>
  guest.isOff || buffer.some(({ kind }) => kind === 'OFF');

/** The decisions about management operations (R33-1 to R33-3). */
export type ControlRules = RecordRules & {
  readonly takesOrders: TakesOrders;
  readonly controlEntries: ControlEntries;
  readonly mayStop: MayStop;
};

const operations: readonly { readonly operation: Operation }[] = [
  { operation: 'powerOff' },
  { operation: 'raiseShare' },
  { operation: 'lowerShare' },
];

const shareAfter = (operation: Operation, share: number): number => {
  if (operation === 'powerOff') return share;
  return operation === 'raiseShare' ? 2 : 1;
};

/** What an operation does to the VM itself: at the entry's position the guest stops (R33-2e). */
const commanded = <C extends Commanded>(copy: C, operation: Operation, share: number): C => ({
  ...copy,
  share,
  guest: operation === 'powerOff' ? { ...copy.guest, isOff: true } : copy.guest,
});

/**
 * An administrator orders something of the VM. Whoever may still have a backup logs it: until the
 * backup has acknowledged a power-off, or the test-and-set is won, the VM is not off (R33-2).
 */
export const order = (rules: ControlRules): Action<'order'> =>
  inMode(
    'order',
    ['recording', 'withholding', 'live', 'replaying'],
    (state, copy, { operation }): Step | Refusal => {
      if (!state.settings.features.control) return 'nobody manages the VM in this run';
      if (!rules.takesOrders(copy)) return 'it is the backup: orders go to the primary';
      if (copy.guest.isOff) return off;
      const share = shareAfter(operation, copy.share);
      if (operation !== 'powerOff' && share === copy.share) return 'it has that share';
      const after = commanded(copy, operation, share);
      if (after.mode === 'live' || after.mode === 'replaying') return moved(state, after);
      const entries = rules.controlEntries(operation, share);
      const recorded = logging(rules, state, { ...after, guest: copy.guest }, entries);
      return recorded === null ? full : moved(state, { ...recorded, guest: after.guest });
    },
    { by: 'world', instances: () => operations },
  );

const disconnected = (state: State, { line }: Vm): State => ({
  ...state,
  connections: state.connections.map((one) =>
    one.primary === line && one.open ? { ...one, open: false, entries: [] } : one,
  ),
});

/** A VM that was powered off is gone from its host (R33-2). */
export const stop = (rules: ControlRules): Action<'stop'> =>
  inMode('stop', ['recording', 'live', 'replaying'], (state, copy) => {
    if (!copy.guest.isOff) return 'the guest is not powered off';
    if (!rules.mayStop(copy)) return 'its backup is not known to be told';
    return moved(disconnected(state, copy), halted(copy, 'off'));
  });
