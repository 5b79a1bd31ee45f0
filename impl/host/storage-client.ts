import type { Io } from '../guest/guest.ts';
import type { Input } from '../hypervisor/input.ts';
import { Client } from './dialogue.ts';
import type { Address, Party } from './secure.ts';
import type { Tag } from './shared-storage.ts';
import { type StorageAnswers, type StorageAsks, storageLanguage } from './storage-language.ts';

/** What the shared storage tells a hypervisor. */
export type StorageInput = Extract<Input, { readonly type: 'decided' | 'ioDone' | 'ioRefused' }>;

/** The shared storage as a host reaches it. */
export type StoragePort = {
  readonly submit: (io: Io, tag: Tag) => void;
  readonly testAndSet: (generation: number, copy: string) => void;
  /** The copy is over: nothing of it is submitted again, and no answer is for anybody. */
  readonly forget: () => void;
};

/** What the client has to know. */
export type StorageAccess = {
  readonly party: Party;
  readonly peer: string;
  readonly at: Address;
  readonly patienceMs: number; // with the arbiter; then it counts as unreachable
  readonly onInput: (input: StorageInput) => void;
  readonly onReach: () => void; // it is there, or gone
};

type Asked = {
  readonly generation: number;
  readonly copy: string;
  readonly timeout: NodeJS.Timeout;
  isSent: boolean;
};

type Submitted = Extract<StorageAsks, { readonly type: 'submit' }>;

const nameOf = ({ copy, generation, io }: Pick<Submitted, 'copy' | 'generation' | 'io'>): string =>
  `${generation} ${io} ${copy}`;

/**
 * The storage, over a connection that may break. A disk operation is asked again until there is an
 * answer: that is idempotent, for those that are outstanding do not race (R34-8), and a server
 * looks at nothing that came on an older connection. A test-and-set is asked once, as
 * soon as there is a connection; without an answer nobody knows how it ended, and that is what the
 * copy is told (R23-21).
 */
export class StorageClient implements StoragePort {
  readonly #access: StorageAccess;
  readonly #client: Client<StorageAsks, StorageAnswers>;
  readonly #outstanding: Map<string, Submitted> = new Map();
  readonly #asked: Map<string, Asked> = new Map();
  readonly #claims: Map<string, (outcome: 'won' | 'lost') => void> = new Map();

  constructor(access: StorageAccess) {
    this.#access = access;
    const { party, peer, at, onReach } = access;
    this.#client = new Client(storageLanguage, {
      party,
      peer,
      at,
      onUp: () => {
        this.#askAgain();
        onReach();
      },
      onMessage: (answer) => this.#hear(answer),
      onDown: onReach,
      onMiss: () => this.#giveUp(),
    });
  }

  submit(io: Io, { copy, generation }: Tag): void {
    const { number, kind, blocks, data } = io;
    const asked: Submitted = { type: 'submit', copy, generation, io: number, kind, blocks, data };
    this.#outstanding.set(nameOf(asked), asked);
    this.#client.send(asked);
  }

  testAndSet(generation: number, copy: string): void {
    const key = `${generation} ${copy}`;
    clearTimeout(this.#asked.get(key)?.timeout);
    const timeout = setTimeout(() => this.#despair(key), this.#access.patienceMs);
    const isSent = this.#client.send({ type: 'testAndSet', copy, generation });
    this.#asked.set(key, { generation, copy, timeout, isSent });
  }

  forget(): void {
    this.#outstanding.clear();
    for (const { timeout } of this.#asked.values()) clearTimeout(timeout);
    this.#asked.clear();
  }

  get isUp(): boolean {
    return this.#client.isUp;
  }

  /** The VM boots with this copy, unless it has been booted before. */
  claim(copy: string): Promise<'won' | 'lost'> {
    return new Promise((resolve) => {
      this.#claims.set(copy, resolve);
      this.#client.send({ type: 'claim', copy });
    });
  }

  shut(): void {
    this.forget();
    this.#client.shut();
  }

  /** Nobody has answered: how it ended is not known (R23-21). */
  #despair(key: string): void {
    const asked = this.#asked.get(key);
    if (asked === undefined) return;
    clearTimeout(asked.timeout);
    this.#asked.delete(key);
    const { generation } = asked;
    this.#access.onInput({ type: 'decided', generation, outcome: 'unreachable' });
  }

  /** The storage was called for what has not been asked yet, and was not there. */
  #giveUp(): void {
    for (const [key, { isSent }] of this.#asked) if (!isSent) this.#despair(key);
  }

  #askAgain(): void {
    for (const asked of this.#asked.values()) {
      const { copy, generation, isSent } = asked;
      if (!isSent) asked.isSent = this.#client.send({ type: 'testAndSet', copy, generation });
    }
    for (const copy of this.#claims.keys()) this.#client.send({ type: 'claim', copy });
    for (const asked of this.#outstanding.values()) this.#client.send(asked);
  }

  #hear(answer: StorageAnswers): void {
    const { copy } = answer;
    if (answer.type === 'claimed') {
      this.#claims.get(copy)?.(answer.outcome);
      this.#claims.delete(copy);
      return;
    }
    const { generation } = answer;
    const { onInput } = this.#access;
    if (answer.type === 'decided') {
      const key = `${generation} ${copy}`;
      const asked = this.#asked.get(key);
      if (asked === undefined) return; // it was given up, and is asked anew
      clearTimeout(asked.timeout);
      this.#asked.delete(key);
      onInput({ type: 'decided', generation, outcome: answer.outcome });
      return;
    }
    if (!this.#outstanding.delete(nameOf(answer))) return; // answered before
    const { io } = answer;
    if (answer.type === 'refused') {
      onInput({ type: 'ioRefused', io, generation });
      return;
    }
    const { transferredCount, data } = answer;
    onInput({ type: 'ioDone', completion: { io, transferredCount, data }, generation });
  }
}
