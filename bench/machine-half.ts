// A process with one half of a protected RISC-V machine under a workload, for benchmarks: the
// program's own core, turns and logging channel, and nothing else of a host. Beside its copy of the
// protected machine it has one of the same that is alone.

import { LogChannel } from '../impl/host/channel.ts';
import { monotonicMs } from '../impl/host/clock.ts';
import { Heartbeats } from '../impl/host/heartbeats.ts';
import type { Address } from '../impl/host/secure.ts';
import { guestNamed } from '../impl/host/software.ts';
import { Hypervisor } from '../impl/hypervisor/hypervisor.ts';
import type { Report } from '../impl/hypervisor/report.ts';
import { defaultSettings, type Settings } from '../impl/hypervisor/settings.ts';
import { type Loaded, loaded } from './loaded.ts';
import type { Workload } from './workload.ts';

/** What a half is to be. */
export type HalfPlan = {
  readonly name: 'A' | 'B'; // A is the primary
  readonly key: string;
  readonly listen: Address;
  readonly log: Address; // of the other, or of whoever stands in between
  readonly beats: Address;
  readonly load: Workload;
};

/** What a half is told, in this order. */
export type HalfTold =
  | { readonly tell: 'boot'; readonly isAlone: boolean } // its copy, or the one alone
  | { readonly tell: 'protect' } // A: it may have a backup; B: it is one
  | { readonly tell: 'work'; readonly isAlone: boolean; readonly forMs: number }
  | { readonly tell: 'catchUp' }; // B

/** A time of work, and what it came to. */
export type Ran = {
  readonly wallMs: number;
  readonly cpuMs: number; // of the process, until all is acked
  readonly unitCount: number;
};

/** What a half says, each to what it was told. */
export type HalfSays =
  | { readonly says: 'ready' | 'placed' | 'armed' | 'caughtUp' }
  | {
      readonly says: 'up';
      readonly wallMs: number; // since its process began
      readonly bootMs: number; // since it was told to boot
      readonly bootCpuMs: number; // of the process meanwhile
      readonly instructionCount: number;
    }
  | {
      readonly says: 'cut';
      readonly pauseMs: number; // of the guest
      readonly pauseCpuMs: number; // of the process meanwhile
      readonly passCount: number;
      readonly pageCount: number; // at the cut
      readonly byteCount: number; // sent since then, until the first ack
    }
  | ({ readonly says: 'ran' } & Ran);

const plan: HalfPlan = JSON.parse(process.argv[2] ?? '');
const { name, load } = plan;
const other = name === 'A' ? 'B' : 'A';
const party = { name, keys: new Map([[other, Buffer.from(plan.key, 'hex')]]) };
const image = guestNamed([load.guest]);
if (typeof image === 'string') throw new Error(image);
// the machine may be loaded: nobody is suspected, nor throttled
const settings: Settings = {
  ...defaultSettings,
  ...{ timeoutMs: 60_000, stallTimeoutMs: 60_000, significantLagMs: 60_000 },
};

const say = (said: HalfSays): void => void process.send?.(said);

const channel = new LogChannel({
  ...{ party, at: plan.listen, peers: new Map([[other, plan.log]]) },
  onInput: (input) => whole?.copy.put(input),
  onStranger: () => undefined,
});
const heartbeats = new Heartbeats({
  ...{ party, at: plan.listen, peers: new Map([[other, plan.beats]]) },
  ...{ everyMs: settings.heartbeatEveryMs, nowMs: monotonicMs },
  onHeartbeat: ({ copy, generation }) => whole?.copy.put({ type: 'heartbeat', copy, generation }),
});

let whole: Loaded | null = null; // under protection
let alone: Loaded | null = null;
let mayHaveBackup = false;
let onCaughtUp: (() => void) | null = null;

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** The cut as it goes on: when its turn began, how long the guest stood, what has been sent. */
const cut = {
  ...{ beganMs: 0, cpuBeganMs: 0, pauseMs: 0, pauseCpuMs: 0 },
  ...{ passCount: 0, pageCount: 0, byteCount: 0 },
  state: 'none' as 'none' | 'awaited' | 'standing' | 'sending',
};

/** The guest stands from the cut until it executes again, or could if it had anything to do. */
const turned = (at: 'input' | 'run' | 'end', wantsCpu: () => boolean): void => {
  if (cut.state === 'awaited' && at !== 'end') {
    cut.beganMs = performance.now();
    cut.cpuBeganMs = cpuMs();
  }
  const isOn = at === 'run' || (at === 'end' && !wantsCpu());
  if (cut.state !== 'standing' || !isOn) return;
  cut.pauseMs = performance.now() - cut.beganMs;
  cut.pauseCpuMs = cpuMs() - cut.cpuBeganMs;
  cut.state = 'sending';
};

const hear = (report: Report): void => {
  if (report.did === 'armed') say({ says: 'armed' });
  if (report.did === 'cut') {
    cut.state = 'standing';
    cut.passCount = report.passCount;
    cut.pageCount = report.pageCount;
  }
  if (report.did !== 'ackRead' || cut.state !== 'sending') return;
  cut.state = 'none';
  whole?.go(false);
  const { pauseMs, pauseCpuMs, passCount, pageCount, byteCount } = cut;
  say({ says: 'cut', pauseMs, pauseCpuMs, passCount, pageCount, byteCount });
};

const askForBackup = (): void => {
  if (!mayHaveBackup) return;
  mayHaveBackup = false;
  cut.state = 'awaited';
  whole?.copy.put({ type: 'placed', copy: 'b', host: 'B' });
  say({ says: 'placed' });
};

const counting: typeof channel.send = (connection, bytes) => {
  if (cut.state === 'standing' || cut.state === 'sending') cut.byteCount += bytes.length;
  channel.send(connection, bytes);
};

const under = (hypervisor: Hypervisor): Loaded =>
  loaded(hypervisor, image, load, {
    heartbeats,
    channel: {
      ...{ connect: (host) => channel.connect(host), close: (one) => channel.close(one) },
      ...{ send: counting, allow: (one, count) => channel.allow(one, count) },
      flush: () => channel.flush(),
    },
    service: { askForBackup, tell: () => undefined },
    onReport: hear,
    onTurn: (at) => {
      turned(at, () => hypervisor.wantsCpu());
      const { received, consumed } = hypervisor.status();
      if (at !== 'end' || onCaughtUp === null || received !== consumed) return;
      onCaughtUp();
      onCaughtUp = null;
    },
    packetGroupMax: settings.packetGroupMax,
  });

const byItself = (hypervisor: Hypervisor): Loaded =>
  loaded(hypervisor, image, load, {
    ...{ channel, heartbeats, packetGroupMax: settings.packetGroupMax },
    service: { askForBackup: () => undefined, tell: () => undefined },
    ...{ onReport: () => undefined, onTurn: () => undefined },
  });

const options = (copy: string) => ({ copy, host: name, settings, image, nowMs: monotonicMs() });

const boot = async (isAlone: boolean): Promise<void> => {
  const [began, cpuBefore] = [performance.now(), cpuMs()];
  const made = isAlone
    ? byItself(Hypervisor.boot(options('alone')))
    : under(Hypervisor.boot(options('a')));
  if (isAlone) alone = made;
  else whole = made;
  made.go(true);
  await made.untilUp;
  const { position: instructionCount } = made.copy.status();
  const [wallMs, bootCpuMs] = [performance.now(), cpuMs() - cpuBefore];
  say({ says: 'up', wallMs, bootMs: wallMs - began, bootCpuMs, instructionCount });
  made.begin();
  made.go(false);
};

const protect = (): void => {
  mayHaveBackup = name === 'A';
  if (name === 'A') whole?.go(true);
  else {
    const destination = { ...options('b'), sourceHost: 'A', purpose: 'clone' } as const;
    whole = under(Hypervisor.destination(destination));
    whole.go(true);
  }
};

const work = async (machine: Loaded, forMs: number): Promise<void> => {
  const [began, cpuBefore, before] = [performance.now(), cpuMs(), machine.unitCount()];
  machine.go(true);
  await new Promise((resolve) => setTimeout(resolve, forMs));
  machine.go(false);
  const [wallMs, unitCount] = [performance.now() - began, machine.unitCount() - before];
  await machine.untilAcked();
  say({ says: 'ran', wallMs, unitCount, cpuMs: cpuMs() - cpuBefore });
};

const obey = async (told: HalfTold): Promise<void> => {
  const machine = told.tell === 'work' && told.isAlone ? alone : whole;
  if (told.tell === 'boot') await boot(told.isAlone);
  else if (told.tell === 'protect') protect();
  else if (machine === null) throw new Error('it has not begun');
  else if (told.tell === 'work') await work(machine, told.forMs);
  else {
    onCaughtUp = () => say({ says: 'caughtUp' });
    machine.copy.put({ type: 'wake' });
  }
};

process.on('disconnect', () => process.exit());
process.on('message', obey);
await channel.open();
await heartbeats.open();
say({ says: 'ready' });
