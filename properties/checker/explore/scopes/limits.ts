import type { EventType } from '../../../../model/event.ts';
import { type Instruction, transferOf } from '../../../../model/guest.ts';
import { paper } from '../../../../model/paper.ts';
import type { Settings } from '../../../../model/settings.ts';
import { faultKinds } from '../../faults.ts';
import type { Scope } from './frame.ts';

const puttingOut: ReadonlySet<Instruction> = new Set([
  'transmit',
  'reply',
  'stamp',
  'kick',
  'print',
]);

const isOutput = (instruction: Instruction): boolean =>
  puttingOut.has(instruction) || transferOf(instruction)?.kind === 'write';

/** What the guest executes if it comes to the end of the scope: its program repeats (R21-2). */
export const executedIn = ({ settings, instructions }: Scope): readonly Instruction[] =>
  Array.from({ length: instructions }, (_, index) => {
    return settings.program[index % settings.program.length] ?? 'compute';
  });

/** How many of a guest's instructions put something out, at most. */
export const outputsIn = (scope: Scope): number => executedIn(scope).filter(isOutput).length;

const many = (count: number, noun: string, nouns = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : nouns}`;

const occasions: readonly (readonly [EventType, string])[] = [
  ['interrupt', 'interrupt'],
  ['send', 'packet'],
  ['operate', 'console input'],
  ['tick', 'tick'],
  ['order', 'order'],
  ['migrate', 'VMotion'],
  ['suspect', 'suspicion'],
  ['testAndSet', 'arbiter request'],
  ['reconnect', 'reconnection'],
];

/** What is not named never happens if it is the world's to do, and at will if the protocol's. */
const occasionsIn = ({ most, settings }: Scope): readonly string[] =>
  occasions.flatMap(([type, noun]) => {
    const count = most[type];
    if (count === undefined) {
      const isAtWill = paper.actions[type].by === 'protocol' && settings.clock === null;
      return isAtWill ? [`${noun}s at will`] : [];
    }
    return count === 0 ? [] : [many(count, noun)];
  });

const faultsIn = ({ most }: Scope): readonly string[] =>
  faultKinds.flatMap((kind) => {
    const count = most[kind] ?? 0;
    return count === 0 ? [] : [`${count} ${kind}`];
  });

const featuresIn = ({ features }: Settings): readonly string[] =>
  Object.entries(features).flatMap(([name, isThere]) => (isThere ? [name] : []));

const listed = (title: string, words: readonly string[]): readonly string[] =>
  words.length === 0 ? [] : [`${title} ${words.join(', ')}`];

const listedMax = 10;

const programIn = (scope: Scope): string => {
  const { settings, instructions } = scope;
  if (instructions > listedMax) return `instructions ${settings.program.join(', ')} over and over`;
  const executed = instructions === 0 ? '' : ` (${executedIn(scope).join(', ')})`;
  return `${many(instructions, 'instruction')}${executed}, ${outputsIn(scope)} of them an output`;
};

/** All that bounds a scope, in words: every number is an upper one. */
export const limitsOf = (scope: Scope): string => {
  const { settings, generations, copies, omits = [] } = scope;
  const { primaryCapacity, wireCapacity, backupCapacity } = settings;
  return [
    programIn(scope),
    ...occasionsIn(scope),
    many(generations, 'generation'),
    many(copies, 'copy', 'copies'),
    `capacities ${primaryCapacity}, ${wireCapacity}, ${backupCapacity}`,
    ...listed('faults:', faultsIn(scope)),
    ...listed('features:', featuresIn(settings)),
    ...omits.map((omission) => `no ${omission}`),
  ].join('; ');
};
