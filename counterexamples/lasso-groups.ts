/**
 * Mutants that a lasso catches: by the scope in which it is looked for, which claim about what
 * comes in the end is broken there. The paper meets all that it owes in each of these scopes.
 */
export const lassoGroups: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'left-alone': {
    'and-instead-of-or': 'L2',
    'heartbeats-only': 'L2',
    'keeps-a-stuck-vm-alive': 'L2',
    'loser-stays': 'L1',
    'quiesces-unasked': 'L5',
    'disk-quiet-alone': 'L5',
  },
  'protected-again': {
    'one-way-detector': 'L2',
    'only-primary-watches': 'L2',
    'reply-of-the-next-contest': 'L2',
    'keeps-waiting-for-acks': 'L2',
    'never-reset': 'L2',
    'pre-acquire': 'L2',
    'protection-takes-a-generation': 'L2',
    'pairs-in-the-next-generation': 'L2',
    'hello-not-believed': 'L2',
    'no-notify': 'L3',
    'tells-once': 'L3',
    'discards-what-is-awaited': 'L3',
  },
  'output-again': { 'outputs-wait-for-the-old-log': 'L1' },
  starved: { 'stall-never-suspected': 'L4' },
  'lost-storage': { 'unreachable-is-failure': 'L2', 'retry-kills-winner': 'L2' },
  'read-again': { 'pairs-in-the-last-generation': 'L2a' },
  'moved-with-disk': {
    'no-mac-announce': 'L2',
    'announces-only-alone': 'L2',
    'fence-one-early': 'L2a',
    'quiesce-outlives-the-move': 'L5',
    'never-cancelled': 'L5',
  },
  'moved-alone': { 'discards-the-vm': 'L2' },
  'pending-write': {
    'no-reissue': 'L2a',
    'winner-does-not-retag': 'L2a',
    'skips-a-generation': 'L2a',
  },
  'pending-reads': {
    'settled-for-ever': 'L2a',
    'waits-for-later-ones-too': 'L2a',
    'submits-only-writes-again': 'L2a',
  },
  'cloned-slowly': { 'waits-for-a-dead-clone': 'L3' },
  'cloned-apart': { 'channel-only': 'L3' },
  moved: { 'quiesce-never-released': 'L5' },
  'powered-off': { 'poweroff-waits-forever': 'L7', 'told-and-stays': 'L7' },
};
