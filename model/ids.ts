import type { Branded } from 'io-ts';

/** Place of a log entry in the log stream of its pair: 1, 2, 3, …; 0 is before all (R21-7). */
export type Seq = Branded<number, { readonly Seq: unique symbol }>;

/** Instruction position: how many instructions a guest has executed since it booted (R21-4). */
export type Position = Branded<number, { readonly Position: unique symbol }>;

/** Names one pairing; the test-and-set moves it on by one and nothing moves it back (R23-19). */
export type Generation = Branded<number, { readonly Generation: unique symbol }>;

/**
 * One incarnation of the VM: a boot, a clone or the destination of a VMotion, never a role, a host
 * or the VM (R23-21).
 */
export type CopyId = Branded<number, { readonly CopyId: unique symbol }>;

/** One connection of the logging channel; a later connection of any pair has a larger number. */
export type ConnectionId = Branded<number, { readonly ConnectionId: unique symbol }>;

/**
 * A boot or a clone with all that carry on for it, one after the other: the destination of a
 * VMotion takes its source's place in the pair (R33-6). Named by the first copy of the line.
 */
export type Line = Branded<number, { readonly Line: unique symbol }>;

/**
 * A physical server. Three are enough for a primary, its backup and the backup's replacement; four
 * for both copies of a pair to move at once (R33-4).
 */
export type HostId = 'A' | 'B' | 'C' | 'D';

/** All hosts that a run can have. */
export const hostIds: readonly HostId[] = ['A', 'B', 'C', 'D'];

/** The number as a place in the log. */
export const seq = (value: number): Seq => value as Seq;

/** The number as an instruction position. */
export const position = (value: number): Position => value as Position;

/** The number as a generation. */
export const generation = (value: number): Generation => value as Generation;

/** The number as a copy. */
export const copyId = (value: number): CopyId => value as CopyId;

/** The number as a connection. */
export const connectionId = (value: number): ConnectionId => value as ConnectionId;

/** The line that a copy begins. */
export const lineFrom = (first: CopyId): Line => first as number as Line;
