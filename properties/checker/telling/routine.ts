import type { StoryLine } from '../narrate.ts';
import { isNoNews } from './channel.ts';
import { counted, listed } from './names.ts';
import { changeOf } from './scene.ts';

/** Lines that say only that time passes and that both sides live, told as one. */
export type Routine = { readonly folded: readonly StoryLine[] };

/** What is left to tell of a story, in order. */
export type Passage = StoryLine | Routine;

const fewest = 3;

const isRoutine = ({ event, before, after, refused, effects }: StoryLine): boolean => {
  if (refused !== null || effects.length > 0) return false;
  const { type } = event;
  if (type === 'tick' || type === 'heartbeat' || type === 'keepalive') return true;
  if (type !== 'acknowledge' && type !== 'readAck' && type !== 'throttle') return false;
  const change = changeOf({ before, after, effects: [] }, event.copy);
  const { was, is } = change;
  if (was?.mode !== 'recording' || is?.mode !== 'recording') return isNoNews(change);
  if (was.throttle.limit !== is.throttle.limit) return false;
  return was.connection === is.connection && isNoNews(change);
};

/** Runs of at least three such lines become one; what is not routine stays as it is. */
export const folded = (lines: readonly StoryLine[]): readonly Passage[] => {
  const passages: Passage[] = [];
  let run: StoryLine[] = [];
  const close = (): void => {
    passages.push(...(run.length < fewest ? run : [{ folded: run }]));
    run = [];
  };
  for (const line of lines) {
    if (isRoutine(line)) {
      run.push(line);
      continue;
    }
    close();
    passages.push(line);
  }
  close();
  return passages;
};

/** `6 ticks pass (with 12 heartbeats and 10 keepalives)`. An ack without news keeps alive too. */
export const routineText = ({ folded: lines }: Routine): string => {
  const count = (...types: readonly string[]): number =>
    lines.filter(({ event }) => types.includes(event.type)).length;
  const ticks = count('tick');
  const others = [
    [count('heartbeat'), 'heartbeat'],
    [count('keepalive', 'acknowledge'), 'keepalive'],
  ] as const;
  const signs = others.filter(([some]) => some > 0).map(([some, noun]) => counted(some, noun));
  if (ticks === 0) return signs.length === 0 ? 'acks without news' : listed(signs);
  const passing = `${counted(ticks, 'tick')} ${ticks === 1 ? 'passes' : 'pass'}`;
  return signs.length === 0 ? passing : `${passing} (with ${listed(signs)})`;
};
