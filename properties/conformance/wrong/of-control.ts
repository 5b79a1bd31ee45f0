import { withCores, withGuests } from './wrong-parts.ts';
import {
  moved,
  movedWriting,
  ordered,
  pressed,
  type WrongProgram,
  writing,
} from './wrong-program.ts';

const ofPowerOff: readonly WrongProgram[] = [
  {
    name: 'poweroff-overtaken',
    mistake: 'a primary that is powered off stops before its backup knows',
    cites: ['R33-2'],
    policies: { mayStop: ({ isOff, isSuspecting }) => isOff && !isSuspecting },
    fixed: pressed,
  },
  {
    name: 'stops-one-entry-early',
    mistake: 'the primary is gone when all but the last entry is acknowledged',
    cites: ['R33-2'],
    policies: {
      mayStop: ({ isOff, isSuspecting, logged, acked, withheldCount }) =>
        isOff && !isSuspecting && acked + 1 >= logged && withheldCount === 0,
    },
    fixed: ordered,
  },
  {
    name: 'stops-with-outputs-withheld',
    mistake: 'the primary is gone as soon as its backup is told, its outputs not sent',
    cites: ['R22-8', 'R22-11', 'R33-2'],
    policies: {
      mayStop: ({ isOff, isSuspecting, logged, acked }) =>
        isOff && !isSuspecting && (acked === logged || acked + 2 > logged),
    },
    fixed: ordered,
  },
  {
    name: 'stops-unbidden',
    mistake: 'a copy whose log is acknowledged is taken for one that was powered off',
    cites: ['R33-2'],
    policies: { mayStop: ({ logged, acked }) => acked === logged && logged > 0 },
    fixed: ordered,
  },
  {
    name: 'stops-on-suspicion',
    mistake: 'a primary that is powered off and suspects is gone without asking the arbiter',
    cites: ['R33-2'],
    policies: {
      mayStop: ({ isOff, isSuspecting, logged, acked }) =>
        isOff && (isSuspecting || acked === logged),
    },
    fixed: ordered,
  },
  {
    name: 'runs-on-after-power-off',
    mistake: 'the power-off is logged and the guest of the primary runs on',
    cites: ['R33-2'],
    wraps: withGuests('boot', () => ({ powerOff: () => undefined })),
    fixed: ordered,
  },
];

const ofClones: readonly WrongProgram[] = [
  {
    name: 'stale-snapshot',
    mistake: 'pages written to since they were copied do not go with the cut',
    cites: ['R31-3'],
    policies: { leftAtCut: (left, of) => (of === 'clone' ? [] : left) },
    fixed: writing,
  },
  {
    name: 'gives-away-what-nobody-has',
    mistake: 'a primary is given up before its destination has said that it has all of it',
    cites: ['R33-9'],
    policies: { mayGiveAway: () => true },
    answersTo: [],
  },
  {
    name: 'moves-what-was-copied-first',
    mistake: 'the destination runs with the memory that the first passes copied',
    cites: ['R33-6', 'R33-10'],
    policies: { leftAtCut: (left, of) => (of === 'move' ? [] : left) },
    fixed: movedWriting,
  },
  {
    name: 'cut-after-an-interrupt',
    mistake: 'an interrupt strikes while the last copy is made: it is in the clone alone',
    cites: ['R31-3'],
    wraps: withGuests('restore', (guest) => {
      guest.interrupt();
      return {};
    }),
  },
  {
    name: 'pending-IO-not-cloned',
    mistake: 'a clone knows of no disk operation that was outstanding at the cut',
    cites: ['R31-4'],
    wraps: withGuests('restore', (guest) => {
      const before = guest.outstanding().length;
      const known = () => guest.outstanding().slice(before);
      return {
        outstanding: known,
        complete: (one) => known().some(({ number }) => number === one.io) && guest.complete(one),
      };
    }),
    fixed: { program: ['touch p', 'write x p'], start: 'unprotected' },
  },
  {
    name: 'protection-takes-a-generation',
    mistake: 'the primary wins the generation of its new pair as it forms it',
    cites: ['R23-19'],
    wraps: withCores((core, { copy }) => ({
      handle: (input, nowMs) => {
        const commands = core.handle(input, nowMs);
        const hasCut = commands.some((one) => one.type === 'report' && one.report.did === 'cut');
        if (!hasCut) return commands;
        const { generation } = core.status();
        return [...commands, { type: 'testAndSet', copy, generation }];
      },
    })),
    answersTo: ['protection-takes-a-generation', 'pre-acquire'],
  },
  {
    name: 'waits-for-a-dead-clone',
    mistake: 'a source waits for its destination for ever',
    cites: ['R31-5', 'R31-6', 'R33-9', 'R33-8'],
    policies: { patienceMs: () => 1e9 },
    answersTo: ['waits-for-a-dead-clone', 'never-cancelled'],
  },
  {
    name: 'discards-the-vm',
    mistake: 'a destination that may have the VM gives up when it hears nothing',
    cites: ['R33-9'],
    policies: { discards: () => true },
    fixed: moved,
  },
];

const ofMoves: readonly WrongProgram[] = [
  {
    name: 'backup-vmotion-without-quiesce',
    mistake: 'a backup switches over while disk operations are outstanding',
    cites: ['R33-7'],
    policies: { maySwitchOver: () => true },
    fixed: movedWriting,
  },
  {
    name: 'backup-vmotion-leaves-log',
    mistake: 'the log buffer of a backup stays behind when it moves',
    cites: ['R33-10'],
    policies: { movesLog: () => false },
    fixed: moved,
  },
  {
    name: 'primary-moves-with-io-outstanding',
    mistake: 'a primary is moved while the storage still owes it completions',
    cites: ['R33-5', 'R33-6'],
    policies: {
      mayHandOver: ({ hasDue, logged, acked, withheldCount }) =>
        !hasDue && acked === logged && withheldCount === 0,
    },
    fixed: movedWriting,
  },
  {
    name: 'moves-with-outputs-withheld',
    mistake: 'a primary is moved before what it may put out has left, and that stays behind',
    cites: ['R33-6', 'R22-11'],
    policies: { mayHandOver: ({ isMarked, hasDue }) => isMarked && !hasDue },
    answersTo: ['moves-with-outputs-withheld', 'withheld-left-behind'],
    fixed: moved,
  },
  {
    name: 'moves-one-entry-early',
    mistake: 'a primary is moved with its last entry not acknowledged',
    cites: ['R33-6'],
    policies: {
      mayHandOver: ({ isMarked, hasDue, logged, acked, withheldCount }) =>
        isMarked && !hasDue && acked + 1 >= logged && withheldCount === 0,
    },
    fixed: moved,
  },
  {
    name: 'log-begins-anew',
    mistake: 'where a primary has moved its entries are counted from one again',
    cites: ['R33-6', 'R21-7'],
    policies: { carries: (carried) => ({ ...carried, logged: 0 }) },
    fixed: moved,
  },
  {
    name: 'generation-left-behind',
    mistake: 'where a primary has moved it does not know which generation it is in',
    cites: ['R33-6', 'R33-10'],
    policies: { carries: (carried) => ({ ...carried, generation: carried.generation + 1 }) },
    fixed: moved,
  },
  {
    name: 'quiesce-not-logged',
    mistake: 'no entry is made of the point at which the disk is quiet',
    cites: ['R33-7'],
    policies: { isLogged: (kind) => kind !== 'QUIESCE' },
    fixed: movedWriting,
  },
  {
    name: 'quiesce-point-too-early',
    mistake: 'the log says that the disk is quiet when its guest has only ceased to use it',
    cites: ['R33-5', 'R33-7'],
    policies: { isAtRest: () => true },
    fixed: movedWriting,
  },
  {
    name: 'issues-though-quiesced',
    mistake: 'the guest of a primary whose disk is to be quiet begins another disk operation',
    cites: ['R33-5', 'R33-7'],
    policies: { mayIssue: () => true },
    fixed: movedWriting,
  },
  {
    name: 'quiesced-once-for-all',
    mistake: 'a backup moves where nothing is outstanding, whatever the log says',
    cites: ['R33-7'],
    policies: { maySwitchOver: ({ outstandingCount }) => outstandingCount === 0 },
    fixed: movedWriting,
  },
  {
    name: 'quiesces-unasked',
    mistake: 'the disk is kept quiet although nobody is moved',
    cites: ['R33-8'],
    policies: { keepsQuiet: () => true },
  },
  {
    name: 'quiesce-never-released',
    mistake: 'a primary whose backup has asked for a quiet disk keeps it quiet when it is alone',
    cites: ['R33-8', 'R23-9'],
    policies: { keepsQuiet: (isAsked, isMoving, isAlone) => isAsked || isMoving || isAlone },
    answersTo: ['quiesce-never-released', 'disk-quiet-alone', 'quiesce-outlives-the-move'],
    fixed: movedWriting,
  },
];

/** Power-off, clones and moves. */
export const ofControl: readonly WrongProgram[] = [...ofPowerOff, ...ofClones, ...ofMoves];
