import { match } from 'ts-pattern';
import type { Event } from '../../../model/event.ts';
import { type Change, changeOf, joined, loggingText, type Scene } from './scene.ts';

/** What an administrator orders, and what comes of it: the first half of section 3.3. */
export type ControlType = 'order' | 'stop';

const ordered = ({ operation }: Event<'order'>): string =>
  match(operation)
    .with('powerOff', () => 'is ordered to power off')
    .with('raiseShare', () => 'is given twice the CPU')
    .with('lowerShare', () => 'is given its usual share of the CPU again')
    .exhaustive();

const stops = ({ is }: Change): string =>
  is?.mode === 'halted' ? 'is off and gone from its host' : `is off, and ${is?.mode ?? 'gone'}`;

/** How the VM is managed. */
export const tellControl = (event: Event<ControlType>, scene: Scene): string => {
  const change = changeOf(scene, event.copy);
  return match(event)
    .with({ type: 'order' }, (order) => joined(ordered(order), loggingText(change)))
    .with({ type: 'stop' }, () => stops(change))
    .exhaustive();
};
