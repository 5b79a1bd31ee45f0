import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from '../impl/host/cluster.ts';
import type { Told } from '../impl/host/journal.ts';
import { guestNamed } from '../impl/host/software.ts';
import { defaultSettings, type Settings } from '../impl/hypervisor/settings.ts';
import { observe, type Ran } from './observe.ts';
import { exitCodes, type RunOptions } from './options.ts';
import { type RunStory, runStory } from './run-story.ts';
import { complain, interruptible, type Terminal } from './terminal.ts';

const hosts = ['A', 'B', 'C'];
const others = ['storage', 'service', 'gateway'] as const;
const repairMs = 1000; // until a host that has died is back, empty
const powerOffMs = 10_000; // then it is ended whatever it does
const crashed = 70;
const timerEveryMs = 20;
const foldSpeed = 1000; // instructions per second: it never waits

/** Where a run leaves what others need to look at it, below the current folder. */
export const runFile: string = join('.lockstep', 'run.json');

/** The paper's durations in proportion to another timeout. */
const settingsFor = (timeoutMs: number): Settings => {
  const scaled = (ms: number): number => Math.max(1, Math.floor((ms * timeoutMs) / 3000));
  return {
    ...defaultSettings,
    timeoutMs,
    stallTimeoutMs: scaled(defaultSettings.stallTimeoutMs),
    heartbeatEveryMs: scaled(defaultSettings.heartbeatEveryMs),
    keepaliveEveryMs: scaled(defaultSettings.keepaliveEveryMs),
    retryEveryMs: scaled(defaultSettings.retryEveryMs),
    announceEveryMs: scaled(defaultSettings.announceEveryMs),
  };
};

const introduce = (cluster: Cluster, { print, colours }: Terminal): void => {
  const { gateway, hosts: planned } = cluster.plan;
  const at = ({ address, port }: { address: string; port: number }): string => `${address} ${port}`;
  const pids = hosts.map((host) => `${host} ${cluster.pid(host) ?? '-'}`).join(', ');
  print();
  print(`  the guest   ${colours.bold(`nc -u ${at(gateway.guest)}`)}`);
  print(`  its console ${colours.bold(`nc ${at(gateway.console)}`)}`);
  for (const { name, status } of planned) {
    if (status !== null)
      print(`  status of ${name} http://${status.address}:${status.port}/status`);
  }
  print(`  processes   ${pids}`);
  print();
};

const firstWords = 'Try it: kill -9 the primary, and ask the guest again. Ctrl-C powers it off.';

/** What has to be done about what has happened. */
const see = (
  cluster: Cluster,
  { by, event }: Told,
  signal: AbortSignal,
  tell: (text: string) => void,
): void => {
  if (event !== 'ended' || signal.aborted) return;
  const other = others.find((it) => it === by);
  if (other !== undefined) cluster.restart(other);
  else {
    delay(repairMs, undefined, { signal }).then(
      () => {
        cluster.repair(by);
        tell(`${by} is back, empty: process ${cluster.pid(by)}`);
      },
      () => undefined, // nobody wants it any more
    );
  }
};

const noteDown = (cluster: Cluster): void => {
  const status = Object.fromEntries(cluster.plan.hosts.map(({ name, status: at }) => [name, at]));
  mkdirSync('.lockstep', { recursive: true });
  writeFileSync(runFile, `${JSON.stringify({ pid: process.pid, status }, null, 2)}\n`);
};

type Watched = {
  readonly story: RunStory;
  readonly ended: Promise<number>;
  readonly onTold: (told: Told) => void;
};

/** Tells what happens, until the VM is off or a process has found a bug in itself. */
const watched = (
  terminal: Terminal,
  options: RunOptions,
  onTold: (told: Told) => void,
): Watched => {
  const story = runStory();
  const { colours, print } = terminal;
  let isIntroduced = false;
  let end: (code: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  return {
    story,
    ended,
    onTold: (told) => {
      const sentence = story.tell(told);
      if (options.json) print(JSON.stringify(told));
      else if (sentence !== null) print(`${colours.dim(told.at.slice(11, 23))} ${sentence}`);
      if (!isIntroduced && story.isProtected()) {
        isIntroduced = true;
        if (!options.json) print(colours.dim(firstWords));
      }
      if (told.event === 'off') end(exitCodes.holds);
      if (told.event === 'broken') end(crashed);
      if (told.event === 'notBooted') end(exitCodes.badInput);
      onTold(told);
    },
  };
};

const powerOff = async (cluster: Cluster, ended: Promise<number>): Promise<void> => {
  for (const host of hosts) cluster.order(host, { order: 'powerOff' });
  await Promise.race([ended, delay(powerOffMs, undefined, { ref: false })]);
};

const guestOf = (words: readonly string[], { linux }: RunOptions): string => {
  if (linux === true) return ['linux', ...words].join(' ');
  return words.length === 0 ? 'riscv key-value' : words.join(' ');
};

/** What every process tells, until nothing of it is about the run any more. */
type Kept = { readonly told: Told[]; isOver: boolean };

const keep = (kept: Kept, told: Told): void => {
  if (!kept.isOver) kept.told.push(told);
};

/** The run is over: what it was goes where `--observe` says, with the command that judges it. */
const leaveObservation = (
  ran: Ran,
  { observe: to, json }: RunOptions,
  terminal: Terminal,
): void => {
  if (to === undefined) return;
  const files = observe(ran, resolve(to));
  const judge = `npx lockstep validate ${join(to, '*.ndjson')}`;
  const sentence = files.length === 0 ? 'The VM has not booted: nothing was observed.' : judge;
  if (json === true) complain(terminal, sentence);
  else terminal.print(sentence);
};

/** Starts a small cluster on this machine, with a guest that is protected in it. */
export const run = async (
  words: readonly string[],
  options: RunOptions,
  terminal: Terminal,
): Promise<number> => {
  const guest = guestOf(words, options);
  const image = guestNamed([guest]);
  if (typeof image === 'string') {
    complain(terminal, `${image}.`);
    return exitCodes.badInput;
  }
  const folder =
    options.folder === undefined
      ? mkdtempSync(join(tmpdir(), 'lockstep-'))
      : resolve(options.folder);
  const isOver = new AbortController();
  return interruptible(async (signal) => {
    let cluster: Cluster | null = null;
    const kept: Kept = { told: [], isOver: false };
    const tell = (text: string): void => void (options.json || terminal.print(text));
    const { ended, onTold } = watched(terminal, options, (told) => {
      keep(kept, told);
      if (cluster !== null) see(cluster, told, isOver.signal, tell);
    });
    const settings = settingsFor(options.timeout);
    const speed = options.speed ?? (guest.startsWith('fold') ? foldSpeed : null);
    const hasReports = options.reports === true || options.observe !== undefined;
    cluster = await Cluster.start(
      { folder, guest, hosts, settings, timerEveryMs, speed, hasReports },
      onTold,
    );
    try {
      noteDown(cluster);
      if (!options.json) introduce(cluster, terminal);
      const interrupted = new Promise<null>((done) =>
        signal.addEventListener('abort', () => done(null)),
      );
      const code = await Promise.race([ended, interrupted]);
      if (code === null) await powerOff(cluster, ended);
      return code ?? exitCodes.holds;
    } finally {
      isOver.abort();
      kept.isOver = true;
      await cluster.stop();
      leaveObservation({ folder, guest, hosts, settings, told: kept.told }, options, terminal);
      rmSync(runFile, { force: true });
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    }
  });
};
