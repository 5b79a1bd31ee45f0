import type { CopyId } from '../model/ids.ts';
import { type Breach, guestIn, take, tellPlace, type Walk } from './candidate.ts';
import type { Observed } from './observation.ts';

/** How many packets of the line were posted before, which an instruction or packets take along. */
const alongWith = (line: Observed<'execute' | 'deliver'>): number => {
  const { outputs = [] } = line;
  if (outputs.some(({ device = 'network' }) => device !== 'network')) return 0;
  const isOwn = line.did === 'execute' && line.does !== 'kick';
  return isOwn ? outputs.length - 1 : outputs.length;
};

/**
 * Packets that leave together were posted one by one (R35-3): where the log says what the guest
 * does, and has not said that, it has done so on its way to where they leave.
 */
export const posted = (
  walk: Walk,
  id: CopyId,
  line: Observed<'execute' | 'deliver'>,
): Breach | null => {
  const count = alongWith(line) - (guestIn(walk, id)?.posted.length ?? 0);
  for (let at = 0; at < count && walk.log.isTold; at++) {
    tellPlace(walk, id, { does: 'post', end: line.position });
    const breach = take(walk, { type: 'execute', copy: id }, 'post');
    if (breach !== null) return breach;
  }
  return null;
};
