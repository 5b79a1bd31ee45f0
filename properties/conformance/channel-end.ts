import { connectionOf } from '../../model/actions/notation.ts';
import type { ConnectionId } from '../../model/ids.ts';
import type { Vm } from '../../model/state.ts';
import { connectionAt, type Late } from './ledger.ts';
import type { Same, Scene } from './reading.ts';

/** The connection that a copy speaks on, if it has one. */
export const connectionIn = (copy: Vm | undefined): ConnectionId | null =>
  copy !== undefined && 'connection' in copy ? copy.connection : null;

/** The connection that the copy of a line speaks on. */
export const present = ({ copy }: Scene): ConnectionId | null => connectionIn(copy);

/** The copy speaks on the connection that the specification has it speak on. */
export const sameConnection = (scene: Scene, connection: number): Same => ({
  what: 'connection',
  program: connectionAt(scene.ledger, scene.name, connection) ?? null,
  specification: () => present(scene),
});

/**
 * A side that suspects closes the connection for both in the specification; here the other may not
 * have heard of it, and what it says gets nowhere.
 */
export const isOpen = (scene: Scene): boolean =>
  connectionOf(scene.state, present(scene))?.open ?? false;

/** The connection that a copy does not know to be lost, and reads on (R20-7). */
export const lateOn = ({ ledger, id }: Scene, connection: ConnectionId | null): Late | null =>
  ledger.late.find((one) => one.copy === id && one.lost.id === connection) ?? null;
