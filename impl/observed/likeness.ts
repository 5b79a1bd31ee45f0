import type { Report } from '../hypervisor/report.ts';

type Performed = Extract<Report, { readonly did: 'performed' }>;

/** A guest powers itself off, for reasons of its own. */
export const ownEnd = 'power off';

/**
 * What an instruction of any image does, in the words of an observation: what it needed logged and
 * what it put out is all that others can tell of it (R21-3, R22-3). Between which blocks and
 * pages a disk operation is, nobody reports.
 */
export const doesOf = ({ needs, outputs }: Performed): string => {
  const [first] = outputs;
  if (needs.includes('OFF')) return ownEnd;
  if (needs.includes('ND')) return needs.includes('OUT') ? 'stamp' : 'readTime';
  if (!needs.includes('OUT')) return 'read';
  if (first?.device === 'disk') return 'write';
  return first?.device === 'console' ? 'print' : 'transmit';
};
