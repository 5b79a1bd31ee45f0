import { type Begin, type Oracle, oracle, type Refusal } from './oracle.ts';

/** A pair of which everything is told. */
export const pair: Begin = {
  sight: 'white',
  hosts: ['north', 'south'],
  primary: { copy: 'p', host: 'north' },
  backup: { copy: 'b', host: 'south' },
};

/** A line as a user of the oracle writes it. */
export type Line = {
  readonly did: string;
  readonly node?: string;
  readonly [field: string]: unknown;
};

/** What the primary does. */
export const p = (did: string, values: object = {}): Line => ({
  node: 'north',
  copy: 'p',
  did,
  ...values,
});

/** What the backup does. */
export const b = (did: string, values: object = {}): Line => ({
  node: 'south',
  copy: 'b',
  did,
  ...values,
});

/** What happens to the world. */
export const world = (did: string, values: object = {}): Line => ({
  node: 'world',
  did,
  ...values,
});

/** A failover, by a machine whose instructions are far more than its log entries. */
export const failover: readonly Line[] = [
  p('execute', {
    position: 5_000_000,
    does: 'readTime',
    entries: [{ seq: 1, kind: 'ND', value: 777 }],
  }),
  p('execute', {
    position: 9_000_000,
    does: 'transmit',
    entries: [{ seq: 2, kind: 'OUT' }],
    outputs: [{ ordinal: 0, content: 'hello' }],
  }),
  p('flush', { seq: 1 }),
  p('flush', { seq: 2 }),
  b('receive', { seq: 1 }),
  b('receive', { seq: 2 }),
  b('acknowledge', { upTo: 2 }),
  p('readAck', { upTo: 2 }),
  p('release', { ordinal: 0, content: 'hello' }),
  b('replay', { upTo: 1, position: 5_000_001 }),
  b('digest', { position: 5_000_001, digest: 'd1' }),
  world('crash', { host: 'north' }),
  b('suspect'),
  b('testAndSet', { generation: 0 }),
  world('arbitrate', { copy: 'b', outcome: 'won' }),
  b('learn', { outcome: 'won' }),
  b('replay', { upTo: 2, position: 9_000_001 }),
  b('goLive', { generation: 1, position: 9_000_001 }),
  b('announce'),
  b('execute', { position: 9_500_000, does: 'transmit', outputs: [{ ordinal: 1 }] }),
  b('release', { ordinal: 1 }),
];

/** An oracle that has heard the lines. */
export const fed = (lines: readonly Line[], begin: Partial<Begin> = {}): Oracle => {
  const judge = oracle({ ...pair, ...begin });
  for (const line of lines) judge.feed(line);
  return judge;
};

/** The refusal of the first line that cannot be. */
export const refusalOf = (lines: readonly Line[], begin: Partial<Begin> = {}): Refusal | null => {
  const judge = oracle({ ...pair, ...begin });
  for (const line of lines) {
    const refusal = judge.feed(line);
    if (refusal !== null) return refusal;
  }
  return null;
};
