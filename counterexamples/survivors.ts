/** A scope in which a benign change matters, and what it changes there. */
export type Survival = {
  readonly scope: string;
  readonly situations: number; // that the changed protocol comes to: all of them
  readonly because: string;
};

/** Benign changes, each with the scope that it survives although it matters in it. */
export const survivors: Readonly<Record<string, Survival>> = {
  'release-in-another-order': {
    scope: 'narrow',
    situations: 26_149,
    because: 'two outputs wait there, and both may be acknowledged before one leaves',
  },
  'ack-batching': {
    scope: 'output',
    situations: 32_790,
    because: 'an entry can arrive before the one before it is acknowledged',
  },
  'duplicate-acks': {
    scope: 'output',
    situations: 54_034,
    because: 'each acknowledgment is on the channel twice',
  },
  'larger-buffers': {
    scope: 'tight',
    situations: 48_307,
    because: 'where one entry had room there is room for all that are logged',
  },
  'emit-last': {
    scope: 'variants',
    situations: 33_813,
    because: 'the setting is the one that it is about; there it is what the paper allows',
  },
  'errors-instead-of-reissue': {
    scope: 'reads',
    situations: 84_690,
    because: 'a copy goes live while its guest waits for the disk',
  },
  'test-and-set-while-draining': {
    scope: 'variants',
    situations: 36_352,
    because: 'a backup is to drain before it asks',
  },
  'output-entry-first': {
    scope: 'groups',
    situations: 96_824,
    because: 'an instruction generates two entries, and they come in the other order',
  },
  'packet-takes-another': {
    scope: 'packets',
    situations: 18_399,
    because: 'two packets wait in the network card',
  },
  'keeps-acked-while-arbitrating': {
    scope: 'output',
    situations: 32_790,
    because: 'a primary suspects its backup with an acknowledged output in its hands',
  },
  'resumes-at-the-start': {
    scope: 'reconnects',
    situations: 21_114,
    because: 'what the backup holds and the primary has not freed is sent again',
  },
  'ack-of-an-older-connection': {
    scope: 'vmotion-clone',
    situations: 10_228,
    because: 'a backup that has moved leaves acknowledgments on the connection that it had',
  },
  'reconnects-at-will': {
    scope: 'reconnects',
    situations: 310_387,
    because: 'the backup leaves connections on which entries are under way',
  },
  'reconnects-in-spite-of-evidence': {
    scope: 'variants',
    situations: 114_058,
    because: 'the loss of the connection is evidence, and the backup connects again',
  },
  'freezes-all': {
    scope: 'groups',
    situations: 96_824,
    because: 'half a group is in the log buffer when the backup suspects',
  },
  'freezes-what-it-acked': {
    scope: 'output',
    situations: 35_971,
    because: 'the backup suspects before it has acknowledged what it holds',
  },
  'asks-before-drained': {
    scope: 'variants',
    situations: 36_352,
    because: 'a backup is to drain before it asks',
  },
  'drains-while-it-asks': {
    scope: 'output',
    situations: 32_790,
    because: 'a frozen backup holds entries, and may replay them earlier',
  },
  'drops-the-last-output': {
    scope: 'variants',
    situations: 30_729,
    because: 'the setting is that it is emitted',
  },
  'protection-forgets-the-owner': {
    scope: 'contests',
    situations: 5478,
    because: 'a winner is protected again, and asks once more',
  },
  'no-orders-while-arbitrating': {
    scope: 'power-off',
    situations: 68_244,
    because: 'an order is given to a primary that suspects its backup',
  },
  'backup-stops-unheard': {
    scope: 'power-off',
    situations: 71_402,
    because: 'a backup replays a power-off before it has acknowledged it',
  },
  'moves-before-its-backup-connects': {
    scope: 'vmotion-clone',
    situations: 10_412,
    because: 'a primary can be moved between the cut and the first message of its backup',
  },
  'deaf-to-the-backup': {
    scope: 'vmotion',
    situations: 32_244,
    because: 'a backup that is moved asks for a quiet disk',
  },
  'cancelled-and-quiet-no-more': {
    scope: 'vmotion-again',
    situations: 176_045,
    because: 'a primary gives a VMotion up while its backup waits for a quiet disk',
  },
  'moves-when-it-is-quiet-anyway': {
    scope: 'vmotion',
    situations: 54_464,
    because: 'a backup that is moved has no disk operation outstanding before it is told so',
  },
};

/** Where a change leads to as many situations as the paper: to others, one for one, or the same. */
export const oneForOne: Readonly<Record<string, string>> = {
  'ack-batching': 'it forbids a step that others lead around',
  'emit-last': 'under its setting it is the paper',
  'output-entry-first': 'entries change places',
  'keeps-acked-while-arbitrating': 'it forbids a step that others lead around',
  'freezes-all': 'the half of a group is there or not',
  'drains-while-it-asks': 'what it adds are other ways to the same situations',
};
