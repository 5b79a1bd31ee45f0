import type { Instruction } from '../model/guest.ts';
import type { Settings } from '../model/settings.ts';
import { instruction } from './done.ts';
import { type Field, label, listOf, orNull, record, whole, word } from './fields.ts';
import { type Did, dids, type Profile, type Sight } from './observation.ts';

/** Where a copy runs as the observation begins. */
export type Begun = { readonly copy: string; readonly host: string };

/** In which variant of the protocol a system claims to follow it, and with what room. */
export type Claimed = Partial<
  Pick<
    Settings,
    | 'ackPoint' // V1
    | 'connectionLoss' // V4
    | 'goLiveOutput' // V7
    | 'arbitration' // V8
    | 'packetGroup'
    | 'primaryCapacity' // in entries; as much as is needed, if nothing is said
    | 'wireCapacity'
    | 'backupCapacity'
  >
>;

/**
 * The first line of an observation: what it can see, and by what it is to be judged. With a
 * program the guest is the specification's; without one each line says what the guest does there.
 */
export type Header = {
  readonly lockstep: 'observation';
  readonly version: 1;
  readonly sight: Sight;
  readonly hosts: readonly string[];
  readonly primary: Begun;
  readonly backup: Begun | null; // null: the VM begins alone, and serves
  readonly profile?: readonly Profile[]; // the core, if nothing is said
  readonly settings?: Claimed;
  readonly hides?: readonly Did[]; // kinds that may be missing, besides those beyond its sight
  readonly program?: readonly Instruction[];
};

const begun: Field<Begun> = record({ copy: label, host: label }, {});
const capacity = whole(1, 1_000_000);

/** What a system says of itself: what it leaves out is as in the paper. */
export const claimed: Field<Claimed> = record(
  {},
  {
    ackPoint: word<Settings['ackPoint']>('received', 'replayed'),
    connectionLoss: word<Settings['connectionLoss']>('evidence', 'ignored'),
    goLiveOutput: word<Settings['goLiveOutput']>('drop', 'emitLast'),
    arbitration: word<Settings['arbitration']>('testAndSetThenDrain', 'drainThenTestAndSet'),
    packetGroup: whole(1, 1000),
    primaryCapacity: capacity,
    wireCapacity: capacity,
    backupCapacity: capacity,
  },
);

/** The parts of the protocol that a system has. */
export const profiles: Field<readonly Profile[]> = listOf(
  word<Profile>('core', 'disk', 'control', 'migration'),
  1,
  4,
);

export const header: Field<Header> = record(
  {
    lockstep: word<'observation'>('observation'),
    version: word<1>(1),
    sight: word<Sight>('black', 'grey', 'white'),
    hosts: listOf(label, 2, 4),
    primary: begun,
    backup: orNull(begun),
  },
  {
    profile: profiles,
    settings: claimed,
    hides: listOf(word(...dids), 0, dids.length),
    program: listOf(instruction, 1, 1000),
  },
);
