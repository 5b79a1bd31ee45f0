import { match } from 'ts-pattern';
import type { Event } from '../../../model/event.ts';
import { counted, holderIn, nameIn, nameOf } from './names.ts';
import { type Change, changeOf, positionOf, type Scene } from './scene.ts';

/** Starting and restarting backups, and the throttle: sections 3.1 and 3.2. */
export type ProtectionType =
  | 'requestBackup'
  | 'place'
  | 'precopy'
  | 'snapshot'
  | 'arm'
  | 'discard'
  | 'abandon'
  | 'throttle';

const places = ({ after }: Scene, { copy, host }: Event<'place'>): string => {
  const clone = after.copies.at(-1);
  const name = clone === undefined || clone.id === copy ? 'a copy' : nameOf(clone);
  return `the service has ${nameIn(after, copy)} cloned to host ${host}, as ${name}`;
};

const precopies = ({ after }: Scene, { is }: Change): string => {
  if (is?.mode !== 'cloning' && is?.mode !== 'arriving') return 'is copied to';
  const at = is.image?.position ?? '?';
  const source = is.mode === 'cloning' ? holderIn(after, is.source) : nameIn(after, is.source);
  return `receives the first passes from ${source}, of instruction ${at}`;
};

/** The exact cut; a clone that is given another state than that of the cut is a lie. */
const cuts = ({ after }: Scene, { was, is }: Change): string => {
  const here = positionOf(was);
  if (is?.mode !== 'recording') return `is cloned at instruction ${here}`;
  const clone = after.copies[is.backup];
  const given = clone?.mode === 'cloning' ? clone.snapshot?.guest.position : undefined;
  const stale = given === here || given === undefined ? '' : ` as it was at ${given}`;
  return `is cloned to ${nameIn(after, is.backup)}${stale}, logs from instruction ${here} on`;
};

const arms = ({ after }: Scene, { is }: Change): string => {
  if (is?.mode !== 'replaying') return 'is whole';
  const primary = holderIn(after, is.primary);
  return `replays from instruction ${positionOf(is)} on, as backup of ${primary}`;
};

const abandons = ({ before }: Scene, { was, is }: Change): string => {
  if (was?.mode === 'recording') {
    return `gives up its backup ${holderIn(before, was.backup)} and is ${is?.mode ?? 'gone'}`;
  }
  const clone = was?.mode === 'live' ? was.clone : null;
  return clone === null ? 'gives up its clone' : `gives up its clone ${nameIn(before, clone)}`;
};

const throttles = ({ was, is }: Change): string => {
  if (was?.mode !== 'recording' || is?.mode !== 'recording') return 'looks at its CPU limit';
  const [from, to] = [was.throttle.limit, is.throttle.limit];
  const change = to < from ? 'lowers its CPU limit to' : 'raises its CPU limit to';
  const limit = `${to === from ? 'keeps its CPU limit of' : change} ${to} %`;
  return `measures a lag of ${counted(is.throttle.lag, 'tick')}, ${limit}`;
};

const discards = ({ was }: Change): string => {
  if (was?.mode !== 'arriving') return 'discards itself, not yet a replica';
  return was.handed === null
    ? 'discards itself, not yet the VM'
    : 'discards itself, for what was handed over to it cannot come any more';
};

/** How a VM that runs alone gets a backup again, and how it waits for a slow one. */
export const tellProtection = (event: Event<ProtectionType>, scene: Scene): string => {
  const change = changeOf(scene, event.copy);
  return match(event)
    .with({ type: 'requestBackup' }, () => 'asks the service for a backup')
    .with({ type: 'place' }, (placing) => places(scene, placing))
    .with({ type: 'precopy' }, () => precopies(scene, change))
    .with({ type: 'snapshot' }, () => cuts(scene, change))
    .with({ type: 'arm' }, () => arms(scene, change))
    .with({ type: 'discard' }, () => discards(change))
    .with({ type: 'abandon' }, () => abandons(scene, change))
    .with({ type: 'throttle' }, () => throttles(change))
    .exhaustive();
};
