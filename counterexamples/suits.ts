import type { Settings } from '../model/settings.ts';
import { hasDisk } from '../model/settings.ts';
import type { Scope } from '../properties/checker/explore/scope.ts';
import type { Mutant } from './mutant.ts';

const variants = ['ackPoint', 'connectionLoss', 'goLiveOutput', 'arbitration', 'start'] as const;

const hasSameVariants = (wanted: Partial<Settings>, settings: Settings): boolean =>
  variants.every((name) => wanted[name] === undefined || wanted[name] === settings[name]);

const hasFeatures = ({ features }: Partial<Settings>, settings: Settings): boolean =>
  features === undefined ||
  (['console', 'control', 'vmotion'] as const).every(
    (name) => !features[name] || settings.features[name],
  );

/** A guest that uses its disk for one that does, and one whose instructions log two entries. */
const hasProgram = ({ program }: Partial<Settings>, settings: Settings): boolean =>
  program === undefined ||
  ((!hasDisk({ program }) || hasDisk(settings)) &&
    (!program.includes('stamp') || settings.program.includes('stamp')));

/** Whether what a mutant changes can be seen in a scope at all, as far as its settings tell. */
export const suits = ({ settings: wanted }: Mutant, { settings }: Scope): boolean =>
  (wanted.clock ?? null) === null &&
  settings.clock === null &&
  hasSameVariants(wanted, settings) &&
  hasFeatures(wanted, settings) &&
  hasProgram(wanted, settings);
