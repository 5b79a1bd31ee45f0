import type { Instruction } from '../../impl/guest/program.ts';
import { defaultSettings, type Settings } from '../../impl/hypervisor/settings.ts';
import { oneOf, seeded } from '../checker/chooser.ts';
import { smallDisk } from './scripted.ts';
import type { Soak } from './timed.ts';
import { sliceMaxMs } from './timeliness-bounds.ts';

/** A soak of the fold machine: which program, and how things are. */
export type FoldSoak = { readonly program: readonly Instruction[]; readonly plan: Soak };

/** Work between two disk operations: the fold machine would issue more than any disk can do. */
const work: readonly Instruction[] = Array.from({ length: 40 }, () => 'compute');

const programs: readonly [readonly Instruction[], ...(readonly Instruction[])[]] = [
  ['reply', 'readTime', 'touch p', 'write x p', ...work, 'stamp', 'read x q', ...work, 'print'],
  ['transmit', 'compute', 'stamp'],
  ['reply'],
  ['write x p', 'touch p', 'write xy pq', ...work, 'reply', ...work, 'read y q', ...work],
  ['post', 'compute', 'compute', 'kick', 'reply', 'print'],
];

/** Ten times as fast as the usual, so that a second of a run sees a failure and its repair. */
const quick: Settings = {
  ...defaultSettings,
  timeoutMs: 300,
  stallTimeoutMs: 500,
  heartbeatEveryMs: 50,
  keepaliveEveryMs: 75,
  retryEveryMs: 50,
  announceEveryMs: 50,
  significantLagMs: 100,
  slightLagMs: 10,
  adjustEveryMs: 100,
};

/** What a seed makes of sizes, variants, program, load and weather: all there is in a soak. */
export const foldSoak = (seed: string, troubledMs: number, base: Settings = quick): FoldSoak => {
  const chooser = seeded(`plan ${seed}`);
  const pick = <T>(...all: readonly [T, ...T[]]): T => oneOf(chooser, all);
  const settings: Settings = {
    ...base,
    primaryBytes: pick(1024, 4096, 65_536),
    backupBytes: pick(1024, 4096, 65_536),
    packetGroupMax: pick(1, 2, 16),
    ackPoint: pick('received', 'received', 'replayed'),
    connectionLoss: pick('ignored', 'ignored', 'evidence'),
    goLiveOutput: pick('drop', 'emitLast'),
    arbitration: pick('testAndSetThenDrain', 'drainThenTestAndSet'),
  };
  const pace = {
    sliceMs: pick(5, sliceMaxMs),
    instructionsPerMs: pick(0.5, 1, 2),
    timerEveryMs: pick<number | null>(10, 100, 100, null),
    readsWhole: false,
  };
  const plan: Soak = {
    ...{ seed, hosts: ['A', 'B', 'C', 'D'], settings, pace, troubledMs },
    ...{ strikeEveryMs: pick(50, 100, 300), sendEveryMs: pick(20, 100) },
    ...{ hasConsole: true, isManaged: chooser.below(2) === 0, burden: null, powerOffAtMs: null },
    ...{ ...smallDisk, windowBytes: pick(64, 512, 65_536) },
  };
  return { program: pick(...programs), plan };
};
