import { randomUUID } from 'node:crypto';
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import type { Image } from '../guest/guest.ts';
import type { Command } from '../hypervisor/command.ts';
import { Hypervisor } from '../hypervisor/hypervisor.ts';
import type { Input } from '../hypervisor/input.ts';
import { tooSmallFor } from '../hypervisor/largest-group.ts';
import type { HaltReason, Report } from '../hypervisor/report.ts';
import { encode } from '../hypervisor/wire.ts';
import { LogChannel } from './channel.ts';
import { monotonicMs } from './clock.ts';
import { BadConfig, type HostConfig, partyOf } from './config.ts';
import { CopyOnHost } from './copy-on-host.ts';
import { Heartbeats } from './heartbeats.ts';
import { ReportFile } from './journal.ts';
import { ClientNetwork } from './network.ts';
import { type Ports, perform } from './perform.ts';
import type { OnEvent } from './running.ts';
import { ServiceClient } from './service-client.ts';
import type { ServiceAnswers, ServiceAsks } from './service-language.ts';
import { guestNamed } from './software.ts';
import { StorageClient } from './storage-client.ts';

/** What others learn of a host, and when. */
export type HostEvents = {
  readonly onEvent: OnEvent;
  readonly onBroken: (error: unknown) => void;
  readonly onHalt: (because: HaltReason) => void;
};

/** What a person or a tool wants to know while it runs; the rest is in the file of reports. */
const notable: ReadonlySet<Report['did']> = new Set([
  'stalled',
  'connected',
  'disconnected',
  'diverged',
  'suspected',
  'asked',
  'learned',
  'wentLive',
  'askedForBackup',
  'cloning',
  'cut',
  'armed',
  'abandoned',
  'limited',
  'ordered',
  'stopped',
  'moving',
  'switchedOver',
  'tookUp',
  'cancelled',
  'halted',
]);

const servingModes: ReadonlySet<string> = new Set(['live', 'recording', 'withholding']);

/** A host: the sockets, the clock and the CPU of at most one copy at a time. */
export class Host {
  readonly #config: HostConfig;
  readonly #events: HostEvents;
  readonly #image: Image;
  readonly #channel: LogChannel;
  readonly #heartbeats: Heartbeats;
  readonly #network: ClientNetwork;
  readonly #storage: StorageClient;
  readonly #service: ServiceClient;
  readonly #reports: ReportFile | null;
  readonly #timer: NodeJS.Timeout;
  #copy: CopyOnHost | null = null;

  constructor(config: HostConfig, events: HostEvents) {
    this.#config = config;
    this.#events = events;
    const image = guestNamed([config.guest]);
    if (typeof image === 'string') throw new BadConfig(`In the configuration, ${image}.`);
    const because = tooSmallFor(image, config.settings);
    if (because !== null) throw new BadConfig(`In the configuration, ${because}.`);
    this.#image = image;
    const party = partyOf(config);
    const { listen: at, storage, gateway, service, settings } = config;
    const peers = new Map(Object.entries(config.hosts));
    const put = (input: Input): void => this.#put(input);
    const onStranger = (from: string, because: string): void =>
      events.onEvent('stranger', { from, because });
    this.#channel = new LogChannel({ party, at, peers, onInput: put, onStranger });
    this.#heartbeats = new Heartbeats({
      party,
      at,
      peers,
      everyMs: settings.heartbeatEveryMs,
      nowMs: monotonicMs,
      onHeartbeat: ({ copy, generation }) => put({ type: 'heartbeat', copy, generation }),
    });
    this.#network = new ClientNetwork({ party, peer: gateway.name, at: gateway, onInput: put });
    const patienceMs = settings.timeoutMs;
    this.#storage = new StorageClient({
      party,
      peer: storage.name,
      at: storage,
      patienceMs,
      onInput: put,
      onReach: () => this.#service.register(),
    });
    this.#service = new ServiceClient({
      party,
      peer: service.name,
      at: service,
      everyMs: settings.heartbeatEveryMs,
      standing: () => this.#standing(),
      onAnswer: (answer) => this.#obey(answer),
    });
    this.#reports = config.reports === null ? null : new ReportFile(config.reports);
    this.#timer = setInterval(() => put({ type: 'timer' }), config.timerEveryMs);
  }

  /** Lets peers in, and boots the VM if it is to begin here. */
  async open(): Promise<void> {
    await this.#channel.open();
    await this.#heartbeats.open();
    if (!this.#config.boots) return;
    const copy = `boot-${randomUUID().slice(0, 8)}`;
    if ((await this.#storage.claim(copy)) === 'won') this.#begin(copy, null);
    else
      this.#events.onEvent('notBooted', { because: 'its storage is that of one that has booted' });
  }

  /** What is on this host. */
  status(): object {
    return { host: this.#config.name, pid: process.pid, copy: this.#copy?.status() ?? null };
  }

  get isServing(): boolean {
    return this.#copy !== null && servingModes.has(this.#copy.status().mode);
  }

  /** An administrator's orders go to the primary (R33-1). */
  powerOff(): void {
    this.#copy?.put({ type: 'order', order: { operation: 'powerOff' } });
  }

  /** Asks for the copy that is here to be moved to a host, or to where it is best. */
  migrate(host: string | null): void {
    if (this.#copy !== null) this.#service.migrate(this.#copy.name, host);
  }

  /** Ends everything at once; to others it looks like a crash. */
  stop(): void {
    clearInterval(this.#timer);
    this.#copy?.end();
    this.#copy = null;
    this.#channel.shut();
    this.#heartbeats.shut();
    this.#network.shut();
    this.#storage.shut();
    this.#service.shut();
    this.#reports?.close();
  }

  /** Whoever calls a host without a copy is told: what he calls for is gone, not silent (Q34). */
  #put(input: Input): void {
    if (this.#copy !== null) this.#copy.put(input);
    else if (input.type === 'accepted') {
      this.#channel.send(input.connection, encode({ type: 'cancel' }));
      this.#channel.close(input.connection);
    }
  }

  #begin(name: string, order: Extract<ServiceAnswers, { readonly type: 'make' }> | null): void {
    const { name: host, settings } = this.#config;
    const options = { copy: name, host, settings, image: this.#image, nowMs: monotonicMs() };
    const hypervisor =
      order === null ? Hypervisor.boot(options) : Hypervisor.destination({ ...options, ...order });
    const ports: Ports = {
      channel: this.#channel,
      heartbeats: this.#heartbeats,
      network: this.#network,
      storage: this.#storage,
      service: this.#service,
      onHalt: (because) => this.#end(because),
      onReport: (report) => this.#tell(name, report),
    };
    this.#copy = new CopyOnHost(name, hypervisor, {
      packetGroupMax: settings.packetGroupMax,
      speed: this.#config.speed,
      onBroken: this.#events.onBroken,
      onCommands: (commands) => this.#perform(name, commands, ports),
    });
    this.#events.onEvent('began', { copy: name, ...(order ?? { purpose: 'boot' }) });
    this.#service.register();
  }

  /** What was done is on file before anything leaves that others could have seen. */
  #perform(copy: string, commands: readonly Command[], ports: Ports): void {
    const { name } = this.#config;
    for (const command of commands) {
      if (command.type === 'report') this.#reports?.add(name, copy, command.report);
    }
    this.#reports?.write();
    for (const command of commands) perform(command, ports);
    this.#channel.flush();
  }

  #end(because: HaltReason): void {
    this.#copy?.end();
    this.#copy = null;
    this.#channel.reset();
    this.#heartbeats.forget();
    this.#storage.forget();
    this.#service.register();
    this.#events.onHalt(because);
  }

  #tell(copy: string, report: Report): void {
    if (!notable.has(report.did)) return;
    const { did, ...facts } = report;
    this.#events.onEvent(did, { copy, ...facts });
  }

  #standing(): Extract<ServiceAsks, { readonly type: 'heartbeat' }> {
    const cpu = 1 - Math.min(1, (loadavg()[0] ?? 0) / availableParallelism());
    const freePercent = Math.round(100 * Math.min(cpu, freemem() / totalmem()));
    const copies = this.#copy === null ? [] : [this.#copy.name];
    return { type: 'heartbeat', freePercent, reachesStorage: this.#storage.isUp, copies };
  }

  #obey(answer: ServiceAnswers): void {
    if (answer.type === 'make') {
      const isFree = this.#copy === null;
      if (isFree) this.#begin(answer.copy, answer);
      this.#service.answer(answer.copy, isFree);
      return;
    }
    if (answer.source !== this.#copy?.name) return; // of a copy that is over
    if (answer.type === 'notPlaced') this.#copy.put({ type: 'notPlaced' });
    else {
      const { copy, host } = answer;
      this.#copy.put({ type: answer.type === 'placed' ? 'placed' : 'migrate', copy, host });
    }
  }
}
