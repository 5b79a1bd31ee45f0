import type { EventType } from '../../model/event.ts';
import type { State, Vm } from '../../model/state.ts';

export type Phase =
  | 'down'
  | 'deposed'
  | 'draining'
  | 'arbitrating'
  | 'suspected'
  | 'starting'
  | 'cloning'
  | 'unprotected'
  | 'severed'
  | 'stalled'
  | 'protected';

/** Where the protocol stands, by what the pair is in the middle of. The first that fits counts. */
export const phases: Readonly<Record<Phase, string>> = {
  down: 'no copy is left that executes or could',
  deposed: 'a copy is live while the primary that it replaced still runs',
  draining: 'a backup has won and replays what it holds',
  arbitrating: 'a test-and-set is on its way, or its answer',
  suspected: 'one side has declared the other failed and has not asked yet',
  starting: 'the log has begun and the clone has not said anything yet',
  cloning: 'a clone is being made and its source runs on',
  unprotected: 'a copy runs alone',
  severed: 'the logging channel of a pair is lost',
  stalled: 'a log buffer of a pair is full',
  protected: 'a pair works as it should',
};

const isContending = ({ mode }: Vm): boolean => mode === 'withholding' || mode === 'frozen';

const ofLive = (state: State, live: Extract<Vm, { readonly mode: 'live' }>): Phase => {
  const isDeposed = ({ mode }: Vm) => mode === 'recording' || mode === 'withholding';
  if (state.copies.some(isDeposed)) return 'deposed';
  return live.clone === null ? 'unprotected' : 'cloning';
};

const ofPair = (state: State, primary: Extract<Vm, { readonly mode: 'recording' }>): Phase => {
  const { connection: id, buffer } = primary;
  if (id === null) return 'starting';
  if (!state.connections.some((connection) => connection.id === id && connection.open)) {
    return 'severed';
  }
  const backup = state.copies[primary.backup];
  const isFull =
    buffer.length >= state.settings.primaryCapacity ||
    (backup?.mode === 'replaying' && backup.buffer.length >= state.settings.backupCapacity);
  return isFull ? 'stalled' : 'protected';
};

export const phaseOf = (state: State): Phase => {
  const { copies, storage } = state;
  let primary: Extract<Vm, { readonly mode: 'recording' }> | null = null;
  let live: Extract<Vm, { readonly mode: 'live' }> | null = null;
  let isContended = false;
  let isDraining = false;
  let follows = false;
  for (const copy of copies) {
    if (copy.mode === 'recording') primary = copy;
    else if (copy.mode === 'live') live = copy;
    else if (copy.mode === 'draining') isDraining = true;
    else if (isContending(copy)) isContended = true;
    else if (copy.mode === 'replaying') follows = true;
  }
  if (live !== null) return ofLive(state, live);
  if (isDraining) return 'draining';
  if (isContended) {
    const isAsked = storage.requests.length > 0 || storage.replies.length > 0;
    return isAsked ? 'arbitrating' : 'suspected';
  }
  if (primary !== null) return ofPair(state, primary);
  return follows ? 'protected' : 'down';
};

const brief: ReadonlySet<Phase> = new Set<Phase>([
  'deposed',
  'draining',
  'arbitrating',
  'suspected',
  'starting',
  'cloning',
]);

/** Whether the protocol is in the middle of something that is soon over: a fault may tell there. */
export const isBrief = (state: State): boolean => brief.has(phaseOf(state));

/** Everything that the environment does to the system; what undoes a fault is not one. */
export type FaultKind = Extract<
  EventType,
  | 'crash'
  | 'pause'
  | 'wedge'
  | 'cut'
  | 'reset'
  | 'loseStorage'
  | 'loseRequest'
  | 'loseReply'
  | 'loseService'
  | 'skew'
  | 'overcommit'
>;

export const faultKinds: readonly FaultKind[] = [
  'crash',
  'pause',
  'wedge',
  'cut',
  'reset',
  'loseStorage',
  'loseRequest',
  'loseReply',
  'loseService',
  'skew',
  'overcommit',
];

const kinds: ReadonlySet<string> = new Set(faultKinds);

export const isFault = (type: EventType): type is FaultKind => kinds.has(type);

/** Why a kind of fault cannot strike in a phase: cells that no run will ever reach. */
export const impossible: readonly {
  readonly phase: Phase;
  readonly kind: FaultKind;
  readonly because: string;
}[] = [
  {
    phase: 'suspected',
    kind: 'loseRequest',
    because: 'with a request on its way the phase is called arbitrating',
  },
  {
    phase: 'suspected',
    kind: 'loseReply',
    because: 'with a reply on its way the phase is called arbitrating',
  },
];
