import type { Event } from '../model/event.ts';
import type { Arriving, State, Vm } from '../model/state.ts';
import { settled } from './at-once.ts';
import { type Breach, type Candidate, copyIn, type Log, take, walkFrom } from './candidate.ts';
import type { Hidden } from './hidden.ts';
import type { Observed } from './observation.ts';
import { replayOne } from './on-execution.ts';
import { happen } from './on-line.ts';
import { outlook } from './outlook.ts';

/** What is left of the steps that a search may take. */
export type Purse = { left: number };

type Node = {
  readonly at: number;
  readonly from: Candidate;
  readonly after: Candidate | null;
  readonly key: string | null; // of after
};

type Look = {
  readonly log: Log;
  readonly hidden: Hidden;
  readonly line: Observed;
  readonly purse: Purse;
  breach: Breach | null;
};

const unseenEvents = ({ log, hidden: { types } }: Look, { state }: Candidate): readonly Event[] =>
  types.flatMap((type): readonly Event[] => log.spec.actions[type].instances(state));

const waits = ({ copies }: State, { line }: Vm): boolean =>
  copies.some((one) => one.mode === 'recording' && one.backup === line && one.connection === null);

/** Its backup asks for a quiet disk, to be moved there (R33-7). */
const asksWith = ({ copies }: State, { id, source, image }: Arriving): boolean => {
  const from = copies[source];
  return image !== null && from?.mode === 'replaying' && from.move === id;
};

/** The host that is reserved for it can be picked for another, or never more by itself (R33-4). */
const frees = ({ log, line }: Look, { copies }: State, { host, id, source }: Arriving): boolean => {
  if (line.did === 'migrate' || line.did === 'pause') {
    // each of them has to go, in whatever order
    const first = copies.find(
      (one) => one.mode === 'arriving' && one.host === host && one.source === source,
    );
    return log.hosts.get(line.host) === host && first?.id === id;
  }
  return line.did === 'wedge' && log.copies.get(line.copy) === id;
};

/** Who does not know yet that it has lost can do all that it could before, and more than after. */
const isNews = ({ storage }: State, copy: Vm): boolean => {
  if (copy.mode !== 'withholding' && copy.mode !== 'frozen') return false;
  const reply = storage.replies.find((one) => one.copy === copy.id);
  return reply?.outcome === 'won' || reply?.generation !== copy.generation;
};

/** Of what can have happened unseen the rest makes nothing possible, before this line or later. */
const isUseful = (look: Look, state: State, event: Event): boolean => {
  const { line } = look;
  const copy = 'copy' in event ? state.copies[event.copy] : undefined;
  if (copy === undefined) return true;
  switch (event.type) {
    case 'discard':
      if (copy.mode === 'cloning') return copy.snapshot !== null && waits(state, copy);
      if (copy.mode !== 'arriving') return false;
      return asksWith(state, copy) || frees(look, state, copy);
    case 'abandon':
      return copy.mode === 'recording' || line.did === 'place' || line.did === 'migrate';
    case 'learn':
      return isNews(state, copy);
    default:
      return true;
  }
};

const stepped = ({ log, hidden, purse }: Look, from: Candidate, event: Event): Candidate | null => {
  purse.left--;
  const walk = walkFrom(log, from);
  const breach = event.type === 'replay' ? replayOne(walk, event.copy) : take(walk, event);
  if (breach !== null) return null;
  const isGone =
    event.type === 'replay' && copyIn(walk, event.copy)?.mode === 'halted';
  return isGone ? null : settled(log, hidden.atOnce, walk.candidate);
};

const nodeAt = (look: Look, from: Candidate, at: number): Node => {
  const { log, hidden, line } = look;
  look.purse.left--;
  const walk = walkFrom(log, from);
  const breach = happen(walk, line);
  if (breach !== null) {
    look.breach ??= breach;
    return { at, from, after: null, key: null };
  }
  const after = settled(log, hidden.atOnce, walk.candidate);
  return { at, from, after, key: outlook(after, hidden.isPruned) };
};

/** The step may as well have happened behind the line. */
const isLater = (look: Look, node: Node, event: Event, more: Node): boolean => {
  if (node.after === null || more.key === null) return false;
  const later = stepped(look, node.after, event);
  return later !== null && outlook(later, look.hidden.isPruned) === more.key;
};

export type Found = {
  readonly candidates: readonly Candidate[];
  readonly breach: Breach | null;
  readonly isCut: boolean;
};

/**
 * Everything that can have happened unseen before a line, but for what may as well have happened
 * behind it.
 */
export const allWays = (
  log: Log,
  hidden: Hidden,
  candidates: readonly Candidate[],
  line: Observed,
  purse: Purse,
  closes: boolean,
): Found => {
  const look: Look = { log, hidden, line, purse, breach: null };
  const nodes = new Map<string, Node>();
  const dropped = new Set<Node>();
  const open: Node[] = [];
  const reachedAt = (from: Candidate, key: string): Node => {
    const known = nodes.get(key);
    if (known !== undefined) return known;
    const node = nodeAt(look, from, nodes.size);
    nodes.set(key, node);
    if (closes || node.after === null) open.push(node);
    return node;
  };
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1 && !closes) {
    const walk = walkFrom(log, only);
    if (happen(walk, line) === null) {
      const now = settled(log, hidden.atOnce, walk.candidate);
      return { candidates: [now], breach: null, isCut: false };
    }
  }
  for (const candidate of candidates) {
    const now = settled(log, hidden.atOnce, candidate);
    reachedAt(now, outlook(now, hidden.isPruned));
  }
  for (let node = open.shift(); node !== undefined && purse.left > 0; node = open.shift()) {
    for (const event of unseenEvents(look, node.from)) {
      if (hidden.isPruned && !isUseful(look, node.from.state, event)) continue;
      const more = stepped(look, node.from, event);
      if (more === null) continue;
      const child = reachedAt(more, outlook(more, hidden.isPruned));
      if (child.at > node.at && isLater(look, node, event, child)) dropped.add(child);
    }
  }
  const found = new Map<string, Candidate>();
  for (const node of nodes.values()) {
    if (node.after === null || node.key === null || dropped.has(node)) continue;
    if (!found.has(node.key)) found.set(node.key, node.after);
  }
  return { candidates: [...found.values()], breach: look.breach, isCut: purse.left <= 0 };
};
