import * as t from 'io-ts';
import type { Codec } from './codecs.ts';
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
    copies: t.readonlyArray(t.string),
  }),
  t.type({ type: t.literal('askForBackup'), copy: t.string }),
  t.type({
    type: t.literal('told'),
    copy: t.string,
    what: t.union([t.literal('live'), t.literal('halted')]),
  }),
  t.type({ type: t.literal('made'), copy: t.string }),
  t.type({ type: t.literal('notMade'), copy: t.string }),
  t.type({ type: t.literal('migrate'), copy: t.string, host: t.union([t.string, t.null]) }),
]);

const Answers: Codec<ServiceAnswers> = t.union([
  t.type({
    type: t.literal('make'),
    copy: t.string,
    source: t.string,
    sourceHost: t.string,
    purpose: t.union([t.literal('clone'), t.literal('arrive')]),
  }),
  t.type({
    type: t.union([t.literal('placed'), t.literal('move')]),
    source: t.string,
    copy: t.string,
    host: t.string,
  }),
  t.type({ type: t.literal('notPlaced'), source: t.string }),
]);

/** How hosts and the clustering service talk. */
export const serviceLanguage: Language<ServiceAsks, ServiceAnswers> = {
  purpose: 'service',
  asks: Asks,
  answers: Answers,
};
