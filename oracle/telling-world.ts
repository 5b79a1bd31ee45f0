import type { EventType } from '../model/event.ts';
import { nameOf, type Teller, type Telling, type Told } from './told.ts';

/** The arbiter's decision (R23-17). */
export const arbitrate: Teller<'arbitrate'> = ({ before, event, after }) => {
  const request = before.storage.requests.find(({ copy }) => copy === event.copy);
  const { owner, generation } = after.storage;
  const hasWon = owner === event.copy && generation === (request?.generation ?? 0) + 1;
  return [{ did: 'arbitrate', copy: nameOf(event.copy), outcome: hasWon ? 'won' : 'lost' }];
};

/** What befalls a copy. */
export const ofCopy = ({
  event,
}: Told<'wedge' | 'loseRequest' | 'loseReply'>): readonly Telling[] => [
  { did: event.type, copy: nameOf(event.copy) },
];

type HostFault = Extract<
  EventType,
  'crash' | 'repair' | 'pause' | 'resume' | 'loseStorage' | 'regainStorage'
>;

/** What befalls a host. */
export const onHost = ({ event }: Told<HostFault>): readonly Telling[] => [
  { did: event.type, host: event.host },
];

/** What befalls a network. */
export const onLink = ({ event }: Told<'cut' | 'heal'>): readonly Telling[] => {
  const { type: did, net, from, to } = event;
  return [{ did, net, from, to }];
};

/** A connection is named by a copy that uses it; that of nobody is lost unnoticed. */
export const reset: Teller<'reset'> = ({ before, event }) => {
  const user = before.copies.find(
    (one) => 'connection' in one && one.connection === event.connection,
  );
  return user === undefined ? [] : [{ did: 'reset', copy: nameOf(user.id) }];
};

/** What befalls the clustering service. */
export const plainly = ({ event }: Told<'loseService' | 'regainService'>): readonly Telling[] => [
  { did: event.type },
];

/** A disk operation fails, or ends short. */
export const failIo: Teller<'failIo'> = ({ event }) => {
  const { type: did, copy, io, transferred } = event;
  return [{ did, copy: nameOf(copy), io, transferred }];
};

/** Packets are numbered in the order in which clients send them. */
export const send: Teller<'send'> = ({ before }) => [
  { did: 'send', packet: before.network.packets },
];

/** An operator presses a key or moves the mouse. */
export const operate: Teller<'operate'> = ({ event }) => [{ did: 'operate', kind: event.kind }];
