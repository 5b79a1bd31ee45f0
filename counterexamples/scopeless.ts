/** Mutants that die in no scope, by the reason. Random runs refute all of them that are told. */
export const scopeless: Readonly<Record<string, readonly string[]>> = {
  'how much it lags, or is throttled, and for how long: T1b and L6 are asked after a calm': [
    'no-lag-control',
    'throttle-oscillation',
    'throttle-never-raises',
    'throttles-backup',
    'lag-by-entry-count',
    'lag-of-the-newest',
    'throttles-when-it-is-late',
    'throttle-lags-behind',
    'throttles-both',
    'adjusts-at-every-tick',
    'lowers-while-it-lags',
  ],
  'its log grows without end, so that nothing comes back, and no lasso closes': [
    'quiet-for-the-backup-alone',
  ],
  'its mistake needs time and more events than a timed scope can hold': [
    'silence-is-consent',
    'heartbeat-of-anybody',
    'announces-once',
    'announces-until-reached',
    'cancelled-and-still-quiet',
  ],
};
