import { eitherStopped } from '../../model/actions/detection.ts';
import { boot } from '../../model/boot.ts';
import { paper, specification } from '../../model/paper.ts';
import { defaultClock } from '../../model/settings.ts';
import type { Mutant } from '../mutant.ts';

const timed = { clock: defaultClock };

const andInsteadOfOr: Mutant = {
  spec: specification('and-instead-of-or', {
    isFailure: ({ heartbeats, channel }, { timeout }) => heartbeats > timeout && channel > timeout,
  }),
  breaks: ['L2', 'L3', 'T1d'],
  because:
    'Heartbeats and log traffic must both have stopped. The channel is broken or the VM stuck ' +
    'while its host goes on sending heartbeats, and nobody declares a failure.',
  cites: ['R23-3'],
  settings: timed,
};

const heartbeatsOnly: Mutant = {
  spec: specification('heartbeats-only', {
    isFailure: ({ heartbeats }, { timeout }) => heartbeats > timeout,
  }),
  breaks: ['L2'],
  because:
    'Only heartbeats count. The VM of the primary is stuck, the kernel of its host goes on ' +
    'sending them, and the backup never takes over.',
  cites: ['R23-2', 'R23-3'],
  settings: timed,
};

const timeoutBelowPause: Mutant = {
  spec: specification('timeout-below-pause', {
    isFailure: ({ heartbeats, channel }, { switchover }) =>
      heartbeats >= switchover || channel >= switchover,
  }),
  breaks: ['T3'],
  because:
    'The timeout is no longer than the switchover of an FT VMotion. The primary suspects each ' +
    'backup before it can have said a word.',
  cites: ['R23-5'],
  settings: { ...timed, start: 'unprotected' },
};

const stallIsFailure: Mutant = {
  spec: specification('stall-is-failure', {
    isFailure: (silence, clock, copy) =>
      eitherStopped(silence, clock, copy) ||
      (copy.mode === 'replaying' && copy.buffer.length === 0),
  }),
  breaks: ['T3'],
  because:
    'A backup that has nothing to replay takes its primary for dead. The guest was idle between ' +
    'two ticks of its timer.',
  cites: ['R23-3', 'R32-5'],
  settings: timed,
};

const oneWayDetector: Mutant = {
  spec: specification('one-way-detector', { watches: ({ mode }) => mode === 'replaying' }),
  breaks: ['L1', 'L4', 'L2', 'L3', 'T1d'],
  because:
    'Only the backup looks for failures. It crashes, and the primary waits for acknowledgments ' +
    'for ever.',
  cites: ['R23-2'],
  settings: timed,
};

const extraHeartbeats: Mutant = {
  spec: {
    ...paper,
    name: 'extra-heartbeats',
    init: (settings) =>
      boot(
        settings.clock === null
          ? settings
          : { ...settings, clock: { ...settings.clock, heartbeatEvery: 1 } },
      ),
  },
  breaks: 'nothing',
  because:
    'Heartbeats are sent twice as often as they have to be. Silence still lasts as long as it ' +
    'did.',
  cites: ['R23-1'],
  settings: { clock: { ...defaultClock, heartbeatEvery: 2, timeout: 12, stallTimeout: 20 } },
};

/** F: failure detection. */
export const detectionMutants: readonly Mutant[] = [
  andInsteadOfOr,
  heartbeatsOnly,
  timeoutBelowPause,
  stallIsFailure,
  oneWayDetector,
  extraHeartbeats,
];
