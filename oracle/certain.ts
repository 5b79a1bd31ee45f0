import type { Mode, State, Vm } from '../model/state.ts';
import type { Breach, Candidate, Log } from './candidate.ts';
import type { Hidden } from './hidden.ts';
import { type Did, type Observed, ofCopies } from './observation.ts';

/** Values that a copy has from what its own file says, in whichever order the files are merged. */
const ownValues: ReadonlySet<string> = new Set([
  ...['entries logged', 'outputs', 'position', 'instruction', 'ordinal', 'device', 'generation'],
  ...['entries consumed up to', 'acknowledged up to', 'mode'],
]);

/** Rules that look at nothing but what the copy's own file has said. */
const ownRules: ReadonlySet<string> = new Set([
  'the Output Rule holds it back',
  'nothing is withheld',
  'no entry is in hand: the backup stops',
  'the rest of the group has not arrived',
  'its log buffer is full',
  'the log buffer is full: the primary stops',
  'entries that it has acknowledged are not consumed',
  'it arbitrates before it drains its log',
  'it drains its log before it arbitrates',
  'the guest is powered off',
  'the guest is not powered off',
  'its backup is not known to be told',
  'it has that share',
  'it would race with an earlier disk operation',
]);

/** Rules that a copy which breaks them breaks until it says something else itself. */
const lastingRules: ReadonlySet<string> = new Set([
  'the logging channel is not connected',
  'its source does not wait for it',
  'its source has crashed before all was copied',
]);

/** Values of what is first in a queue, where only the copy itself takes it out. */
const firstValues: ReadonlySet<string> = new Set(['packets', 'entry received']);

/** A copy in this mode does no such thing. */
const ofMode: RegExp = /^an? \w+ copy /;

/** Lines whose entries depend on what others did meanwhile. */
const mixed: ReadonlySet<Did> = new Set<Did>(['feed', 'quiesce']);

/** What all copies log before they can be suspected, if none of it is hidden. */
const recorded: readonly Did[] = [
  ...(['execute', 'interrupt', 'deliver', 'feed', 'complete', 'order', 'quiesce'] as const),
  ...(['suspect', 'abandon'] as const),
];

const nothing: ReadonlySet<string> = new Set();

/** What of a copy in these modes nothing unseen changes: it would be in another, and be seen. */
const unseenValues: Readonly<Partial<Record<Mode, ReadonlySet<string>>>> = {
  recording: new Set(['entries logged', 'outputs', 'position', 'instruction']),
  withholding: new Set(['outputs', 'position', 'instruction', 'generation']),
  frozen: new Set(['generation']),
};

const valuesIn = (copies: readonly (Vm | undefined)[]): ReadonlySet<string> => {
  const [mode, ...others] = new Set(copies.map((copy) => copy?.mode));
  return mode === undefined || others.length > 0 ? nothing : (unseenValues[mode] ?? nothing);
};

const copyIn = (log: Log, state: State, name: string): Vm | undefined => {
  const id = log.copies.get(name);
  return id === undefined ? undefined : state.copies[id];
};

/**
 * Whether the line cannot be in any order of the files, for it contradicts what its own file has
 * said before: about what the copy has executed, logged, sent, received, acknowledged, consumed and
 * put out, and in which mode it is. Others change none of that, except that they end it.
 */
export const isCertain = (
  log: Log,
  hidden: Hidden,
  candidates: readonly Candidate[],
  line: Observed,
  breach: Breach,
): boolean => {
  if (line.did === 'send') return breach.kind === 'differs'; // packets are counted in one file
  if (!Object.hasOwn(ofCopies, line.did) || !('copy' in line)) return false;
  const copies = candidates.map(({ state }) => copyIn(log, state, line.copy));
  if (copies.some((copy) => copy === undefined || copy.mode === 'crashed')) return false;
  if (breach.kind === 'senseless' || mixed.has(line.did)) return false;
  if (!hidden.none) {
    const isSeen = recorded.every((did) => !hidden.kinds.has(did));
    const values = isSeen && breach.kind === 'differs' ? valuesIn(copies) : nothing;
    return breach.kind === 'differs' && values.has(breach.what);
  }
  if (breach.kind === 'differs') {
    return ownValues.has(breach.what) || /^(?:content|digest) /.test(breach.what);
  }
  return ownRules.has(breach.refusal) || ofMode.test(breach.refusal);
};

const isGone = (copy: Vm | undefined): boolean =>
  copy !== undefined && (copy.mode === 'crashed' || copy.mode === 'halted');

/**
 * Whether the line cannot be any more in the order that is followed, whatever comes before it from
 * here on: its copy has ended, its connection is closed, or something else is first where it takes
 * the first. An order in which that had not come yet may still have it.
 */
export const isTooLate = (
  log: Log,
  hidden: Hidden,
  candidates: readonly Candidate[],
  line: Observed,
  breach: Breach,
): boolean => {
  if (!Object.hasOwn(ofCopies, line.did) || !('copy' in line)) return false;
  if (candidates.every(({ state }) => isGone(copyIn(log, state, line.copy)))) return true;
  if (!hidden.none || breach.kind === 'senseless') return false;
  return breach.kind === 'differs'
    ? firstValues.has(breach.what)
    : lastingRules.has(breach.refusal);
};
