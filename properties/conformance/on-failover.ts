import { match } from 'ts-pattern';
import type { Report } from '../../impl/hypervisor/report.ts';
import type { Event } from '../../model/event.ts';
import type { Vm } from '../../model/state.ts';
import { putOff } from './bridge.ts';
import {
  type Reading,
  type Same,
  type Scene,
  sameGeneration,
  sameMode,
  sameOf,
  samePosition,
  stands,
  stutters,
} from './reading.ts';

/** What a copy says of suspicion, arbitration and going live, and of its end. */
export type Failover = Extract<
  Report,
  { readonly did: 'suspected' | 'asked' | 'learned' | 'wentLive' | 'halted' }
>;

type Suspected = Extract<Report, { readonly did: 'suspected' }>;

/** A backup says where its log is frozen (R23-11); one that knows of a power-off stops (R33-2d). */
const suspected = (scene: Scene, { received }: Suspected): Reading => {
  const event: Event = { type: 'suspect', copy: scene.id };
  if (scene.copy.mode !== 'replaying') return stands([event]);
  const frozen = sameOf(scene, 'frozen at', received, (copy) =>
    'received' in copy ? copy.received : copy.mode === 'halted' ? received : null,
  );
  return stands([event], [frozen]);
};

/**
 * A request that cannot get to the storage, or that repeats one which is under way, is none: the
 * answers to both would be the same (R23-21). One that an earlier contest has left behind, and the
 * program has merged with another, is lost.
 */
const asked = ({ copy, id, state, ledger }: Scene, generation: number): Reading => {
  const same: Same = {
    what: 'generation to be left',
    program: generation,
    specification: () => ('generation' in copy ? copy.generation : null),
  };
  if (!state.hosts[copy.host].storage) return stutters(same);
  ledger.asked.set(id, generation);
  const underWay = state.storage.requests.find((request) => request.copy === id);
  if (underWay?.generation === generation) return stutters(same);
  const stale: readonly Event[] = underWay === undefined ? [] : [{ type: 'loseRequest', copy: id }];
  return stands([...stale, { type: 'testAndSet', copy: id }], [same]);
};

type Learned = Extract<Report, { readonly did: 'learned' }>;

/**
 * Answers to earlier contests that the program threw away unread are read first. Where the answer
 * is to a question asked twice, of which the specification has lost one, it is asked again: the
 * storage says the same (R23-21).
 */
const learned = ({ copy, id, state, ledger }: Scene, { generation, outcome }: Learned): Reading => {
  if (outcome === 'unreachable') return stutters();
  const { replies, requests } = state.storage;
  const own = replies.filter((reply) => reply.copy === id);
  const place = own.findIndex((reply) => reply.generation === generation);
  const isContending = copy.mode === 'withholding' || copy.mode === 'frozen';
  if (place < 0 && !isContending) return stutters();
  const isAsked = requests.some((request) => request.copy === id);
  const again: readonly Event[] =
    place < 0 && ledger.asked.get(id) === generation
      ? [
          ...(isAsked ? [] : [{ type: 'testAndSet', copy: id } as const]),
          { type: 'arbitrate', copy: id },
        ]
      : [];
  const stale = (place < 0 ? own : own.slice(0, place)).map(
    (): Event => ({ type: 'learn', copy: id }),
  );
  const is = (mode: Vm['mode']): string => (mode === 'halted' ? 'lost' : 'won');
  const same = sameOf({ id }, 'outcome', isContending ? outcome : null, (after) =>
    isContending ? is(after.mode) : null,
  );
  return stands([...again, ...stale, { type: 'learn', copy: id }], [same]);
};

type WentLive = Extract<Report, { readonly did: 'wentLive' }>;

/** A primary that has won is live at once; a backup once it has drained its log (R23-8, R23-10). */
const wentLive = (scene: Scene, { generation, position }: WentLive): Reading => {
  const same = [
    sameMode(scene, 'live'),
    sameGeneration(scene, generation),
    samePosition(scene, position),
  ];
  const isLive = scene.copy.mode === 'live';
  return isLive ? stutters(...same) : stands([{ type: 'goLive', copy: scene.id }], same);
};

type Halted = Extract<Report, { readonly did: 'halted' }>;

/** A copy halts by what it has learned, suspected or done before; only to discard it is a step. */
const halted = (scene: Scene, { because }: Halted): Reading => {
  const { state, ledger, id, copy } = scene;
  // it has handed over to nobody, and is stuck since
  if (because === 'moved' && 'wedged' in copy && copy.wedged) {
    ledger.remains.add(id);
    return stutters();
  }
  const same = sameOf(scene, 'halted because', because, (after) =>
    after.mode === 'halted' ? after.because : after.mode,
  );
  const leaving = putOff(state, ledger, (one) => one.id === id);
  const isDiscarded = because === 'discarded' && copy.mode !== 'halted';
  const discarding: readonly Event[] = isDiscarded ? [{ type: 'discard', copy: id }] : [];
  return stands([...leaving, ...discarding], [same]);
};

/** What a line about a failure and what follows stands for. */
export const onFailover = (scene: Scene, report: Failover): Reading =>
  match(report)
    .returnType<Reading>()
    .with({ did: 'suspected' }, (line) => suspected(scene, line))
    .with({ did: 'asked' }, ({ generation }) => asked(scene, generation))
    .with({ did: 'learned' }, (line) => learned(scene, line))
    .with({ did: 'wentLive' }, (line) => wentLive(scene, line))
    .with({ did: 'halted' }, (line) => halted(scene, line))
    .exhaustive();
