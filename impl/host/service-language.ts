import * as t from 'io-ts';
import { type Codec, Label } from './codecs.ts';
import type { Language } from './dialogue.ts';

/** What a host says to the clustering service. */
export type ServiceAsks =
  | {
      readonly type: 'heartbeat';
      readonly freePercent: number;
      readonly reachesStorage: boolean;
      readonly copies: readonly string[];
    }
  | { readonly type: 'askForBackup'; readonly copy: string }
  | { readonly type: 'told'; readonly copy: string; readonly what: 'live' | 'halted' }
  | { readonly type: 'made'; readonly copy: string }
  | { readonly type: 'notMade'; readonly copy: string }
  | { readonly type: 'migrate'; readonly copy: string; readonly host: string | null };

/** What the service says to a host. */
export type ServiceAnswers =
  | {
      readonly type: 'make';
      readonly copy: string;
      readonly source: string;
      readonly sourceHost: string;
      readonly purpose: 'clone' | 'arrive';
    }
  | {
      readonly type: 'placed' | 'move';
      readonly source: string;
      readonly copy: string;
      readonly host: string;
    }
  | { readonly type: 'notPlaced'; readonly source: string };

const Asks: Codec<ServiceAsks> = t.union([
  t.type({
    type: t.literal('heartbeat'),
    freePercent: t.number,
    reachesStorage: t.boolean,
    copies: t.readonlyArray(Label),
  }),
  t.type({ type: t.literal('askForBackup'), copy: Label }),
  t.type({
    type: t.literal('told'),
    copy: Label,
    what: t.union([t.literal('live'), t.literal('halted')]),
  }),
  t.type({ type: t.literal('made'), copy: Label }),
  t.type({ type: t.literal('notMade'), copy: Label }),
  t.type({ type: t.literal('migrate'), copy: Label, host: t.union([Label, t.null]) }),
]);

const Answers: Codec<ServiceAnswers> = t.union([
  t.type({
    type: t.literal('make'),
    copy: Label,
    source: Label,
    sourceHost: Label,
    purpose: t.union([t.literal('clone'), t.literal('arrive')]),
  }),
  t.type({
    type: t.union([t.literal('placed'), t.literal('move')]),
    source: Label,
    copy: Label,
    host: Label,
  }),
  t.type({ type: t.literal('notPlaced'), source: Label }),
]);

/** How hosts and the clustering service talk. */
export const serviceLanguage: Language<ServiceAsks, ServiceAnswers> = {
  purpose: 'service',
  asks: Asks,
  answers: Answers,
};
