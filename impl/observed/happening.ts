import type { Told } from '../host/journal.ts';
import type { Happening } from './reported.ts';

type Facts = {
  readonly copy: string;
  readonly source: string;
  readonly purpose: 'boot' | 'clone' | 'arrive';
  readonly generation: number;
  readonly outcome: 'won' | 'lost';
  readonly io: number;
  readonly transferredCount: number;
  readonly isWhole: boolean;
};

const isFacts = (facts: object): facts is Facts => 'copy' in facts;

/** What a process has told besides its reports, as something that befell the run. */
export const happeningIn = ({ by, event, facts }: Told): Happening | null => {
  if (!isFacts(facts)) return null;
  const { copy, source, purpose, generation, outcome, io, transferredCount, isWhole } = facts;
  if (event === 'began' && purpose === 'boot') return { what: 'booted', copy, host: by };
  if (event === 'began' && purpose !== 'boot') {
    return { what: 'placed', source, copy, host: by, purpose };
  }
  if (by !== 'storage') return null;
  if (event === 'decided') return { what: 'arbitrated', copy, generation, outcome };
  if (event === 'refused') return { what: 'refusedIo', copy, generation, io };
  if (event !== 'done') return null;
  return { what: 'applied', copy, generation, io, transferredCount, isWhole };
};
