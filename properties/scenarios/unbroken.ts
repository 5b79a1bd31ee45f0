import { paper } from '../../model/paper.ts';
import type { Settings } from '../../model/settings.ts';
import { everyStep } from '../catalogue.ts';
import { judge } from '../checker/judge.ts';
import { type Line, type Played, play } from './play.ts';

/** Plays a story under the paper's protocol; no claim about steps may break on the way. */
export const unbroken = (settings: Settings, ...lines: readonly Line[]): Played => {
  const played = play(paper, settings, ...lines);
  const script = { settings, events: played.events, calm: false };
  const { refutation } = judge(paper, script, { claims: everyStep, witnesses: new Set() });
  if (refutation === null) return played;
  throw new Error(`${refutation.claim} breaks at "${lines[refutation.at]}"`);
};
