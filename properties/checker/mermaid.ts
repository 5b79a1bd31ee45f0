import { match, P } from 'ts-pattern';
import { holderOf } from '../../model/actions/notation.ts';
import type { HostId } from '../../model/ids.ts';
import type { State, Vm } from '../../model/state.ts';
import type { Story, StoryLine } from './narrate.ts';
import { nameOf } from './telling/names.ts';
import { refrain } from './telling/refrain.ts';
import { folded, type Passage, routineText } from './telling/routine.ts';
import { wrapped } from './telling/wrap.ts';

type Party = HostId | 'Storage' | 'World';

const parties: Readonly<Record<Party, string>> = {
  A: 'host A',
  B: 'host B',
  C: 'host C',
  D: 'host D',
  Storage: 'shared storage',
  World: 'world',
};

const labelWidth = 44;

/** A label of a few lines. Semicolons end a statement, and a number sign begins an entity. */
const labelled = (text: string): string =>
  wrapped(
    text.replace(/[#;]/g, (sign) => `#${sign.charCodeAt(0)};`),
    labelWidth,
  ).join('<br/>');

const note = (party: Party, text: string): string => `Note over ${party}: ${labelled(text)}`;

const hostIn = ({ copies }: State, id: number): Party => copies[id]?.host ?? 'World';

const peerOf = (state: State, copy: Vm | undefined): Party =>
  match(copy)
    .with({ mode: 'recording' }, ({ backup }) => holderOf(state, backup)?.host ?? 'World')
    .with({ mode: 'replaying' }, ({ primary }) => holderOf(state, primary)?.host ?? 'World')
    .with({ mode: 'cloning' }, ({ source }) => holderOf(state, source)?.host ?? 'World')
    .otherwise(() => 'World');

/** The party at which a line is noted. */
const partyOf = ({ lane }: StoryLine): Party =>
  match(lane)
    .returnType<Party>()
    .with('storage', () => 'Storage')
    .with(P.union('A', 'B', 'C', 'D'), (host) => host)
    .otherwise(() => 'World');

const remote = P.union('flush', 'acknowledge', 'heartbeat', 'keepalive', 'reconnect');

/** The way of what travels between two parties; `null` for what happens within one. */
const wayOf = ({ event, before, refused }: StoryLine): string | null => {
  if (refused !== null || !('copy' in event)) return null;
  const own = hostIn(before, event.copy);
  return match(event.type)
    .with(remote, () => `${own}-)${peerOf(before, before.copies[event.copy])}`)
    .with(P.union('testAndSet', 'submit'), () => `${own}->>Storage`)
    .with('learn', () => `Storage-->>${own}`)
    .otherwise(() => null);
};

const statementsOf = (passage: Passage): readonly string[] => {
  if ('folded' in passage) return [note('World', routineText(passage))];
  const { number, who, clause, effects, event, noticed } = passage;
  const text = `(${number}) ${who === '' ? '' : `${who} `}${clause}`;
  const way = wayOf(passage);
  const own = way === null ? note(partyOf(passage), text) : `${way}: ${labelled(text)}`;
  const seen = noticed.flatMap((effect, index) => {
    // a disk operation is an arrow to the storage already
    if (effect.type === 'submit') return [];
    const from = effect.type === 'write' ? 'Storage' : effect.host;
    return [`${from}->>World: ${labelled(`(${number}) ${effects[index] ?? ''}`)}`];
  });
  // what leaves the host is its own arrow
  const isSaid = seen.length > 0 && (event.type === 'release' || event.type === 'announce');
  return isSaid ? seen : [own, ...seen];
};

/** What comes again and again after so many events, in a loop; or that nothing more comes. */
const statementsAround = (
  lines: readonly StoryLine[],
  loop: number | null,
  fold: boolean,
): readonly string[] => {
  const statements = (from: number, to?: number): readonly string[] => {
    const part = lines.slice(from, to);
    return (fold ? folded(part) : part).flatMap(statementsOf);
  };
  if (loop === null) return statements(0);
  if (loop === lines.length) return [...statements(0), note('World', refrain(loop, loop))];
  const again = statements(loop).map((statement) => `  ${statement}`);
  return [...statements(0, loop), 'loop for ever', ...again, 'end'];
};

/**
 * A story as a sequence diagram of Mermaid; the numbers are those of the text. Of a lasso `loop`
 * says how many events come before those that come again and again.
 */
export const mermaid = (story: Story, fold = true, loop: number | null = null): string => {
  const opening = story.begun.copies.map((copy) =>
    note(copy.host, `${nameOf(copy)} is ${copy.mode}`),
  );
  const statements = [...opening, ...statementsAround(story.lines, loop, fold)];
  const isUsed = (party: string): boolean =>
    statements.some((statement) =>
      new RegExp(`(^|\\W)${party}\\b`).test(statement.split(':')[0] ?? ''),
    );
  const participants = Object.entries(parties)
    .filter(([party]) => isUsed(party))
    .map(([party, name]) => `participant ${party} as ${name}`);
  return ['sequenceDiagram', ...[...participants, ...statements].map((it) => `  ${it}`)].join('\n');
};
