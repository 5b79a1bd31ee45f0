import { Client } from './dialogue.ts';
import type { Address, Party } from './secure.ts';
import { type ServiceAnswers, type ServiceAsks, serviceLanguage } from './service-language.ts';

/** The clustering service as a copy reaches it; what is said while it is away is lost. */
export type ServicePort = {
  readonly askForBackup: (copy: string) => void;
  readonly tell: (copy: string, what: 'live' | 'halted') => void;
};

/** What a host's end has to know. */
export type ServiceAccess = {
  readonly party: Party;
  readonly peer: string;
  readonly at: Address;
  readonly everyMs: number; // it says what it has
  readonly standing: () => Extract<ServiceAsks, { readonly type: 'heartbeat' }>;
  readonly onAnswer: (answer: ServiceAnswers) => void;
};

/** A host's end of the conversation with the clustering service. */
export class ServiceClient implements ServicePort {
  readonly #access: ServiceAccess;
  readonly #client: Client<ServiceAsks, ServiceAnswers>;
  readonly #rhythm: NodeJS.Timeout;

  constructor(access: ServiceAccess) {
    this.#access = access;
    const { party, peer, at, onAnswer, everyMs } = access;
    this.#client = new Client(serviceLanguage, {
      party,
      peer,
      at,
      onUp: () => this.register(),
      onDown: () => undefined,
      onMiss: () => undefined,
      onMessage: onAnswer,
    });
    this.#rhythm = setInterval(() => this.register(), everyMs);
  }

  get isUp(): boolean {
    return this.#client.isUp;
  }

  /** Says what is on this host. */
  register(): void {
    this.#client.send(this.#access.standing());
  }

  askForBackup(copy: string): void {
    this.#client.send({ type: 'askForBackup', copy });
  }

  tell(copy: string, what: 'live' | 'halted'): void {
    this.#client.send({ type: 'told', copy, what });
  }

  /** The destination that was asked for is there, or will not be. */
  answer(copy: string, isMade: boolean): void {
    this.register(); // so that it is known to be here before anything follows from it
    this.#client.send({ type: isMade ? 'made' : 'notMade', copy });
  }

  migrate(copy: string, host: string | null): void {
    this.#client.send({ type: 'migrate', copy, host });
  }

  shut(): void {
    clearInterval(this.#rhythm);
    this.#client.shut();
  }
}
