import { randomUUID } from 'node:crypto';
import type { ServiceCommand, ServiceSettings } from '../cluster/protocol.ts';
import { ClusteringService } from '../cluster/service.ts';
import { monotonicMs } from './clock.ts';
import { Server } from './dialogue.ts';
import type { OnEvent, Running } from './running.ts';
import type { Address, Party } from './secure.ts';
import { type ServiceAnswers, type ServiceAsks, serviceLanguage } from './service-language.ts';

/** What the clustering service's process is made of. */
export type ServicePlace = {
  readonly party: Party;
  readonly at: Address;
  readonly settings: ServiceSettings;
  readonly onEvent: OnEvent;
};

/** The clustering service as a process: hosts register with it and ask, and it tells them. */
class ServiceProcess {
  readonly #service: ClusteringService;
  readonly #server: Server<ServiceAsks, ServiceAnswers>;
  readonly #hostOf: Map<string, string> = new Map(); // by the copy
  readonly #eligible: Set<string> = new Set();
  readonly #onEvent: OnEvent;
  #alarm: NodeJS.Timeout | null = null;

  constructor({ party, at, settings, onEvent }: ServicePlace) {
    const run = randomUUID().slice(0, 8); // the names of an earlier service are not given again
    this.#service = new ClusteringService(settings, (count) => `copy-${count}-${run}`);
    this.#onEvent = onEvent;
    this.#server = new Server(serviceLanguage, {
      party,
      at,
      onCome: (host) => onEvent('came', { host }),
      onGo: (host) => {
        this.#eligible.delete(host);
        onEvent('went', { host });
      },
      onMessage: (host, asked) => this.#hear(host, asked),
      onStranger: (from, because) => onEvent('stranger', { from, because }),
    });
  }

  open(): Promise<number> {
    return this.#server.open();
  }

  stop(): void {
    if (this.#alarm !== null) clearTimeout(this.#alarm);
    this.#server.shut();
  }

  #hear(host: string, asked: ServiceAsks): void {
    if (asked.type === 'heartbeat') {
      for (const copy of asked.copies) this.#hostOf.set(copy, host);
      this.#note(host, asked.reachesStorage);
    } else if (asked.type === 'askForBackup') this.#hostOf.set(asked.copy, host);
    const input = asked.type === 'migrate' ? asked : { ...asked, host };
    this.#perform(this.#service.handle(input, monotonicMs()));
  }

  /** Any host that reaches the shared storage qualifies (R31-6). */
  #note(host: string, isEligible: boolean): void {
    if (isEligible === this.#eligible.has(host)) return;
    if (isEligible) this.#eligible.add(host);
    else this.#eligible.delete(host);
    this.#onEvent(isEligible ? 'eligible' : 'notEligible', { host });
  }

  #perform(commands: readonly ServiceCommand[]): void {
    for (const command of commands) this.#say(command);
    if (this.#alarm !== null) clearTimeout(this.#alarm);
    const deadlineMs = this.#service.nextDeadlineMs();
    if (deadlineMs === null) return;
    const wake = (): void => this.#perform(this.#service.handle({ type: 'wake' }, monotonicMs()));
    this.#alarm = setTimeout(wake, Math.max(1, deadlineMs - monotonicMs()));
  }

  #say(command: ServiceCommand): void {
    this.#onEvent(command.type, command);
    if (command.type === 'refuseMove') return; // the log says why
    if (command.type === 'make') {
      const { host, ...order } = command;
      this.#server.send(host, order);
      return;
    }
    const host = this.#hostOf.get(command.source);
    if (host !== undefined) this.#server.send(host, command);
  }
}

/** Serves hosts as the clustering service (R31-6). */
export const serveCluster = async (place: ServicePlace): Promise<Running> => {
  const service = new ServiceProcess(place);
  const port = await service.open();
  return { port, stop: () => service.stop() };
};
