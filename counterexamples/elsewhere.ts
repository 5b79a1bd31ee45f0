import { groups } from './groups.ts';

/**
 * By group, and by case that its scope lacks though it guards a claim which mutants of the group
 * break: the scopes in which the case occurs, and who of the group dies there by that claim. The
 * paper is exhausted in those scopes too (counts.ts), so each of these mutants dies where the claim
 * is not held for want of a case.
 */
export const elsewhere: Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>>
> = {
  outputs: {
    W7c: { 'failed-reads': ['effect-before-log', 'backup-runs-ahead'] },
    W14: { inputs: ['local-events-leak'] },
    W10: {
      contests: [
        'read-then-write',
        'non-linearizable-arbiter',
        'owner-is-the-vm',
        'stores-the-owner-alone',
        'backup-skips-TAS',
        'primary-skips-TAS',
        'loser-returns',
        'loser-runs-alone',
      ],
    },
    W7a: {
      'contested-writes': [
        'backup-skips-TAS',
        'primary-skips-TAS',
        'loser-returns',
        'loser-runs-alone',
      ],
    },
    W9: { shutdown: ['stops-unbidden'] },
    W9a: { shutdown: ['stops-unbidden'] },
  },
  groups: {
    W7c: { 'stamped-reads': ['nd-op-not-logged', 'replays-half-a-group', 'group-cut-short'] },
  },
  faults: {
    W7c: { 'short-reads': ['event-at-wrong-position', 'logged-one-early'] },
    W14: { requests: ['packet-twice'] },
  },
  reconnects: {
    W6: {
      'groups-resent': [
        'frees-one-more',
        'duplicate-accepted',
        'last-one-again',
        'resumes-one-late',
        'resumes-where-it-was',
        'hello-claims-one-more',
      ],
    },
    W7c: { 'stamped-reads': ['suspicion-undone'] },
  },
  contest: {
    W7a: { 'contested-writes': ['unreachable-is-success'] },
    W10: { 'contests-with-faults': ['unreachable-is-success'] },
  },
  packets: {
    W7c: {
      'packets-and-reads': [
        'timer-one-early',
        'async-rx-ring',
        'input-not-logged',
        'group-logged-in-part',
        'group-in-another-order',
        'ring-sent-without-an-entry',
        'ring-logged-before-what-sends-it',
        'go-live-point-on-each-packet',
        'go-live-point-on-the-first-packet',
        'ring-sent-at-will',
      ],
    },
    W14: { inputs: ['group-taken-as-one'] },
  },
  console: {
    W7c: {
      'keys-and-reads': ['console-input-not-logged', 'mouse-not-logged', 'keys-without-value'],
    },
    W14: { inputs: ['key-twice'] },
  },
  clone: {
    W13a: {
      'vmotions-and-clone': [
        'replacement-on-same-host',
        'backup-without-storage',
        'backup-on-a-dead-host',
      ],
    },
    W16: { tight: ['released-twice'] },
    W16a: { variants: ['released-twice'] },
    W31: { 'clone-takes-over': ['output-swallowed'] },
  },
  'clone-takes-over': {
    W7a: {
      'clone-writes': [
        'clone-presumed-aborted',
        'clone-presumed-unarmed',
        'crashed-clone-taken-back',
      ],
    },
    W10: {
      contests: ['clone-presumed-aborted'],
      'contests-with-faults': ['crashed-clone-taken-back'],
      generations: ['clone-presumed-unarmed'],
    },
    W12: {
      contests: ['clone-presumed-aborted'],
      'contested-clone': ['clone-presumed-unarmed', 'crashed-clone-taken-back'],
    },
  },
  contests: {
    W3: { 'contests-of-writers': ['earlier-reply-believed'] },
    W7a: { 'contests-of-writers': ['earlier-reply-believed'] },
  },
  disk: {
    W10: { 'contests-of-writers': ['zombie-write', 'fence-one-late'] },
  },
  'lost-writes': {
    W7d: { 'late-reads': ['emit-at-go-live-for-all'] },
  },
  'power-off': {
    W7c: {
      'orders-and-reads': [
        'resource-change-local',
        'logs-the-old-share',
        'share-for-power-off',
        'runs-on-after-power-off',
      ],
    },
  },
  'order-alone': {
    W31: { 'contested-power-off': ['live-stops-with-outputs-withheld'] },
  },
  vmotion: {
    W13: { 'vmotion-clone': ['moves-onto-the-other'] },
    W13a: { 'two-vmotions': ['moves-onto-the-other'] },
  },
  'vmotion-faults': {
    W11: { 'vmotion-orders': ['backup-vmotion-leaves-log', 'received-is-forgotten'] },
    W11a: { 'vmotion-orders': ['backup-vmotion-leaves-log', 'received-is-forgotten'] },
    W13: { 'vmotions-and-clone': ['moves-to-a-dead-host', 'moves-without-storage'] },
    W13a: { 'vmotions-and-clone': ['moves-to-a-dead-host', 'moves-without-storage'] },
  },
  'vmotion-takeover': {
    W11: { 'vmotion-takeover-writes': ['generation-left-behind'] },
    W11a: { 'vmotion-takeover-writes': ['generation-left-behind'] },
  },
  'two-vmotions': {
    W13: {
      'vmotion-clone': ['takes-up-too-early'],
      'vmotions-and-clone': ['moves-where-the-other-is-headed'],
    },
  },
  'vmotion-alone': {
    W13: {
      'vmotion-clone': ['cloned-while-it-moves', 'moves-while-it-is-cloned', 'source-runs-on'],
    },
    W13a: {
      'two-vmotions': ['source-runs-on'],
      'vmotions-and-clone': ['cloned-while-it-moves', 'moves-while-it-is-cloned'],
    },
    W11: {
      'vmotion-takeover-writes': [
        'moves-with-outputs-withheld',
        'withheld-left-behind',
        'moves-what-was-copied-first',
      ],
      'vmotion-orders': ['share-left-behind'],
    },
    W11a: {
      'vmotion-takeover-writes': [
        'moves-with-outputs-withheld',
        'withheld-left-behind',
        'moves-what-was-copied-first',
      ],
      'vmotion-orders': ['share-left-behind'],
    },
  },
  'vmotion-reads': {
    W11: {
      vmotion: [
        'primary-moves-with-io-outstanding',
        'quiesce-point-too-early',
        'issues-though-quiesced',
      ],
    },
    W11a: {
      vmotion: [
        'primary-moves-with-io-outstanding',
        'quiesce-point-too-early',
        'issues-though-quiesced',
      ],
    },
  },
};

/** Every such death once: who dies where, and by which claim. */
export const deathsElsewhere: readonly (readonly [mutant: string, scope: string, claim: string])[] =
  Object.entries(elsewhere).flatMap(([group, others]) => {
    const deaths = Object.values(others).flatMap((scopes) =>
      Object.entries(scopes).flatMap(([scope, mutants]) =>
        mutants.map((mutant) => `${mutant} ${scope}`),
      ),
    );
    return [...new Set(deaths)].map((death) => {
      const [mutant = '', scope = ''] = death.split(' ');
      return [mutant, scope, groups[group]?.[mutant]?.[0] ?? ''] as const;
    });
  });
