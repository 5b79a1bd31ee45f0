import { match } from 'ts-pattern';
import type { Event } from '../../../model/event.ts';
import { holderIn, nameIn, nameOf } from './names.ts';
import { type Change, changeOf, joined, loggingText, positionOf, type Scene } from './scene.ts';

/** How a copy moves to another host: the second half of section 3.3. */
export type MigrationType = 'migrate' | 'quiesce' | 'switchOver' | 'takeUp' | 'cancel';

const migrates = ({ after }: Scene, { host }: Event<'migrate'>): string => {
  const newest = after.copies.at(-1);
  const name = newest?.mode === 'arriving' ? `, as ${nameOf(newest)}` : '';
  return `is to move to host ${host}${name}`;
};

const quiesces = ({ was, is }: Change): string => {
  const isReached = is !== undefined && 'devices' in is && is.devices.quiesce === 'reached';
  if (!isReached) return 'lets no disk operation begin, for it is to be moved';
  return joined('has no disk operation outstanding', loggingText({ was, is }));
};

const destinationOf = ({ was }: Change): number | null =>
  was !== undefined && 'move' in was ? was.move : null;

const handsOver = ({ after }: Scene, change: Change): string => {
  const to = destinationOf(change);
  const name = to === null ? 'another host' : nameIn(after, to);
  const what = change.was?.mode === 'replaying' ? 'the backup VM' : 'the VM';
  const rest = change.is?.mode === 'halted' ? 'stops for good' : `is still ${change.is?.mode}`;
  return `hands ${what} over to ${name} and ${rest}`;
};

const takesUp = ({ after }: Scene, { is }: Change): string => {
  if (is?.mode === 'replaying') {
    const primary = holderIn(after, is.primary);
    return `takes up the backup VM of ${primary}, which holds up to ${is.received}`;
  }
  return `takes up the VM at instruction ${positionOf(is)}`;
};

const cancels = ({ before }: Scene, change: Change): string => {
  const to = destinationOf(change);
  return to === null ? 'does not move' : `gives up its move to ${nameIn(before, to)}`;
};

/** How a copy is moved, or not. */
export const tellMigration = (event: Event<MigrationType>, scene: Scene): string => {
  const change = changeOf(scene, event.copy);
  return match(event)
    .with({ type: 'migrate' }, (migration) => migrates(scene, migration))
    .with({ type: 'quiesce' }, () => quiesces(change))
    .with({ type: 'switchOver' }, () => handsOver(scene, change))
    .with({ type: 'takeUp' }, () => takesUp(scene, change))
    .with({ type: 'cancel' }, () => cancels(scene, change))
    .exhaustive();
};
