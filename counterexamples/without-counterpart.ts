/** Mutants of the specification to which no wrong program answers, and the one reason why. */
export type Reason = { readonly because: string; readonly mutants: readonly string[] };

/** Each mutant has a wrong program as its counterpart or is here; a test counts them. */
export const withoutCounterpart: readonly Reason[] = [
  {
    because:
      'The arbiter and the fence are the storage, no part of a copy: in the simulation it is the ' +
      "world's, and as a process it is impl/host/storage-server.ts with tests of its own.",
    mutants: [
      'read-then-write',
      'retry-kills-winner',
      'non-linearizable-arbiter',
      'flag-reset-without-generation',
      'stores-the-owner-alone',
      'zombie-write',
      'fence-one-early',
      'fence-one-late',
    ],
  },
  {
    because:
      'Hosts are picked by the clustering service (impl/cluster), which has tests of its own; a ' +
      'script places copies by itself, and the world has one place for a copy on a host.',
    mutants: [
      'replacement-on-same-host',
      'backup-without-storage',
      'backup-on-a-dead-host',
      'moves-onto-the-other',
      'moves-where-the-other-is-headed',
      'moves-to-a-dead-host',
      'moves-without-storage',
      'cloned-while-it-moves',
      'moves-while-it-is-cloned',
    ],
  },
  {
    because:
      'What a copy has become is an object of another class, which has nothing with which to do ' +
      'that: no log to resume, no VM to run, no disk to write to.',
    mutants: [
      'loser-returns',
      'source-runs-on',
      'half-clone-goes-live',
      'arms-before-the-cut',
      'takes-up-too-early',
      'told-and-stays',
      'backup-side-management',
      'backup-writes-shared-disk',
    ],
  },
  {
    because:
      'That a suspicion is final is a field of the recorder, and that a clone is taken back ' +
      'before the cut alone is a look at the mode of its source: neither is a decision that ' +
      'policies name, so no wrong program has it otherwise.',
    mutants: ['suspicion-undone', 'clone-presumed-aborted', 'clone-presumed-unarmed'],
  },
  {
    because:
      'A copy that runs alone withholds nothing at the end of a turn, so that there is nothing ' +
      'with which it could be gone.',
    mutants: ['live-stops-with-outputs-withheld'],
  },
  {
    because:
      'The decision whether entries leave (flushes) knows how many wait to be sent and not what ' +
      'is acked: one entry at a time is no value of it.',
    mutants: ['one-entry-at-a-time'],
  },
  {
    because:
      'The contract of a guest (impl/guest/guest.ts) leaves no room for it: packets come with ' +
      'their interrupt, an operation has its data, a snapshot is taken of all of it, the share ' +
      'of the CPU is written down next to it, and what is off executes nothing.',
    mutants: [
      'async-rx-ring',
      'ring-sent-at-will',
      'writes-from-memory',
      'read-lands-on-arrival',
      'clone-without-device-state',
      'executes-though-off',
      'hears-though-off',
      'share-left-behind',
    ],
  },
  {
    because:
      'A disk operation is pending while the guest waits for it (Q27), settled when its entry is ' +
      'acked, and waits for earlier ones only: no other list could be wrong.',
    mutants: [
      'reissue-completed',
      'settled-while-withholding',
      'settled-on-suspicion',
      'waits-for-later-ones-too',
    ],
  },
  {
    because:
      'Whether it is done is no decision there: what is held is replayed, and a destination ' +
      'discards itself after the timeout in which it hears nothing, and not before.',
    mutants: ['replays-one-behind', 'discards-what-is-awaited'],
  },
  {
    because: 'A VM that is stuck gets no turns in the simulation, and so says nothing at all.',
    mutants: ['keeps-a-stuck-vm-alive'],
  },
];
