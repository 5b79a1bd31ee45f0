import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { preciseMs, timeOfDayMs } from './clock.ts';
import type { Config } from './config.ts';
import type { Told } from './journal.ts';
import type { Ordered } from './life.ts';
import { type Plan, planFor, portCountOf, type Wanted } from './plan.ts';
import { freePorts } from './ports.ts';

const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const program = fileURLToPath(new URL(`./main${extension}`, import.meta.url));
const graceMs = 3000; // to end by itself

/** A child that has ended says so like this, whatever it was. */
const over = (by: string, code: number | null, signal: string | null): Told => ({
  at: new Date(timeOfDayMs()).toISOString(),
  atMs: preciseMs(),
  by,
  event: 'ended',
  facts: { code, signal },
});

/**
 * The processes of a small cluster on this machine. None outlives the one that started them: each
 * has a line to it, and ends when that is cut.
 */
export class Cluster {
  readonly plan: Plan;
  readonly #folder: string;
  readonly #onTold: (told: Told) => void;
  readonly #children: Map<string, ChildProcess> = new Map();
  #isOver = false;

  private constructor(plan: Plan, folder: string, onTold: (told: Told) => void) {
    this.plan = plan;
    this.#folder = folder;
    this.#onTold = onTold;
  }

  /** Starts all of them; they say by themselves when they listen. */
  static async start(wanted: Wanted, onTold: (told: Told) => void): Promise<Cluster> {
    mkdirSync(wanted.folder, { recursive: true, mode: 0o700 });
    const plan = planFor(wanted, await freePorts(portCountOf(wanted)));
    const cluster = new Cluster(plan, wanted.folder, onTold);
    for (const config of [plan.storage, plan.service, plan.gateway, ...plan.hosts]) {
      cluster.#start(config);
    }
    return cluster;
  }

  /** The process of that name, if it runs. */
  pid(name: string): number | null {
    return this.#children.get(name)?.pid ?? null;
  }

  /** Sends a signal to a process. */
  signal(name: string, signal: NodeJS.Signals): void {
    this.#children.get(name)?.kill(signal);
  }

  /** Tells a process what to do. */
  order(name: string, ordered: Ordered): void {
    const child = this.#children.get(name);
    if (child?.connected) child.send(ordered, () => undefined);
  }

  /** A host that has died comes back, empty: it never boots the VM anew. */
  repair(name: string): void {
    const config = this.plan.hosts.find((it) => it.name === name);
    if (config !== undefined && !this.#children.has(name)) this.#start({ ...config, boots: false });
  }

  /** Starts a process other than a host again. */
  restart(name: 'storage' | 'service' | 'gateway'): void {
    if (!this.#children.has(name)) this.#start(this.plan[name]);
  }

  /** Ends all processes, those that stand still too. */
  async stop(): Promise<void> {
    this.#isOver = true; // nothing is started any more
    const children = [...this.#children.values()];
    const ended = children.map((child) => once(child, 'exit'));
    for (const name of this.#children.keys()) this.order(name, { order: 'stop' });
    const kill = setTimeout(() => {
      for (const child of children) child.kill('SIGKILL');
    }, graceMs);
    await Promise.all(ended);
    clearTimeout(kill);
  }

  #start(config: Config): void {
    if (this.#isOver) return;
    const { name } = config;
    const file = join(this.#folder, `${name}.json`);
    writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
    const child = fork(program, [file], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#children.set(name, child);
    child.on('message', (told: Told) => this.#onTold(told));
    const end = (code: number | null, signal: string | null): void => {
      this.#children.delete(name);
      this.#onTold(over(name, code, signal));
    };
    // one that could not be started has no end of its own
    child.on('error', () => (child.pid === undefined ? end(null, null) : child.kill('SIGKILL')));
    child.on('exit', end);
  }
}
