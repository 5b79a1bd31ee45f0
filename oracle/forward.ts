import type { Event } from '../model/event.ts';
import type { Arriving, State, Vm } from '../model/state.ts';
import { settled } from './at-once.ts';
import { type Breach, type Candidate, copyIn, type Log, take, walkFrom } from './candidate.ts';
import type { Hidden, Ways } from './hidden.ts';
import type { Observed } from './observation.ts';
import { replayOne } from './on-execution.ts';
import { happen } from './on-line.ts';
import { outlook } from './outlook.ts';
import { closesMore } from './wanted.ts';

/** As many unseen steps are tried at most before one line. */
export const mostSteps = 6_000;

/** As many ways are kept at most; where there are more, a refusal is not certain. */
export const mostCandidates = 200;

type Node = {
  readonly at: number;
  readonly from: Candidate;
  readonly after: Candidate | null;
  readonly key: string | null; // of after
};

type Stepped = { readonly event: Event; readonly to: Candidate };

type Look = {
  readonly log: Log;
  readonly hidden: Hidden;
  readonly line: Observed;
  readonly given: number; // steps that might be tried
  left: number; // of them
  breach: Breach | null;
};

/** Of these a line lets go of the writes before it, which nobody sees (R34-11). */
const behindWrites = ['submit', 'stop', 'snapshot', 'switchOver'] as const;

const writes = ({ kinds }: Hidden, { copies }: State): readonly Event[] =>
  behindWrites.some((did) => kinds.has(did))
    ? copies.flatMap((copy): readonly Event[] => {
        const isWrite = 'withheld' in copy && copy.withheld[0]?.device === 'disk';
        return isWrite ? [{ type: 'release', copy: copy.id }] : [];
      })
    : [];

const unseenEvents = ({ log, hidden }: Look, { state }: Candidate): readonly Event[] => [
  ...hidden.tried.flatMap((type): readonly Event[] => log.spec.actions[type].instances(state)),
  ...writes(hidden, state),
];

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

const stepped = (look: Look, from: Candidate, event: Event): Candidate | null => {
  const { log, hidden } = look;
  look.left--;
  const walk = walkFrom(log, from);
  const breach = event.type === 'replay' ? replayOne(walk, event.copy) : take(walk, event);
  if (breach !== null) return null;
  const isGone = event.type === 'replay' && copyIn(walk, event.copy)?.mode === 'halted';
  return isGone ? null : settled(log, hidden.atOnce, walk.candidate);
};

const nodeAt = (look: Look, from: Candidate, at: number): Node => {
  const { log, hidden, line } = look;
  look.left--;
  const walk = walkFrom(log, from);
  const breach = happen(walk, line);
  if (breach !== null) {
    look.breach ??= breach;
    return { at, from, after: null, key: null };
  }
  const after = settled(log, hidden.atOnce, walk.candidate);
  return { at, from, after, key: outlook(after, hidden.isOutside) };
};

type Found = Ways & { readonly left: number };

const found = (candidates: readonly Candidate[], { breach, given, left }: Look): Found => ({
  candidates: candidates.slice(0, mostCandidates),
  breach,
  isCut: left <= 0 || candidates.length > mostCandidates,
  tries: given - left,
  left,
});

/** All that can happen unseen next, and where it leads. */
const stepsFrom = (look: Look, from: Candidate): readonly Stepped[] => {
  const { hidden } = look;
  const { state } = from;
  const steps: Stepped[] = [];
  for (const event of unseenEvents(look, from)) {
    if (hidden.isOutside && !isUseful(look, state, event)) continue;
    const to = stepped(look, from, event);
    if (to !== null) steps.push({ event, to });
  }
  return steps;
};

/** The step may as well have happened behind the line. */
const isLater = (look: Look, node: Node, event: Event, more: Node): boolean => {
  if (node.after === null || more.key === null) return false;
  const later = stepped(look, node.after, event);
  return later !== null && outlook(later, look.hidden.isOutside) === more.key;
};

/** As long as there is only one way on, it is taken: to the line, or to where there are more. */
const alongOneWay = (look: Look, from: Candidate): Candidate | Found => {
  const { log, hidden, line } = look;
  let now = from;
  while (look.left > 0) {
    look.left--;
    const walk = walkFrom(log, now);
    const breach = happen(walk, line);
    if (breach === null) return found([settled(log, hidden.atOnce, walk.candidate)], look);
    look.breach ??= breach;
    const [step, other] = stepsFrom(look, now);
    if (step === undefined) return found([], look);
    if (other !== undefined) return now;
    now = step.to;
  }
  return found([], look);
};

const throughAll = (look: Look, candidates: readonly Candidate[], isClosing: boolean): Found => {
  const { hidden } = look;
  const nodes = new Map<string, Node>();
  const dropped = new Set<Node>();
  const open: Node[] = [];
  const reachedAt = (from: Candidate): Node => {
    const key = outlook(from, hidden.isOutside);
    const known = nodes.get(key);
    if (known !== undefined) return known;
    const node = nodeAt(look, from, nodes.size);
    nodes.set(key, node);
    if (isClosing || node.after === null) open.push(node);
    return node;
  };
  for (const candidate of candidates) reachedAt(candidate);
  for (let next = 0; next < open.length && look.left > 0; next++) {
    const node = open[next];
    if (node === undefined) break;
    for (const { event, to } of stepsFrom(look, node.from)) {
      const more = reachedAt(to);
      // only towards what was found later: so of each round of steps one way is kept
      if (more.at > node.at && isLater(look, node, event, more)) dropped.add(more);
    }
  }
  const kept = new Map<string, Candidate>();
  for (const node of nodes.values()) {
    if (node.after === null || node.key === null || dropped.has(node)) continue;
    if (!kept.has(node.key)) kept.set(node.key, node.after);
  }
  return found([...kept.values()], look);
};

/** How a search goes about it. */
export type Search = {
  readonly left: number; // steps that it may try
  readonly isClosing: boolean; // what can have happened by then may not happen any more
};

/**
 * A line after everything that can have happened unseen before it, but for what may as well have
 * happened behind it.
 */
export const allWays = (
  log: Log,
  hidden: Hidden,
  candidates: readonly Candidate[],
  line: Observed,
  { left, isClosing }: Search = { left: mostSteps, isClosing: closesMore(line, candidates) },
): Found => {
  const look: Look = { log, hidden, line, given: left, left, breach: null };
  const [only, other] = candidates;
  if (isClosing || only === undefined || other !== undefined) {
    return throughAll(look, candidates, isClosing);
  }
  const reached = alongOneWay(look, only);
  return 'state' in reached ? throughAll(look, [reached], isClosing) : reached;
};
