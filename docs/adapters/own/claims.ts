// What is claimed: the whole protocol but for migration, or as the arguments say,
// `ackPoint=replayed profile=core,disk` for instance.

import { defaultSettings, type Settings } from '../../../impl/hypervisor/settings.ts';

type Variant = Pick<Settings, 'ackPoint' | 'connectionLoss' | 'goLiveOutput' | 'arbitration'>;

// log buffers are counted in bytes: what a script logs fits, unless that is what is to be tried
const roomy = { primaryCapacity: 1000, backupCapacity: 1000 };

const parts = ['core', 'control', 'disk'] as const;

type Part = (typeof parts)[number];

/** What the harness is told. */
export type Claims = {
  readonly profile: readonly Part[];
  readonly settings: Partial<Variant & typeof roomy>;
  readonly room: 'entries' | 'bytes';
};

const choices: { readonly [K in keyof Variant]: readonly Variant[K][] } = {
  ackPoint: ['received', 'replayed'],
  connectionLoss: ['ignored', 'evidence'],
  goLiveOutput: ['drop', 'emitLast'],
  arbitration: ['testAndSetThenDrain', 'drainThenTestAndSet'],
};

const chosen = <K extends keyof Variant>(name: K, said: object): Variant[K] =>
  choices[name].find((one) => one === new Map<string, unknown>(Object.entries(said)).get(name)) ??
  defaultSettings[name];

/** The variants that are named there; else as the paper has it. */
export const variantOf = (said: object): Variant => ({
  ackPoint: chosen('ackPoint', said),
  connectionLoss: chosen('connectionLoss', said),
  goLiveOutput: chosen('goLiveOutput', said),
  arbitration: chosen('arbitration', said),
});

/** Of `name=value`, each. */
export const claimsOf = (words: readonly string[]): Claims => {
  const named = Object.fromEntries(words.map((word) => word.split('=')));
  const asked = `${named.profile ?? parts.join()}`.split(',');
  const profile = parts.filter((part) => asked.includes(part));
  const variant = variantOf(named);
  if (named.room === 'bytes') return { profile, room: 'bytes', settings: variant };
  return { profile, room: 'entries', settings: { ...variant, ...roomy } };
};
