import { type Guest, needsOfReceiving, received } from '../guest.ts';
import { seq } from '../ids.ts';
import type { Action, Refusal, Step } from '../spec.ts';
import type { State } from '../state.ts';
import { inMode, moved, remember, withDevices } from './notation.ts';
import { type Entry, full, logging, off, type RecordRules, withheldBehind } from './record.ts';

/** Which packets stay in the network card after so many were given to the guest (R22-12). */
export type Take = (nic: readonly number[], count: number) => readonly number[];

/** All but those: what was handed over is gone from the card. */
export const takeOnce: Take = (nic, count) => nic.slice(count);

/** What becomes of the guest's receive ring when a packet reaches its host (R35-1). */
export type OnArrival = (guest: Guest) => Guest;

/** Nothing, before the guest traps and the update is logged: no ring changes on its own (R35-2). */
export const ringUntouched: OnArrival = (guest) => guest;

/** What is logged for a group of packets, and for the packets that leave with it (R35-2, R35-4). */
export type GroupEntries = (received: readonly Entry[], sent: readonly Entry[]) => readonly Entry[];

/** One group: replay applies all of it at the event's position, or nothing (R35-2). */
export const wholeGroupLogged: GroupEntries = (received, sent) => [...received, ...sent];

/** The decisions about network IO (section 3.5 of the paper). */
export type NetworkRules = RecordRules & {
  readonly take: Take;
  readonly onArrival: OnArrival;
  readonly groupEntries: GroupEntries;
};

type Count = { readonly count: number };

const alone: readonly Count[] = [{ count: 1 }];
const inPairs: readonly Count[] = [{ count: 1 }, { count: 2 }];

const groupsOf = ({ settings }: State): readonly Count[] =>
  settings.packetGroup > 1 ? inPairs : alone;

/**
 * The oldest packets of the network card are given to the guest, with one interrupt, and are logged
 * (R20-3, R35-2). What its transmit ring holds leaves with them, without a trap of its own: how
 * packets are grouped is decided by the log alone (R35-4).
 */
export const deliver = (rules: NetworkRules): Action<'deliver'> =>
  inMode(
    'deliver',
    ['recording', 'withholding', 'live'],
    (state, copy, { count }): Step | Refusal => {
      if (copy.guest.isOff) return off;
      const { nic } = copy.devices;
      const { packetGroup } = state.settings;
      if (count < 1 || count > packetGroup) return 'one interrupt hands over no such group';
      if (nic.length < count) return 'not so many packets have arrived';
      const packets = nic.slice(0, count);
      const { guest, outputs } = received(copy.guest, packets);
      const watch = remember(state, copy.watch, 'reached');
      const taken = { ...withDevices(copy, { nic: rules.take(nic, count) }), guest, watch };
      if (taken.mode === 'live') {
        const withheld = withheldBehind(copy, outputs, seq(0));
        return moved(state, { ...taken, withheld, reached: true });
      }
      const needs = rules.loggedNeeds(needsOfReceiving(copy.guest));
      const entries = rules.groupEntries(
        packets.map((value) => ({ kind: 'RX', value })),
        needs.map((kind) => ({ kind })),
      );
      const recorded = logging(rules, state, { ...taken, guest: copy.guest }, entries);
      if (recorded === null) return full;
      const marker = rules.markerOf(recorded.logged);
      const withheld = withheldBehind(copy, outputs, marker);
      const reached = recorded.mode === 'recording' || recorded.reached;
      return moved(state, { ...recorded, guest, withheld, reached });
    },
    { instances: groupsOf },
  );
