import type { EventType } from '../model/event.ts';
import type { Vm } from '../model/state.ts';
import { cited } from '../properties/conformance/cited.ts';
import type { Breach, Value } from './candidate.ts';
import type { Refused } from './judge.ts';
import { copyOf, unacknowledged } from './reason.ts';

/** The requirement behind a refusal of the specification, where its event has several. */
const ofRefusals: ReadonlyMap<string, string> = new Map([
  ['the Output Rule holds it back', 'R22-4'],
  ['nothing is withheld', 'R22-8'],
  ['the log buffer is full: the primary stops', 'R32-6'],
  ['the guest is powered off', 'R33-2'],
  ['no entry is in hand: the backup stops', 'R32-5'],
  ['the rest of the group has not arrived', 'R21-9'],
  ['it arbitrates before it drains its log', 'R23-15'],
  ['it drains its log before it arbitrates', 'R23-15'],
  ['every entry has been sent', 'R21-7'],
  ['the channel is full', 'R32-2'],
  ['nothing is on the channel', 'R32-2'],
  ['its log buffer is full', 'R32-4'],
  ['the channel is cut', 'R20-7'],
  ['no acknowledgment is on the channel', 'R22-5'],
  ['it has no such channel', 'R22-6'],
  ['the logging channel is not connected', 'R23-6'],
  ['the loss of the channel is evidence', 'R33-11'],
  ['the storage cannot be reached: it waits', 'R23-18'],
  ['its request is under way', 'R23-21'],
  ['no request of it is under way', 'R23-17'],
  ['no reply has arrived', 'R23-17'],
  ['entries that it has acknowledged are not consumed', 'R22-14'],
  ['its host is paused or its VM is stuck', 'R23-5'],
  ['not so many packets have arrived', 'R20-2'],
  ['it has no such disk operation under way', 'R34-6'],
  ['it would race with an earlier disk operation', 'R34-1'],
  ['its disk is quiesced', 'R33-7'],
  ['its disk is not quiesced', 'R33-5'],
  ['its log is not acknowledged, or outputs are withheld', 'R33-10'],
  ['its backup is not known to be told', 'R33-2'],
  ['the host is not eligible', 'R20-1'],
  ['the host is not free for it', 'R33-4'],
  ['the final copy has not arrived', 'R23-16'],
]);

/** What each mode forbids to whoever is in it, whatever it tries. */
const ofModes: Readonly<Partial<Record<Vm['mode'], string>>> = {
  halted: 'R23-22',
  crashed: 'R31-8',
  cloning: 'R23-16',
};

/** The same for one kind of event, in the modes that do not know it. */
const ofEvents: Readonly<Partial<Record<EventType, Partial<Record<Vm['mode'], string>>>>> = {
  release: { replaying: 'R20-5', frozen: 'R20-5', draining: 'R20-5' },
  execute: { replaying: 'R20-4', frozen: 'R23-10', draining: 'R23-10' },
  interrupt: { replaying: 'R21-6', frozen: 'R23-10', draining: 'R23-10' },
  deliver: { replaying: 'R20-2', frozen: 'R23-10', draining: 'R23-10' },
  goLive: { replaying: 'R23-17', frozen: 'R23-17', withholding: 'R23-17' },
  acknowledge: { frozen: 'R22-14', draining: 'R22-14' },
  receive: { frozen: 'R23-11', draining: 'R23-11' },
  announce: { replaying: 'R23-13', frozen: 'R23-13', draining: 'R23-13' },
  testAndSet: { recording: 'R23-17', replaying: 'R23-17' },
  readAck: { withholding: 'R23-6' },
  flush: { withholding: 'R23-8', live: 'R23-7' },
};

/** What stands behind a value that the specification has otherwise. */
const ofValues: ReadonlyMap<string, string> = new Map([
  ['entries logged', 'R21-3'],
  ['outputs', 'R22-3'],
  ['ordinal', 'R22-8'],
  ['device', 'R22-10'],
  ['acknowledged up to', 'R22-5'],
  ['acknowledgment read', 'R22-5'],
  ['entry sent', 'R21-7'],
  ['entry received', 'R32-2'],
  ['entries consumed up to', 'R21-9'],
  ['outcome', 'R23-17'],
  ['generation', 'R23-19'],
  ['packets', 'R20-3'],
  ['packet', 'R20-2'],
  ['instruction', 'R21-1'],
  ['mode', 'R23-22'],
]);

const ofValue = (what: string, event: EventType | null): string | null => {
  if (what.startsWith('content of output')) return 'R22-1';
  if (what.startsWith('digest')) return 'R21-1';
  if (what === 'position' && event === 'goLive') return 'R23-11';
  if (what === 'position') return 'R21-4';
  if (what === 'entries logged' && event === 'interrupt') return 'R21-4';
  if (what === 'entries logged' && event === 'deliver') return 'R35-2';
  return ofValues.get(what) ?? (event === null ? null : (cited[event][0] ?? null));
};

type Differs = Extract<Breach, { readonly kind: 'differs' }>;

const kindsIn = (entries: Value): string => `${entries}`.replaceAll(/e\d+ /g, '');

/** Of entries that are not the specification's: an output has none, or only the numbers differ. */
const ofEntries = ({ what, said, specification }: Differs): string | null => {
  if (what !== 'entries logged') return null;
  if (kindsIn(said) === kindsIn(specification)) return 'R21-7';
  return /OUT/.test(kindsIn(specification)) && !/OUT/.test(kindsIn(said)) ? 'R22-3' : null;
};

/** Who has won the arbitration has no backup to log for. */
const isLoggedAlone = ({ breach, state }: Refused): boolean =>
  breach.kind === 'differs' &&
  breach.what === 'entries logged' &&
  breach.specification === 'none' &&
  state.copies.some(({ mode }) => mode === 'live');

/** The requirement that a refused line breaks; `null` where it only makes no sense there. */
export const requirementOf = (refused: Refused): string | null => {
  const { breach } = refused;
  if (breach.kind === 'senseless') return /logs or puts out/.test(breach.sentence) ? 'R22-3' : null;
  if (isLoggedAlone(refused)) return 'R23-7';
  if (breach.kind === 'differs') {
    return ofEntries(breach) ?? ofValue(breach.what, breach.event);
  }
  const { event, refusal } = breach;
  const copy = copyOf(refused);
  if (refusal === 'nothing new is to be acknowledged' && copy !== undefined) {
    return unacknowledged(refused, copy) === 'group' ? 'R23-11' : 'R22-5';
  }
  const known = ofRefusals.get(refusal);
  if (known !== undefined) return known;
  const mode = copy?.mode;
  const general = mode === undefined ? undefined : ofModes[mode];
  const own = mode === undefined ? undefined : ofEvents[event.type]?.[mode];
  return general ?? own ?? cited[event.type][0] ?? null;
};
