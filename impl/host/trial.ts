import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../hypervisor/report.ts';
import { defaultSettings, type Settings } from '../hypervisor/settings.ts';
import type { Status } from '../hypervisor/status.ts';
import { Cluster } from './cluster.ts';
import type { Told } from './journal.ts';

const patienceMs = 30_000; // with what has to come
const againMs = 100; // a client asks again, as over any network

const settings: Settings = {
  ...defaultSettings,
  timeoutMs: 1000,
  stallTimeoutMs: 2000,
  heartbeatEveryMs: 100,
  keepaliveEveryMs: 100,
  retryEveryMs: 100,
  announceEveryMs: 100,
};

/** A line of the report of a host. */
export type Line = {
  readonly by: 'copy';
  readonly copy: string;
  readonly host: string;
  readonly atMs: number;
  readonly report: Report;
};

const hostOf = ({ host }: Told['facts']): unknown => host;

/** What a client saw that added one to a number again and again. */
export type Load = { readonly stop: () => Promise<readonly number[]> };

/** Real processes on this machine under a test, which waits for what they say and nothing else. */
export class Trial {
  readonly cluster: Cluster;
  readonly told: readonly Told[];
  readonly folder: string;
  readonly #client: Socket = createSocket('udp4');
  readonly #asked: Map<string, (reply: string) => void> = new Map();
  readonly #waiting: Set<() => void>;
  readonly #rhythms: Set<NodeJS.Timeout> = new Set();
  readonly #slowed: Set<string> = new Set();
  #count = 0;

  private constructor(cluster: Cluster, told: Told[], waiting: Set<() => void>, folder: string) {
    this.cluster = cluster;
    this.told = told;
    this.folder = folder;
    this.#waiting = waiting;
    this.#client.on('message', (bytes) => {
      const [, id = '', reply = ''] = /^(#\S*) (.*)\n$/s.exec(bytes.toString()) ?? [];
      this.#asked.get(id)?.(reply);
      this.#asked.delete(id);
    });
  }

  /** A guest that is protected. */
  static async start(
    changes: Partial<Settings> = {},
    guest = 'key-value',
    speed: number | null = null,
  ): Promise<Trial> {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-trial-'));
    const told: Told[] = [];
    const waiting = new Set<() => void>();
    const wanted = {
      folder,
      guest,
      hosts: ['A', 'B', 'C'],
      timerEveryMs: 20,
      speed,
    };
    const all = { ...wanted, settings: { ...settings, ...changes }, hasReports: true };
    const cluster = await Cluster.start(all, (one) => {
      told.push(one);
      for (const look of waiting) look();
    });
    const trial = new Trial(cluster, told, waiting, folder);
    for (const host of wanted.hosts) {
      const isKnown = ({ by, event, facts }: Told): boolean =>
        by === 'service' && event === 'eligible' && hostOf(facts) === host;
      await trial.until(`${host} is known to the service`, isKnown);
    }
    await trial.untilProtected();
    return trial;
  }

  /** The host that serves, as far as it has been told. */
  get primary(): string {
    return this.told.findLast(({ event }) => event === 'wentLive' || event === 'tookUp')?.by ?? 'A';
  }

  /** The host whose copy was armed last. */
  get backup(): string {
    return this.told.findLast(({ event }) => event === 'armed')?.by ?? '';
  }

  /** Waits for an event; those before `since` do not count. */
  until(what: string, isIt: (told: Told) => boolean, since = 0): Promise<Told> {
    return new Promise((resolve, reject) => {
      let from = since;
      const late = setTimeout(() => {
        this.#waiting.delete(look);
        const last = this.told.slice(-12).map((told) => JSON.stringify(told));
        reject(new Error(`it never came: ${what}; the last was\n${last.join('\n')}`));
      }, patienceMs);
      const look = (): void => {
        for (const one of this.told.slice(from)) {
          from++;
          if (!isIt(one)) continue;
          clearTimeout(late);
          this.#waiting.delete(look);
          resolve(one);
          return;
        }
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Waits until the copy that went live last has a backup, and both know it. */
  async untilProtected(): Promise<void> {
    const since = this.told.findLastIndex(({ event }) => event === 'wentLive') + 1;
    await this.until('a backup is armed', ({ event }) => event === 'armed', since);
    const { primary } = this;
    const isJoined = ({ by, event }: Told): boolean => by === primary && event === 'connected';
    await this.until('its primary hears it', isJoined, since);
  }

  /** Asks the guest, again and again until it answers. */
  ask(request: string): Promise<string> {
    const { address, port } = this.cluster.plan.gateway.guest;
    const id = `#${++this.#count}`;
    return new Promise((resolve, reject) => {
      const send = (): void => this.#client.send(`${id} ${request}`, port, address);
      const again = setInterval(send, againMs);
      this.#rhythms.add(again);
      const late = setTimeout(() => {
        clearInterval(again);
        reject(new Error(`no answer to ${request}`));
      }, patienceMs);
      this.#asked.set(id, (reply) => {
        clearInterval(again);
        clearTimeout(late);
        resolve(reply);
      });
      send();
    });
  }

  /** A client that adds one to a number, and again as soon as it has an answer. */
  load(): Load {
    const seen: number[] = [];
    let isOver = false;
    const work = async (): Promise<void> => {
      while (!isOver) seen.push(Number(await this.ask('add load 1')));
    };
    const done = work();
    return {
      stop: async () => {
        isOver = true;
        await done;
        return seen;
      },
    };
  }

  /** Somebody without a key sends bytes to a port, and waits until he is put out. */
  intrude(port: number): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
      socket.write('let me in\n'.repeat(1000));
    });
  }

  /** What a host says of its copy. */
  async status(host: string): Promise<Status> {
    const at = this.cluster.plan.hosts.find(({ name }) => name === host)?.status;
    const reply = await fetch(`http://${at?.address}:${at?.port}/status`);
    const { copy }: { readonly copy: Status } = JSON.parse(await reply.text());
    return copy;
  }

  /** From now on the host has its CPU for one in five turns of 50 ms; what is given ends that. */
  slow(host: string): () => void {
    let turn = 0;
    const rhythm = setInterval(() => {
      turn += 1;
      this.cluster.signal(host, turn % 5 === 0 ? 'SIGCONT' : 'SIGSTOP');
    }, 50);
    this.#rhythms.add(rhythm);
    this.#slowed.add(host);
    return () => {
      clearInterval(rhythm);
      this.#slowed.delete(host);
      this.cluster.signal(host, 'SIGCONT');
    };
  }

  /** What the hosts have written down about what they did, host by host. */
  reports(host: string): readonly Line[] {
    const text = readFileSync(join(this.folder, `${host}.reports.ndjson`), 'utf8');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }

  async end(): Promise<void> {
    for (const rhythm of this.#rhythms) clearInterval(rhythm);
    for (const host of this.#slowed) this.cluster.signal(host, 'SIGCONT');
    this.#client.close();
    await this.cluster.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
