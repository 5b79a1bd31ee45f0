import { rules, specification } from '../../model/paper.ts';
import { defaultClock, type Features, noFeatures } from '../../model/settings.ts';
import type { Mutant } from '../mutant.ts';

const timed = { clock: defaultClock };
const control: Features = { ...noFeatures, control: true };
const vmotion: Features = { ...noFeatures, vmotion: true };
const writer = { program: ['touch p', 'write x p'], features: vmotion } as const;

const notForwarded: Mutant = {
  spec: specification('poweroff-not-forwarded', {
    controlEntries: (operation, share) =>
      operation === 'powerOff' ? [] : rules.controlEntries(operation, share),
  }),
  breaks: ['S9'],
  because:
    'The primary is powered off and nothing in the log says so. Its backup hears no more of it, ' +
    'wins the test-and-set, and the VM is back.',
  cites: ['R33-2'],
  settings: { features: control },
};

const overtaken: Mutant = {
  spec: specification('poweroff-overtaken', {
    mayStop: (copy) =>
      copy.mode === 'replaying' ? rules.mayStop(copy) : copy.withheld.length === 0,
  }),
  breaks: ['S9'],
  because:
    'The primary is gone before the power-off entry is acknowledged. The channel was slow, the ' +
    'entry never arrives, and the backup goes live.',
  cites: ['R33-2'],
  settings: { features: control },
};

const waitsForever: Mutant = {
  spec: specification('poweroff-waits-forever', {
    watches: (copy) => copy.mode === 'replaying' || !copy.guest.isOff,
  }),
  breaks: ['L7', 'T1d', 'L1'],
  because:
    'A primary that is powered off waits for the acknowledgment of its backup and suspects ' +
    'nobody any more. The backup has crashed.',
  cites: ['R33-2'],
  settings: { ...timed, features: control },
};

const localChange: Mutant = {
  spec: specification('resource-change-local', {
    controlEntries: (operation, share) =>
      operation === 'powerOff' ? rules.controlEntries(operation, share) : [],
  }),
  breaks: ['S4', 'T1b'],
  because:
    'The primary alone gets a larger share of the CPU. Its backup cannot follow, and throttling ' +
    'hides it.',
  cites: ['R33-3'],
  settings: { features: control },
};

const withoutQuiesce: Mutant = {
  spec: specification('backup-vmotion-without-quiesce', {
    isQuiet: (copy) => copy.mode === 'replaying' || rules.isQuiet(copy),
  }),
  breaks: ['S11'],
  because:
    'A backup is moved while its guest waits for disk operations, which no VMotion allows. Their ' +
    'table moves with the guest and nothing else of them is on its host, so that in this model ' +
    'the rule of the switchover is all that it breaks.',
  cites: ['R33-5', 'R33-7'],
  settings: writer,
};

const neverReleased: Mutant = {
  spec: specification('quiesce-never-released', { quietAlone: (quiesce) => quiesce }),
  breaks: ['L5', 'L2a'],
  because:
    'The backup has asked for a quiet disk and its host dies. The primary goes live alone, and ' +
    'its disk stays quiesced for nobody.',
  cites: ['R33-8'],
  settings: { ...writer, ...timed, connectionLoss: 'evidence', hostCount: 3, start: 'protected' },
};

const pointNotLogged: Mutant = {
  spec: specification('quiesce-not-logged', {
    quiesceEntries: [],
    isQuiet: (copy) => (copy.mode === 'replaying' ? copy.asks : rules.isQuiet(copy)),
  }),
  breaks: ['S11'],
  because:
    'The primary quiesces its disk and does not log at which point, and its backup does not wait ' +
    'to be told: it takes what it has asked for as done, and moves with disk operations ' +
    'outstanding.',
  cites: ['R33-7'],
  settings: writer,
};

const backupSide: Mutant = {
  spec: specification('backup-side-management', { takesOrders: () => true }),
  breaks: ['S4', 'S9'],
  because:
    'An administrator changes the backup alone. It is no replica of its primary any more, of ' +
    'which neither knows.',
  cites: ['R33-1'],
  settings: { features: control },
};

const leavesLog: Mutant = {
  spec: specification('backup-vmotion-leaves-log', {
    handsOver: (copy) => (copy.mode === 'replaying' ? { ...copy, buffer: [] } : copy),
  }),
  breaks: ['S11', 'S5', 'S1'],
  because:
    'A backup is moved and its log buffer stays behind. It has acknowledged what was in it, the ' +
    'outputs have left, and the destination goes live short of them.',
  cites: ['R33-10'],
  settings: { features: vmotion },
};

const shutdownNotLogged: Mutant = {
  spec: specification('guest-shutdown-not-logged', {
    loggedNeeds: (needs) => needs.filter((need) => need !== 'OFF'),
  }),
  breaks: ['S9'],
  because:
    "Only an administrator's power-off makes an entry. The guest shuts itself down, its backup " +
    'may not run up to that point, drains short of it, and lives.',
  cites: ['R33-2', 'R21-8'],
  settings: { program: ['compute', 'shutdown'], features: { ...noFeatures, console: true } },
};

/** H: control operations and VMotion. */
export const controlMutants: readonly Mutant[] = [
  notForwarded,
  overtaken,
  waitsForever,
  localChange,
  withoutQuiesce,
  neverReleased,
  pointNotLogged,
  backupSide,
  leavesLog,
  shutdownNotLogged,
];
