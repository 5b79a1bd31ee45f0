import { paper, rules, specification } from '../../model/paper.ts';
import { defaultClock, noFeatures } from '../../model/settings.ts';
import type { Action } from '../../model/spec.ts';
import type { Vm } from '../../model/state.ts';
import type { Mutant } from '../mutant.ts';
import { leaving, seeing, withRows } from './own-rows.ts';

const vmotion = { features: { ...noFeatures, vmotion: true } };
const timed = { ...vmotion, clock: defaultClock };
const writer = { program: ['touch p', 'write x p'] } as const;

const unquiet = (copy: Vm): Vm =>
  'devices' in copy ? { ...copy, devices: { ...copy.devices, quiesce: 'none' } } : copy;

const asked = (copy: Vm): Vm =>
  'devices' in copy && copy.devices.quiesce === 'none'
    ? { ...copy, devices: { ...copy.devices, quiesce: 'asked' } }
    : copy;

const quietAsBefore = (after: Vm, before: Vm): Vm =>
  'devices' in after && 'devices' in before
    ? { ...after, devices: { ...after.devices, quiesce: before.devices.quiesce } }
    : after;

const nothingPending = (copy: Vm): Vm =>
  'guest' in copy ? { ...copy, guest: { ...copy.guest, pending: [] } } : copy;

const pendingAsBefore = (after: Vm, before: Vm): Vm =>
  'guest' in after && 'guest' in before
    ? { ...after, guest: { ...after.guest, pending: before.guest.pending } }
    : after;

/** Once quiesced a backup counts as quiesced, whatever its guest has begun since. */
const onceForAll = (after: Vm, before: Vm): Vm =>
  after.mode === 'replaying' && before.mode === 'replaying'
    ? { ...after, isQuiesced: after.isQuiesced || before.isQuiesced }
    : after;

/** Whoever moves goes by the sign: a false one is harmless where the disk is looked at as well. */
const hasQuietSign: typeof rules.isQuiet = (copy) =>
  copy.mode === 'replaying' ? copy.isQuiesced : copy.devices.quiesce === 'reached';

const early = specification('quiesce-point-too-early', { isQuiet: hasQuietSign });
const leaky = specification('issues-though-quiesced', { isQuiet: hasQuietSign });
const stale = specification('quiesced-once-for-all', { isQuiet: hasQuietSign });

const quiescesAtOnce: Action<'quiesce'> = leaving(
  seeing(paper.actions.quiesce, nothingPending),
  pendingAsBefore,
);

/** Mistakes in keeping the disk quiet, and in letting it go again (3.3). */
export const ownQuiesce: readonly Mutant[] = [
  {
    spec: specification('quiesce-outlives-the-move', {
      quieting: ({ quiesce }, isAsked) =>
        isAsked ? (quiesce === 'none' ? 'asked' : quiesce) : quiesce,
    }),
    breaks: ['L5', 'L2a'],
    because: 'the backup has moved and asks no more, and the disk of its primary stays quiet',
    cites: ['R33-8'],
    settings: { ...timed, ...writer },
  },
  {
    spec: specification('quiet-for-the-backup-alone', {
      quieting: (devices, isAsked) => rules.quieting(devices, isAsked, false),
    }),
    breaks: ['L5'],
    because:
      'an acknowledgment that asks for nothing ends the quiesce that a primary needs for its own ' +
      'VMotion, and one is on its way whenever the log has to be acknowledged',
    cites: ['R33-6', 'R33-8'],
    settings: { ...timed, ...writer },
  },
  {
    spec: specification('deaf-to-the-backup', {
      quieting: ({ quiesce }, _, moves) => (moves ? quiesce : 'none'),
    }),
    breaks: 'nothing',
    because:
      'a backup that asks for a quiet disk is not listened to: its VMotion waits, is cancelled, ' +
      'and nothing is lost',
    cites: ['R33-7'],
    settings: { ...vmotion, ...writer },
  },
  {
    spec: { ...early, actions: { ...early.actions, quiesce: quiescesAtOnce } },
    breaks: ['S11'],
    because:
      'the primary logs that its disk is quiet when it has only ceased to use it; whoever moves ' +
      'goes by that, and does not look whether anything is outstanding',
    cites: ['R33-5', 'R33-7'],
    settings: { ...vmotion, ...writer },
  },
  {
    spec: {
      ...leaky,
      actions: {
        ...leaky.actions,
        execute: leaving(seeing(paper.actions.execute, unquiet), quietAsBefore),
      },
    },
    breaks: ['S11'],
    because:
      'the guest of a primary whose disk was quiesced begins another disk operation; whoever ' +
      'moves goes by the quiescing, and does not look whether anything is outstanding',
    cites: ['R33-5', 'R33-7'],
    settings: { ...vmotion, ...writer },
  },
  {
    spec: {
      ...stale,
      actions: { ...stale.actions, replay: leaving(paper.actions.replay, onceForAll) },
    },
    breaks: ['S11'],
    because:
      'that its disk was quiet once counts for ever: a backup has replayed the begin of another ' +
      'disk operation since, and moves without looking whether anything is outstanding',
    cites: ['R33-7'],
    settings: { ...vmotion, ...writer },
  },
  {
    spec: specification('moves-when-it-is-quiet-anyway', {
      isQuiet: (copy) =>
        copy.mode === 'replaying' ? copy.guest.pending.length === 0 : rules.isQuiet(copy),
    }),
    breaks: 'nothing',
    because:
      'a backup at a point where no disk operation is outstanding moves without being told so: ' +
      'to be told is what makes it come to such a point',
    cites: ['R33-7'],
    settings: { ...vmotion, ...writer },
  },
  {
    spec: withRows('cancelled-and-still-quiet', {
      cancel: leaving(paper.actions.cancel, quietAsBefore),
    }),
    breaks: ['L5'],
    because: 'the VMotion of a VM is cancelled, and its disk stays quiet for it',
    cites: ['R33-8', 'R33-9'],
    settings: { ...timed, ...writer, start: 'unprotected', hostCount: 3 },
  },
  {
    spec: withRows('cancelled-and-quiet-no-more', {
      cancel: leaving(paper.actions.cancel, unquiet),
    }),
    breaks: 'nothing',
    because:
      'the VMotion of a primary is cancelled, and its disk is in use again though its backup has ' +
      'asked for it to be quiet: the VMotion of the backup waits until that is said again, or is ' +
      'cancelled, and nothing is lost',
    cites: ['R33-7', 'R33-8'],
    settings: { ...vmotion, ...writer },
  },
  {
    spec: withRows('quiesces-unasked', { quiesce: seeing(paper.actions.quiesce, asked) }),
    breaks: ['L5', 'L2a'],
    because: 'the disk is quiesced although nobody is moved, and so nobody ends it',
    cites: ['R33-8'],
    settings: { ...timed, ...writer },
  },
  {
    spec: withRows('never-cancelled', {
      cancel: { ...paper.actions.cancel, next: () => 'it waits for its destination' },
    }),
    breaks: ['L5', 'L3'],
    because: 'the destination of a VMotion has crashed, and its source waits for it for ever',
    cites: ['R33-9', 'R33-8'],
    settings: timed,
  },
];
