import type { Guest } from '../guest.ts';
import { type CopyId, type Generation, generation } from '../ids.ts';
import type { Action } from '../spec.ts';
import type {
  Devices,
  Draining,
  Frozen,
  Live,
  Outcome,
  Reply,
  Request,
  State,
  Storage,
  Vm,
  Withholding,
} from '../state.ts';
import { free, halted, inMode, isDue, moved, remember, silent, withDevices } from './notation.ts';
import { isDrained } from './replay.ts';

/** What one test-and-set does to the arbiter: atomic, decided by what is stored (R23-17). */
export type Arbitrate = (storage: Storage, request: Request) => Outcome;

/**
 * The first to ask for the generation after its own wins it; asked again by its owner, the arbiter
 * gives the same answer (R23-19, R23-21). So at most one of a pair takes over (R20-6).
 */
export const compareAndSwap: Arbitrate = ({ generation, owner }, request) => {
  if (generation === request.generation) return 'won';
  return generation === request.generation + 1 && owner === request.copy ? 'won' : 'lost';
};

/** How a won test-and-set is stored: the next generation, and whose it is (R23-21). */
export type Store = (storage: Storage, request: Request) => Storage;

/** The generation moves on by one, and the winner is its owner (R23-19, R23-21). */
export const nextGeneration: Store = (storage, request) => ({
  ...storage,
  generation: generation(request.generation + 1),
  owner: request.copy,
});

/** Whether a frozen backup may ask before it has replayed its log (R23-15, V8). */
export type MayAsk = (state: State, copy: Withholding | Frozen) => boolean;

/** Only where the setting says so does it drain first; a primary has nothing to drain (V8). */
export const inOrder: MayAsk = ({ settings }, copy) =>
  copy.mode === 'withholding' || settings.arbitration === 'testAndSetThenDrain' || isDrained(copy);

/** What a contender does when the storage cannot be reached (R23-17). */
export type WhenAway = (copy: Withholding | Frozen) => Vm | null;

/** It keeps waiting, neither live nor dead; without its disks the VM could not run (R23-18). */
export const waits: WhenAway = () => null;

/** What becomes of the copy that has lost (R23-17, R23-22). */
export type WhenLost = (copy: Withholding | Frozen) => Vm;

/** It halts, for good. */
export const halts: WhenLost = (copy) => halted(copy, 'lost');

/** Whether a reply is the answer to what the copy asks (R23-21). */
export type IsAnswer = (copy: Withholding | Frozen, reply: Reply) => boolean;

/** Of its own generation; one to an earlier contest is ignored. */
export const sameGeneration: IsAnswer = (copy, reply) => reply.generation === copy.generation;

/** Which disk operations a copy that has won does not submit again (R34-7, R23-20). */
export type AlreadySubmitted = (guest: Guest, devices: Devices) => Devices['submitted'];

/** None: those under way carry the old generation, and the storage refuses them. */
export const submitsAgain: AlreadySubmitted = () => [];

/** The outputs with which a primary goes live alone (R23-8). */
export type OnPrimaryLive = (copy: Withholding) => Live['withheld'];

/** All that it withheld, in order; what they waited for belongs to a log that is over. */
export const releasesAll: OnPrimaryLive = ({ withheld }) => withheld.map(free);

/** The decisions about who may go live (section 2.3 of the paper). */
export type ArbitrationRules = {
  readonly arbitrate: Arbitrate;
  readonly store: Store;
  readonly mayAsk: MayAsk;
  readonly whenAway: WhenAway;
  readonly whenLost: WhenLost;
  readonly isAnswer: IsAnswer;
  readonly onPrimaryLive: OnPrimaryLive;
  readonly alreadySubmitted: AlreadySubmitted;
};

const withoutFirst = <T extends Request>(all: readonly T[], copy: CopyId): readonly T[] => {
  const index = all.findIndex((one) => one.copy === copy);
  return all.filter((_, at) => at !== index);
};

const ifAny =
  (of: (storage: Storage) => readonly Request[]) =>
  ({ storage }: State, { id }: Vm): readonly object[] =>
    of(storage).some(({ copy }) => copy === id) ? [{}] : [];

const ifAsked = ifAny(({ requests }) => requests);
const ifAnswered = ifAny(({ replies }) => replies);

const withStorage = (state: State, storage: Storage): State => ({ ...state, storage });

/**
 * Whoever wants to go live, backup or primary, asks the arbiter for the generation after its own
 * (R23-17). Without an answer it asks again: neither success nor failure is assumed (R23-21).
 */
export const testAndSet = (rules: ArbitrationRules): Action<'testAndSet'> =>
  inMode('testAndSet', ['withholding', 'frozen'], (state, copy) => {
    if (!rules.mayAsk(state, copy)) return 'it drains its log before it arbitrates';
    if (!state.hosts[copy.host].storage) {
      const gone = rules.whenAway(copy);
      return gone === null ? 'the storage cannot be reached: it waits' : moved(state, gone);
    }
    const { requests } = state.storage;
    if (requests.some((request) => request.copy === copy.id)) return 'its request is under way';
    if (copy.watch.asked >= 0 && !isDue(state, copy.watch.asked, ({ retryEvery }) => retryEvery)) {
      return 'it is too early to ask again';
    }
    const request = { copy: copy.id, generation: copy.generation };
    const asked = withStorage(state, { ...state.storage, requests: [...requests, request] });
    return moved(asked, { ...copy, watch: remember(state, copy.watch, 'asked') });
  });

const contenders = [
  'withholding',
  'frozen',
  'draining',
  'live',
  'recording',
  'halted',
  'crashed',
] as const;

/** The storage performs one test-and-set, whatever has become of the copy that asked (R23-17). */
export const arbitrate = (rules: ArbitrationRules): Action<'arbitrate'> =>
  inMode(
    'arbitrate',
    contenders,
    (state, copy) => {
      const { storage } = state;
      const request = storage.requests.find((one) => one.copy === copy.id);
      if (request === undefined) return 'no request of it is under way';
      const outcome = rules.arbitrate(storage, request);
      const stored = outcome === 'won' ? rules.store(storage, request) : storage;
      const requests = withoutFirst(storage.requests, copy.id);
      const isAwaited = copy.mode !== 'crashed' && copy.mode !== 'halted';
      const replies = isAwaited ? [...storage.replies, { ...request, outcome }] : storage.replies;
      return silent(withStorage(state, { ...stored, requests, replies }));
    },
    { needs: 'nothing', instances: ifAsked },
  );

/**
 * The primary leaves recording mode and executes normally, its log dropped (R23-7, R23-8); what was
 * outstanding on its disk it submits again, under the generation it has won (R23-20).
 */
export const liveAlone = (rules: ArbitrationRules, copy: Withholding, won: Generation): Live => {
  const { id, line, host, guest, share, wedged, watch, reached } = copy;
  const withheld = rules.onPrimaryLive(copy);
  const submitted = rules.alreadySubmitted(guest, copy.devices);
  const { devices } = withDevices(copy, { submitted, arrived: [], settled: [] });
  const kept = { id, line, host, guest, share, wedged, watch, reached, withheld, devices };
  return { mode: 'live', ...kept, generation: won, told: false, clone: null, move: null };
};

/** The backup has the right to go live and drains what it holds (R23-10). */
export const winning = (copy: Frozen, won: Generation): Draining => ({
  ...copy,
  mode: 'draining',
  generation: won,
});

/** A contender learns what its test-and-set came to (R23-17). */
export const learn = (rules: ArbitrationRules): Action<'learn'> =>
  inMode('learn', ['withholding', 'frozen', 'draining', 'live', 'recording'], (state, copy) => {
    const reply = state.storage.replies.find((one) => one.copy === copy.id);
    if (reply === undefined) return 'no reply has arrived';
    if (!state.hosts[copy.host].storage) return 'the storage cannot be reached: it waits';
    const replies = withoutFirst(state.storage.replies, copy.id);
    const heard = withStorage(state, { ...state.storage, replies });
    if (copy.mode !== 'withholding' && copy.mode !== 'frozen') return silent(heard);
    if (!rules.isAnswer(copy, reply)) return silent(heard);
    if (reply.outcome === 'lost') return moved(heard, rules.whenLost(copy));
    const won = generation(reply.generation + 1);
    return moved(heard, copy.mode === 'frozen' ? winning(copy, won) : liveAlone(rules, copy, won));
  });

/** A request is lost on its way to the storage. */
export const loseRequest: Action<'loseRequest'> = inMode(
  'loseRequest',
  contenders,
  (state, copy) => {
    const requests = withoutFirst(state.storage.requests, copy.id);
    if (requests.length === state.storage.requests.length) return 'no request of it is under way';
    return silent(withStorage(state, { ...state.storage, requests }));
  },
  { needs: 'nothing', by: 'world', instances: ifAsked },
);

/** A reply is lost on its way from the storage: what was decided stays decided (R23-21). */
export const loseReply: Action<'loseReply'> = inMode(
  'loseReply',
  contenders,
  (state, copy) => {
    const replies = withoutFirst(state.storage.replies, copy.id);
    if (replies.length === state.storage.replies.length) return 'no reply to it is under way';
    return silent(withStorage(state, { ...state.storage, replies }));
  },
  { needs: 'nothing', by: 'world', instances: ifAnswered },
);
