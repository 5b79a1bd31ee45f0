import type { Observed } from '../observation.ts';
import type { Episode, Silence } from './pair-world.ts';
import type { Reset, Stimulus } from './stimulus.ts';

const valueText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? `${value}` : JSON.stringify(value);

const wordsOf = (fields: readonly (readonly [string, unknown])[]): string =>
  fields.map(([name, value]) => ` ${name} ${valueText(value)}`).join('');

/** The variants are claimed; the room that there is was drawn, and explains what is full. */
const begunText = ({ settings }: Reset): string => {
  const { primaryCapacity, backupCapacity, packetGroup } = settings;
  const drawn = wordsOf(Object.entries({ primaryCapacity, backupCapacity, packetGroup }));
  return `the pair begins: p is the primary on A, b its backup on B;${drawn}`;
};

/** Why somebody may suspect its peer now. */
const silenceText = (silence: Silence | null): string => {
  const { heartbeat = null, log = null } = silence ?? {};
  const parts = [
    ...(heartbeat === null ? [] : [`no heartbeat since ${heartbeat}`]),
    ...(log === null ? [] : [`nothing on the channel since ${log}`]),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
};

const toldText = (stimulus: Stimulus): string => {
  if (stimulus.do === 'reset') return begunText(stimulus);
  const { do: does, ...rest } = stimulus;
  const fields = Object.entries(rest).filter(([name]) => name !== 'host' && name !== 'message');
  const who = 'host' in stimulus ? `${stimulus.host} <- ` : '';
  const kind = stimulus.do === 'message' ? `message (${stimulus.kind})` : null;
  return `${who}${kind ?? `${does}${wordsOf(fields)}`}`;
};

const lineText = (line: Observed): string => {
  const { node, n: _, did, ...rest } = line;
  const fields = Object.entries(rest).filter(([name]) => name !== 'copy' || node === 'world');
  return node === 'world' ? `-- ${did}${wordsOf(fields)}` : `   ${node}: ${did}${wordsOf(fields)}`;
};

/** Lines without which the story is the same. */
const dull: ReadonlySet<string> = new Set(['heartbeat', 'keepalive', 'digest']);

const isDull = (episode: Episode, isLast: boolean): boolean => {
  if (isLast) return false;
  if (episode.kind === 'line') return dull.has(episode.line.did);
  return episode.stimulus.do === 'message' && dull.has(episode.stimulus.kind);
};

const textOf = (episode: Episode): string => {
  if (episode.kind === 'told')
    return `${toldText(episode.stimulus)}${silenceText(episode.silence)}`;
  return `${lineText(episode.line)}${episode.isUnheard ? ' (nobody hears it)' : ''}`;
};

/** What is told again and again while nothing comes of it: only the last time is of interest. */
const again = /^[AB] <- (?:tick|replay)\b/;

/** What the harness told and what the program said, a line each; what is told in vain, once. */
export const storyLines = (episodes: readonly Episode[]): readonly string[] => {
  const lines: string[] = [];
  let vain = 0; // so many of the last lines
  for (const [at, episode] of episodes.entries()) {
    if (isDull(episode, at === episodes.length - 1)) continue;
    const text = textOf(episode);
    const [kind] = again.exec(text) ?? [];
    if (kind !== undefined) {
      const before = lines.findLastIndex((line) => line.startsWith(kind));
      if (before >= lines.length - vain && before >= 0) {
        lines.splice(before, 1);
        vain--;
      }
    }
    vain = kind === undefined ? 0 : vain + 1;
    lines.push(text);
  }
  return lines;
};
