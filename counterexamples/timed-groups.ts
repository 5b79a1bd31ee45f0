/**
 * The mutants that claims about time kill, by the scope in which each is seen to die: the paper is
 * exhausted there, and the shortest story of the mutant is known (R23-3, R32-8). Those that need a
 * calm to die are in no scope.
 */
export const timedGroups: Readonly<Record<string, readonly string[]>> = {
  quiet: [
    'stall-is-failure',
    'heartbeats-too-rare',
    'keepalives-too-rare',
    'idle-is-stalled',
    'flushes-for-outputs-only',
    'lag-of-idle-guest',
  ],
  latency: ['lazy-flush', 'ack-after-replay', 'waits-for-the-next-entry', 'acks-one-group-less'],
  stamp: ['buffer-one-short', 'one-entry-at-a-time'],
  pause: ['stop-at-output', 'suspects-a-tick-of-silence'],
  reconnect: ['suspects-on-any-loss'],
  slow: ['full-buffer-is-silence', 'own-silence-not-forgiven', 'computing-is-stalling'],
  throttle: ['throttle-without-a-floor'],
  outage: ['suspects-late', 'one-way-detector', 'only-primary-watches'],
  evidence: [
    'asks-when-drained-only',
    'replays-one-behind',
    'loser-stays',
    'reply-of-the-next-contest',
  ],
  drain: ['reads-one-short'],
  'first-backup': ['timeout-below-pause'],
  move: ['handover-looks-like-failure'],
};
