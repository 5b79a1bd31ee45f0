import type { Input } from '../hypervisor/input.ts';
import { Client } from './dialogue.ts';
import { type NetworkAnswers, type NetworkAsks, networkLanguage } from './network-language.ts';
import type { Address, Party } from './secure.ts';

/** What a guest's devices have to say to the outside, and in what order. */
export type NetworkPort = {
  readonly transmit: (bytes: Uint8Array) => void;
  readonly print: (bytes: Uint8Array) => void;
  readonly announce: () => void;
};

/** What comes from there. */
export type NetworkInput = Extract<Input, { readonly type: 'packets' | 'operated' }>;

/** What a host's end of the client network has to know. */
export type NetworkAccess = {
  readonly party: Party;
  readonly peer: string;
  readonly at: Address;
  readonly onInput: (input: NetworkInput) => void;
};

const crowdedBytes = 4 << 20; // on the way to the gateway; what comes then is lost, like any packet

/** A host's end of the client network and of the console, at a gateway. */
export class ClientNetwork implements NetworkPort {
  readonly #client: Client<NetworkAsks, NetworkAnswers>;

  constructor({ party, peer, at, onInput }: NetworkAccess) {
    this.#client = new Client(networkLanguage, {
      party,
      peer,
      at,
      onUp: () => undefined,
      onDown: () => undefined,
      onMiss: () => undefined,
      onMessage: ({ type, bytes }) =>
        onInput(
          type === 'packet'
            ? { type: 'packets', packets: [bytes] }
            : { type: 'operated', input: { kind: 'KEY', bytes } },
        ),
    });
  }

  transmit(bytes: Uint8Array): void {
    this.#put({ type: 'transmit', bytes });
  }

  print(bytes: Uint8Array): void {
    this.#put({ type: 'print', bytes });
  }

  announce(): void {
    this.#client.send({ type: 'announce' });
  }

  #put(message: NetworkAsks): void {
    if (this.#client.waitingBytes <= crowdedBytes) this.#client.send(message);
  }

  shut(): void {
    this.#client.shut();
  }
}
