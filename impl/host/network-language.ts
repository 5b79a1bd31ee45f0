import * as t from 'io-ts';
import { Bytes, type Codec } from './codecs.ts';
import type { Language } from './dialogue.ts';

/** What a host puts on the client network, and on the console. */
export type NetworkAsks =
  | { readonly type: 'transmit'; readonly bytes: Uint8Array }
  | { readonly type: 'announce' } // the VM's MAC address is here (R23-13)
  | { readonly type: 'print'; readonly bytes: Uint8Array };

/** What the network brings to the host where the VM's address is. */
export type NetworkAnswers =
  | { readonly type: 'packet'; readonly bytes: Uint8Array }
  | { readonly type: 'key'; readonly bytes: Uint8Array };

const Asks: Codec<NetworkAsks> = t.union([
  t.type({ type: t.literal('transmit'), bytes: Bytes }),
  t.type({ type: t.literal('announce') }),
  t.type({ type: t.literal('print'), bytes: Bytes }),
]);

const Answers: Codec<NetworkAnswers> = t.union([
  t.type({ type: t.literal('packet'), bytes: Bytes }),
  t.type({ type: t.literal('key'), bytes: Bytes }),
]);

/** How hosts and the gateway talk. */
export const networkLanguage: Language<NetworkAsks, NetworkAnswers> = {
  purpose: 'gateway',
  asks: Asks,
  answers: Answers,
};
