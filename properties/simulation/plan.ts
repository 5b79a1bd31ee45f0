import { foldImage } from '../../impl/guest/fold.ts';
import type { Image } from '../../impl/guest/guest.ts';
import { keyValueImage } from '../../impl/guest/key-value.ts';
import type { Instruction } from '../../impl/guest/program.ts';
import { defaultSettings, type Settings } from '../../impl/hypervisor/settings.ts';
import { type Chooser, oneOf, seeded } from '../checker/chooser.ts';
import { diskOf } from './clients.ts';
import type { Soak } from './timed.ts';
import { sliceMaxMs } from './timeliness-bounds.ts';

/** A soak of the fold machine: which program, and how things are. */
export type FoldSoak = { readonly program: readonly Instruction[]; readonly plan: Soak };

/** A soak of any other machine, which is held against the specification by a machine alone. */
export type ImageSoak = { readonly image: Image; readonly plan: Soak };

/** Work between two disk operations: the fold machine would issue more than any disk can do. */
const work: readonly Instruction[] = Array.from({ length: 40 }, () => 'compute');

/** The key-value server takes an instruction for each byte that it reads. */
const keyValuePace = 20;

/** Software of the RISC-V machine takes some thousand for a request. */
const riscvPace = 100;

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
  flushWithinMs: 2,
  significantLagMs: 100,
  slightLagMs: 10,
  adjustEveryMs: 100,
};

type Chosen = { readonly chooser: Chooser; readonly plan: Soak };

/** What a seed makes of sizes, variants, load and weather, for a guest. */
const chosen = (seed: string, image: Image, troubledMs: number, base: Settings): Chosen => {
  const chooser = seeded(`plan ${seed}`);
  const pick = <T>(...all: readonly [T, ...T[]]): T => oneOf(chooser, all);
  const leastBytes = 2 * image.largestGroupBytes;
  const settings: Settings = {
    ...base,
    primaryBytes: Math.max(leastBytes, pick(1024, 4096, 65_536)),
    backupBytes: Math.max(leastBytes, pick(1024, 4096, 65_536)),
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
    ...{ ...diskOf(image), windowBytes: pick(64, 512, 65_536) },
  };
  const flushWithinMs = pick(0, base.flushWithinMs);
  return { chooser, plan: { ...plan, settings: { ...settings, flushWithinMs } } };
};

/** What a seed makes of a soak of the fold machine, its program included. */
export const foldSoak = (seed: string, troubledMs: number, base: Settings = quick): FoldSoak => {
  const { chooser, plan } = chosen(seed, foldImage(['compute']), troubledMs, base);
  return { program: oneOf(chooser, programs), plan };
};

/** What a seed makes of a soak of an image that takes so many instructions for one of fold's. */
const imageSoak = (
  image: Image,
  pace: number,
  windowLeast: number,
  [seed, troubledMs, base]: readonly [string, number, Settings],
): ImageSoak => {
  const { plan } = chosen(seed, image, troubledMs, base);
  const instructionsPerMs = pace * plan.pace.instructionsPerMs;
  const windowBytes = Math.max(windowLeast, plan.windowBytes);
  return { image, plan: { ...plan, pace: { ...plan.pace, instructionsPerMs }, windowBytes } };
};

/** What a seed makes of a soak of the key-value server, which somebody asks something all along. */
export const keyValueSoak = (seed: string, troubledMs: number, base: Settings = quick): ImageSoak =>
  imageSoak(keyValueImage, keyValuePace, 512, [seed, troubledMs, base]);

/** The same of software that runs on the RISC-V machine and answers datagrams. */
export const riscvSoak = (
  image: Image,
  seed: string,
  troubledMs: number,
  base: Settings = quick,
): ImageSoak => imageSoak(image, riscvPace, 16_384, [seed, troubledMs, base]);
