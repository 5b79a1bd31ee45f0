import type { Recording, State, Vm } from '../../model/state.ts';

export type Phase =
  | 'down'
  | 'poweringOff'
  | 'deposed'
  | 'draining'
  | 'arbitrating'
  | 'suspected'
  | 'switching'
  | 'starting'
  | 'cloning'
  | 'moving'
  | 'quiescing'
  | 'unprotected'
  | 'severed'
  | 'stalled'
  | 'protected';

/** Where the protocol stands, by what the pair is in the middle of. The first that fits counts. */
export const phases: Readonly<Record<Phase, string>> = {
  down: 'no copy is left that executes or could',
  poweringOff: 'the VM was ordered off, or shuts down, and a copy of it still runs',
  deposed: 'a copy is live while the primary that it replaced still runs',
  draining: 'a backup has won and replays what it holds',
  arbitrating: 'a test-and-set is on its way, or its answer',
  suspected: 'one side has declared the other failed and has not asked yet',
  switching: 'a copy that moves was handed over and has not been taken up',
  starting: 'the log has begun and the clone has not said anything yet',
  cloning: 'a clone is being made and its source runs on',
  quiescing: 'a copy is about to switch over, and the disk is being brought to rest for it',
  moving: 'a copy is being copied to another host and runs on',
  unprotected: 'a copy runs alone',
  severed: 'the logging channel of a pair is lost',
  stalled: 'a log buffer of a pair is full',
  protected: 'a pair works as it should',
};

/** What the copies of a state are in the middle of: the newest copy of each kind. */
type Cast = {
  readonly primary: Recording | null;
  readonly live: Extract<Vm, { readonly mode: 'live' }> | null;
  readonly isContended: boolean;
  readonly isDraining: boolean;
  readonly follows: boolean;
  readonly isOff: boolean;
  readonly isHandedOver: boolean;
  readonly isMoving: boolean;
  readonly isQuieting: boolean;
};

type Draft = { -readonly [K in keyof Cast]: Cast[K] };

const nobody: Cast = {
  primary: null,
  live: null,
  isContended: false,
  isDraining: false,
  follows: false,
  isOff: false,
  isHandedOver: false,
  isMoving: false,
  isQuieting: false,
};

const cast = (draft: Draft, copy: Vm): void => {
  if ('guest' in copy && copy.guest.isOff) draft.isOff = true;
  if ('move' in copy && copy.move !== null) draft.isMoving = true;
  if ('devices' in copy && copy.devices.quiesce !== 'none') draft.isQuieting = true;
  switch (copy.mode) {
    case 'recording':
      draft.primary = copy;
      return;
    case 'live':
      draft.live = copy;
      return;
    case 'draining':
      draft.isDraining = true;
      return;
    case 'withholding':
    case 'frozen':
      draft.isContended = true;
      return;
    case 'replaying':
      draft.follows = true;
      return;
    case 'arriving':
      if (copy.handed !== null) draft.isHandedOver = true;
  }
};

const castOf = ({ copies }: State): Cast => {
  const draft: Draft = { ...nobody };
  for (const copy of copies) cast(draft, copy);
  return draft;
};

const ofLive = (state: State, { live, isQuieting, isMoving }: Cast): Phase => {
  const isDeposed = ({ mode }: Vm) => mode === 'recording' || mode === 'withholding';
  if (state.copies.some(isDeposed)) return 'deposed';
  if (isQuieting) return 'quiescing';
  if (isMoving) return 'moving';
  return live?.clone === null ? 'unprotected' : 'cloning';
};

const isFull = ({ copies, settings }: State, { buffer }: Recording): boolean =>
  buffer.length >= settings.primaryCapacity ||
  copies.some((copy) => copy.mode === 'replaying' && copy.buffer.length >= settings.backupCapacity);

const ofPair = (state: State, primary: Recording, { isQuieting, isMoving }: Cast): Phase => {
  const { connection: id } = primary;
  // one that has moved waits for its backup too, but it has long had acknowledgments
  if (id === null && primary.acked === 0) return 'starting';
  if (isQuieting) return 'quiescing';
  if (isMoving) return 'moving';
  if (!state.connections.some((connection) => connection.id === id && connection.open)) {
    return 'severed';
  }
  return isFull(state, primary) ? 'stalled' : 'protected';
};

export const phaseOf = (state: State): Phase => {
  const seen = castOf(state);
  // a copy that was replaced may still be ordered off, without the VM being so
  if (seen.isOff && (seen.live === null || seen.live.guest.isOff)) return 'poweringOff';
  if (seen.live !== null) return ofLive(state, seen);
  if (seen.isDraining) return 'draining';
  if (seen.isContended) {
    const { requests, replies } = state.storage;
    return requests.length + replies.length > 0 ? 'arbitrating' : 'suspected';
  }
  if (seen.isHandedOver) return 'switching';
  if (seen.primary !== null) return ofPair(state, seen.primary, seen);
  return seen.follows ? 'protected' : 'down';
};

const brief: ReadonlySet<Phase> = new Set<Phase>([
  'poweringOff',
  'deposed',
  'draining',
  'arbitrating',
  'suspected',
  'switching',
  'starting',
  'cloning',
  'moving',
  'quiescing',
]);

/** Whether the protocol is in the middle of something that is soon over: a fault may tell there. */
export const isBrief = (state: State): boolean => brief.has(phaseOf(state));
