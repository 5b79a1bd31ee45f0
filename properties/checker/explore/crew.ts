/** Bytes that the members of a crew may all read and write. */
export type Memory = ArrayBuffer | SharedArrayBuffer;

/**
 * One of those who explore together, each in a thread of its own. All that they have to say to
 * each other they say when they meet; besides that they share the memory that one has brought.
 */
export type Crew = {
  readonly index: number; // from 0; the first one leads
  readonly size: number;
  /** Waits until all have come, and gives what each has brought, in their order. */
  readonly meet: <T>(brought: T) => readonly T[];
  readonly memory: (bytes: number) => Memory;
};

/** A crew of one. */
export const alone: Crew = {
  index: 0,
  size: 1,
  meet: (brought) => [brought],
  memory: (bytes) => new ArrayBuffer(bytes),
};
