import { match } from 'ts-pattern';
import type { Report } from '../../impl/hypervisor/report.ts';
import { connectionOf, holderOf } from '../../model/actions/notation.ts';
import type { Event } from '../../model/event.ts';
import type { CopyId } from '../../model/ids.ts';
import { bridged, firstPasses, putOff } from './bridge.ts';
import { acksLost, shareNamed } from './ledger.ts';
import {
  type Reading,
  type Same,
  type Scene,
  type Senseless,
  sameGeneration,
  sameMode,
  sameOf,
  samePosition,
  samePositionBefore,
  senseless,
  stands,
  stutters,
} from './reading.ts';

/** What a copy says of its protection, its flow control, its management and its moves. */
export type Service = Extract<
  Report,
  {
    readonly did:
      | 'askedForBackup'
      | 'cloning'
      | 'gotImage'
      | 'gotAll'
      | 'cut'
      | 'armed'
      | 'abandoned'
      | 'limited'
      | 'ordered'
      | 'stopped'
      | 'moving'
      | 'quieting'
      | 'quieted'
      | 'switchedOver'
      | 'tookUp'
      | 'cancelled';
  }
>;

/** Another copy that the line names is the one that the specification has there. */
const sameOther = ({ ledger }: Scene, what: string, name: string, id: CopyId | null): Same => ({
  what,
  program: ledger.copies.get(name) ?? null,
  specification: () => id,
});

/**
 * What the clustering service has heard already it hears no more. What is said while it is away may
 * be on its way until it is back, and is heard then: as soon as a backup is placed for it (R31-6).
 */
const askedForBackup = ({ copy, id, state, ledger }: Scene): Reading => {
  const isHeard = copy.mode === 'live' && copy.told;
  if (isHeard) return stutters();
  if (state.service.up) return stands([{ type: 'requestBackup', copy: id }]);
  ledger.unheard.add(id);
  return stutters();
};

/**
 * A backup asks for a quiet disk as soon as its destination has been copied to; in the program it
 * has to hear of that first, so that there the specification waits for it to ask.
 */
const gotImage = (scene: Scene): Reading => {
  const { copy, id, state } = scene;
  const same = sameMode(scene, 'cloning', 'arriving');
  if (copy.mode !== 'cloning' && copy.mode !== 'arriving') return stutters(same);
  const source = copy.mode === 'cloning' ? holderOf(state, copy.source) : state.copies[copy.source];
  const isAwaited =
    (source?.mode === 'live' && (source.clone === id || source.move === id)) ||
    (source?.mode === 'recording' && source.move === id);
  if (!isAwaited) return stutters(same);
  return stands(bridged(state, source.host, copy.host, firstPasses(state, id)), [same]);
};

/** In the specification it has all of the VM as soon as that is handed over. */
const gotAll = (scene: Scene, offer: number): Reading => {
  scene.ledger.holding.set(scene.id, offer);
  return stutters(sameMode(scene, 'arriving'));
};

const cut = (scene: Scene, name: string, position: number): Reading => {
  const { copy, id, state } = scene;
  const clone = copy.mode === 'live' ? copy.clone : null;
  const to = clone === null ? undefined : state.copies[clone];
  const events: readonly Event[] = [...firstPasses(state, clone), { type: 'snapshot', copy: id }];
  return stands(bridged(state, to?.host, copy.host, events), [
    sameOther(scene, 'clone', name, clone),
    samePosition(scene, position),
  ]);
};

type Armed = Extract<Report, { readonly did: 'armed' }>;

const armed = (scene: Scene, { generation, position }: Armed): Reading => {
  const { copy, id, state } = scene;
  const from = copy.mode === 'cloning' ? holderOf(state, copy.source) : undefined;
  return stands(bridged(state, from?.host, copy.host, [{ type: 'arm', copy: id }]), [
    sameMode(scene, 'replaying'),
    sameGeneration(scene, generation),
    samePosition(scene, position),
  ]);
};

const destinationOf = ({ copy }: Scene): CopyId | null => ('move' in copy ? copy.move : null);

type Ordered = Extract<Report, { readonly did: 'ordered' }>;

const ordered = ({ ledger, id, copy }: Scene, report: Ordered): Reading | Senseless => {
  if (report.operation === 'powerOff') {
    return stands([{ type: 'order', copy: id, operation: 'powerOff' }]);
  }
  const share = shareNamed(ledger, report.share);
  if (share === undefined) return senseless('the specification knows two shares of the CPU only');
  // without a log nobody can tell an order that changes nothing from none
  if (copy.mode === 'live' && copy.share === share) return stutters();
  const operation = share === 2 ? 'raiseShare' : 'lowerShare';
  return stands([{ type: 'order', copy: id, operation }]);
};

/** To be moved itself it keeps its disk quiet from here on, unless it does already (R33-5). */
const quieting = (scene: Scene): Reading => {
  const { copy, id, state } = scene;
  if ('devices' in copy && copy.devices.quiesce !== 'none') return stutters();
  const to = destinationOf(scene);
  const host = to === null ? undefined : state.copies[to]?.host;
  const events: readonly Event[] = [...firstPasses(state, to), { type: 'quiesce', copy: id }];
  return stands(bridged(state, host, copy.host, events));
};

/**
 * The specification hands over only to a destination that is there. A source cannot know that its
 * destination has died since it was heard, and has given up its rights by then (R23-21). Where that
 * end cannot be put off, for its host is up again, or the log of a backup is at stake, the source
 * is from there on a VM that is stuck, for all others, who deal with that as they would (R33-9).
 */
const handsOverToNobody = ({ copy, id }: Scene): Reading =>
  'wedged' in copy && copy.wedged ? stutters() : stands([{ type: 'wedge', copy: id }]);

type SwitchedOver = Extract<Report, { readonly did: 'switchedOver' }>;

const switchedOver = (scene: Scene, report: SwitchedOver): Reading | Senseless => {
  const { copy: name, position, offer } = report;
  const { copy, id, state, ledger } = scene;
  const destination = destinationOf(scene);
  const to = destination === null ? undefined : state.copies[destination];
  const isHeld = destination !== null && ledger.holding.get(destination) === offer;
  if (copy.mode !== 'replaying' && !isHeld) {
    return senseless('its destination has not said that it has all of it (R33-9)');
  }
  const isGone = to?.mode === 'crashed' && (state.hosts[to.host].up || copy.mode === 'replaying');
  if (isGone) return handsOverToNobody(scene);
  if (copy.mode === 'replaying' && destination !== null) {
    ledger.leaving.set(destination, id);
    return stutters(
      sameOther(scene, 'destination', name, destination),
      samePositionBefore(scene, position),
    );
  }
  const left = 'connection' in copy ? connectionOf(state, copy.connection) : undefined;
  if (left !== undefined) acksLost(ledger, left.id);
  const events: readonly Event[] = [
    ...firstPasses(state, destination),
    { type: 'switchOver', copy: id },
  ];
  return stands(bridged(state, to?.host, copy.host, events), [
    sameOther(scene, 'destination', name, destination),
    samePositionBefore(scene, position),
    sameMode(scene, 'halted'),
  ]);
};

const tookUp = (scene: Scene, position: number): Reading => {
  const { copy, id, state, ledger } = scene;
  const from = copy.mode === 'arriving' ? state.copies[copy.source] : undefined;
  const arriving = bridged(state, from?.host, copy.host, [{ type: 'takeUp', copy: id }]);
  const leaving = putOff(state, ledger, (one) => one.id === id);
  return stands([...leaving, ...arriving], [samePosition(scene, position)]);
};

const onVmotion = (
  scene: Scene,
  report: Extract<
    Service,
    { readonly did: 'moving' | 'quieting' | 'quieted' | 'switchedOver' | 'tookUp' | 'cancelled' }
  >,
): Reading | Senseless =>
  match(report)
    .returnType<Reading | Senseless>()
    .with({ did: 'moving' }, ({ copy: to }) =>
      stutters(sameOther(scene, 'destination', to, destinationOf(scene))),
    )
    .with({ did: 'quieting' }, () => quieting(scene))
    .with({ did: 'quieted' }, ({ position }) =>
      stands([{ type: 'quiesce', copy: scene.id }], [samePositionBefore(scene, position)]),
    )
    .with({ did: 'switchedOver' }, (line) => switchedOver(scene, line))
    .with({ did: 'tookUp' }, ({ position }) => tookUp(scene, position))
    .with({ did: 'cancelled' }, ({ copy: to }) =>
      scene.ledger.unwanted.has(to)
        ? stutters()
        : stands(
            [{ type: 'cancel', copy: scene.id }],
            [sameOther(scene, 'destination', to, destinationOf(scene))],
          ),
    )
    .exhaustive();

/**
 * A VM that was powered off is gone. A backup that suspects its primary and is told has stopped by
 * that; one whose primary has closed the channel cannot say any more that it is told, and stops by
 * suspecting it (R33-2d).
 */
const stopped = (scene: Scene): Reading => {
  const { copy, id, state } = scene;
  const same = sameOf(scene, 'halted because', 'off', (one) =>
    one.mode === 'halted' ? one.because : one.mode,
  );
  if (copy.mode === 'halted') return stutters(same);
  const isClosed =
    copy.mode === 'replaying' && connectionOf(state, copy.connection)?.open === false;
  return stands([{ type: isClosed ? 'suspect' : 'stop', copy: id }], [same]);
};

/** What a line about protection, management or VMotion stands for. */
export const onService = (scene: Scene, report: Service): Reading | Senseless => {
  const { copy, id } = scene;
  return (
    match(report)
      .returnType<Reading | Senseless>()
      .with({ did: 'askedForBackup' }, () => askedForBackup(scene))
      .with({ did: 'cloning' }, ({ copy: to }) =>
        stutters(sameOther(scene, 'clone', to, copy.mode === 'live' ? copy.clone : null)),
      )
      .with({ did: 'gotImage' }, () => gotImage(scene))
      .with({ did: 'gotAll' }, ({ offer }) => gotAll(scene, offer))
      .with({ did: 'cut' }, ({ copy: to, position }) => cut(scene, to, position))
      .with({ did: 'armed' }, (line) => armed(scene, line))
      .with({ did: 'abandoned' }, () => stands([{ type: 'abandon', copy: id }]))
      // time is not modelled here, and without it there is no lag (R32-9)
      .with({ did: 'limited' }, () => stutters())
      .with({ did: 'ordered' }, (line) => ordered(scene, line))
      .with({ did: 'stopped' }, () => stopped(scene))
      .otherwise((line) => onVmotion(scene, line))
  );
};
