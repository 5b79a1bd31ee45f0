import * as t from 'io-ts';
import type { Range } from '../guest/guest.ts';
import { Bytes, type Codec, Count, Label } from './codecs.ts';
import type { Language } from './dialogue.ts';

/** What a host asks of the storage. */
export type StorageAsks =
  | { readonly type: 'claim'; readonly copy: string } // of a VM that boots
  | { readonly type: 'testAndSet'; readonly copy: string; readonly generation: number }
  | {
      readonly type: 'submit';
      readonly copy: string;
      readonly generation: number;
      readonly io: number;
      readonly kind: 'read' | 'write';
      readonly blocks: readonly Range[];
      readonly data: Uint8Array;
    };

/** What the storage answers. */
export type StorageAnswers =
  | { readonly type: 'claimed'; readonly copy: string; readonly outcome: 'won' | 'lost' }
  | {
      readonly type: 'decided';
      readonly copy: string;
      readonly generation: number; // that was to be left
      readonly outcome: 'won' | 'lost';
    }
  | {
      readonly type: 'done';
      readonly copy: string;
      readonly generation: number;
      readonly io: number;
      readonly transferredCount: number;
      readonly data: Uint8Array;
    }
  | {
      readonly type: 'refused';
      readonly copy: string;
      readonly generation: number;
      readonly io: number;
    };

const Blocks: Codec<readonly Range[]> = t.readonlyArray(t.type({ start: Count, end: Count }));

const Asks: Codec<StorageAsks> = t.union([
  t.type({ type: t.literal('claim'), copy: Label }),
  t.type({ type: t.literal('testAndSet'), copy: Label, generation: Count }),
  t.type({
    type: t.literal('submit'),
    copy: Label,
    generation: Count,
    io: Count,
    kind: t.union([t.literal('read'), t.literal('write')]),
    blocks: Blocks,
    data: Bytes,
  }),
]);

const Outcome: Codec<'won' | 'lost'> = t.union([t.literal('won'), t.literal('lost')]);

const Answers: Codec<StorageAnswers> = t.union([
  t.type({ type: t.literal('claimed'), copy: Label, outcome: Outcome }),
  t.type({ type: t.literal('decided'), copy: Label, generation: Count, outcome: Outcome }),
  t.type({
    type: t.literal('done'),
    copy: Label,
    generation: Count,
    io: Count,
    transferredCount: Count,
    data: Bytes,
  }),
  t.type({ type: t.literal('refused'), copy: Label, generation: Count, io: Count }),
]);

/** How hosts and the shared storage talk. */
export const storageLanguage: Language<StorageAsks, StorageAnswers> = {
  purpose: 'storage',
  asks: Asks,
  answers: Answers,
};
