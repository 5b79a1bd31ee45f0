import type { Episode } from './pair-world.ts';

/** How often scripts came to what a verdict in favour of a program rests on. */
export type Reached = {
  readonly takeovers: number; // a backup went live
  readonly survivals: number; // a primary won the arbitration
  readonly losses: number; // a copy lost the arbitration
  readonly digests: number; // states of the guest were told
};

/** Nothing was reached yet. */
export const nothingReached: Reached = { takeovers: 0, survivals: 0, losses: 0, digests: 0 };

const following: ReadonlySet<string> = new Set(['receive', 'replay', 'acknowledge', 'reconnect']);

/** What was reached before, and in this course of a script. */
export const reachedIn = (before: Reached, episodes: readonly Episode[]): Reached => {
  let { takeovers, survivals, losses, digests } = before;
  const backups = new Set<string>();
  for (const episode of episodes) {
    if (episode.kind !== 'line' || !('copy' in episode.line)) continue;
    const { line } = episode;
    if (following.has(line.did)) backups.add(line.copy);
    else if (line.did === 'digest') digests++;
    else if (line.did === 'goLive') {
      takeovers++;
      backups.delete(line.copy);
    } else if (line.did === 'learn' && line.outcome === 'lost') losses++;
    else if (line.did === 'learn' && !backups.has(line.copy)) survivals++;
  }
  return { takeovers, survivals, losses, digests };
};
