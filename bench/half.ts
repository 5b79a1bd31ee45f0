// A process with one half of a protected pair, for benchmarks: the program's own core, turns and
// logging channel, and nothing else of a host.

import { foldImage } from '../impl/guest/fold.ts';
import type { Image } from '../impl/guest/guest.ts';
import { LogChannel } from '../impl/host/channel.ts';
import { monotonicMs } from '../impl/host/clock.ts';
import { CopyOnHost } from '../impl/host/copy-on-host.ts';
import { Heartbeats } from '../impl/host/heartbeats.ts';
import { type Ports, perform } from '../impl/host/perform.ts';
import type { Address } from '../impl/host/secure.ts';
import type { Command } from '../impl/hypervisor/command.ts';
import { Hypervisor } from '../impl/hypervisor/hypervisor.ts';
import { defaultSettings, type Settings } from '../impl/hypervisor/settings.ts';
import { endOfTurn, inTurns } from './guest-of-turns.ts';

/** What a half is to be. */
export type HalfPlan = {
  readonly name: 'A' | 'B'; // A is the primary
  readonly key: string;
  readonly listen: Address;
  readonly log: Address; // of the other, or of whoever stands in between
  readonly beats: Address;
  readonly instructionsPerTurn: number;
};

/** What a half says. */
export type HalfSays =
  | { readonly says: 'ready' | 'placed' | 'armed' }
  | { readonly says: 'ran'; readonly cpuMs: number; readonly interruptCount: number };

/** What a half is told: to be cloned; to compute for some turns; to be idle for a while. */
export type HalfTold =
  | { readonly tell: 'begin' }
  | { readonly tell: 'compute'; readonly isAlone: boolean; readonly turnCount: number }
  | { readonly tell: 'idle'; readonly everyMs: number; readonly forMs: number };

const text = process.argv[2] ?? '';
const plan: HalfPlan = JSON.parse(text);
const { name, instructionsPerTurn } = plan;
const other = name === 'A' ? 'B' : 'A';
const party = { name, keys: new Map([[other, Buffer.from(plan.key, 'hex')]]) };
const image: Image = inTurns(foldImage(['compute']), instructionsPerTurn);
// the machine may be loaded: nobody is suspected, nor throttled
const settings: Settings = {
  ...defaultSettings,
  ...{ timeoutMs: 60_000, stallTimeoutMs: 60_000, significantLagMs: 60_000 },
};

const say = (said: HalfSays): void => void process.send?.(said);
const nothing = (): void => undefined;

const channel = new LogChannel({
  ...{ party, at: plan.listen, peers: new Map([[other, plan.log]]) },
  onInput: (input) => protectedOne?.put(input),
  onStranger: nothing,
});
const heartbeats = new Heartbeats({
  ...{ party, at: plan.listen, peers: new Map([[other, plan.beats]]) },
  ...{ everyMs: settings.heartbeatEveryMs, nowMs: monotonicMs },
  onHeartbeat: ({ copy, generation }) => protectedOne?.put({ type: 'heartbeat', copy, generation }),
});

const outside: Pick<Ports, 'network' | 'storage' | 'onHalt'> = {
  network: { transmit: nothing, print: nothing, announce: nothing },
  storage: { submit: nothing, testAndSet: nothing, forget: nothing },
  onHalt: (because) => {
    throw new Error(`the ${name} half has halted: ${because}`);
  },
};

let onPerformed: (commands: readonly Command[]) => void = nothing;

const broken = (error: unknown): void => {
  throw error;
};

const copyOf = (hypervisor: Hypervisor, isAlone: boolean): CopyOnHost => {
  const { copy } = hypervisor.status();
  const ports: Ports = {
    ...outside,
    ...{ channel, heartbeats },
    service: {
      askForBackup: () => {
        if (isAlone) return;
        protectedOne?.put({ type: 'placed', copy: 'b', host: 'B' });
        say({ says: 'placed' });
      },
      tell: nothing,
    },
    onReport: ({ did }) => {
      if (did === 'armed') say({ says: 'armed' });
    },
  };
  return new CopyOnHost(copy, hypervisor, {
    ...{ packetGroupMax: settings.packetGroupMax, speed: null, onBroken: broken },
    onCommands: (commands) => {
      for (const command of commands) perform(command, ports);
      channel.flush();
      onPerformed(commands);
    },
  });
};

const bootedAs = (copy: string): Hypervisor =>
  Hypervisor.boot({ copy, host: name, settings, image, nowMs: monotonicMs() });

await channel.open();
await heartbeats.open();
const alone = copyOf(bootedAs('alone'), true);
let protectedOne: CopyOnHost | null = null;

const begin = (): void => {
  if (name === 'A') protectedOne = copyOf(bootedAs('a'), false);
  else {
    const options = { copy: 'b', host: name, settings, image, nowMs: monotonicMs() };
    const destination = { ...options, sourceHost: 'A', purpose: 'clone' } as const;
    protectedOne = copyOf(Hypervisor.destination(destination), false);
  }
};

const isSettled = (copy: CopyOnHost): boolean => {
  const { acked, logged } = copy.status();
  return acked === logged;
};

/** A turn is over when all of its instructions are, and all that it logged is acked. */
const compute = (copy: CopyOnHost, turnCount: number): void => {
  const began = process.cpuUsage();
  let left = turnCount;
  let isComputing = true;
  copy.put({ type: 'timer' });
  onPerformed = (commands) => {
    if (isComputing) {
      const { position } = copy.status();
      const hasRun = commands.some((it) => it.type === 'report' && it.report.did === 'ran');
      if (!hasRun || position !== endOfTurn(position, instructionsPerTurn)) return;
      left -= 1;
      isComputing = left > 0;
      if (isComputing) copy.put({ type: 'timer' });
    }
    if (isComputing || !isSettled(copy)) return;
    onPerformed = nothing;
    const { user, system } = process.cpuUsage(began);
    say({ says: 'ran', cpuMs: (user + system) / 1000, interruptCount: turnCount });
  };
};

const idle = (copy: CopyOnHost, everyMs: number, forMs: number): void => {
  const { logged: before } = copy.status();
  const began = process.cpuUsage();
  const timer = setInterval(() => copy.put({ type: 'timer' }), everyMs);
  setTimeout(() => {
    clearInterval(timer);
    const { user, system } = process.cpuUsage(began);
    const interruptCount = copy.status().logged - before;
    say({ says: 'ran', cpuMs: (user + system) / 1000, interruptCount });
  }, forMs);
};

process.on('disconnect', () => process.exit());
process.on('message', (told: HalfTold) => {
  if (told.tell === 'begin') begin();
  else if (protectedOne === null) throw new Error('it has not begun');
  else if (told.tell === 'compute') compute(told.isAlone ? alone : protectedOne, told.turnCount);
  else idle(protectedOne, told.everyMs, told.forMs);
});
say({ says: 'ready' });
