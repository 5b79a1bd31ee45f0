/**
 * A walk through a system, as it is handed to other tools. States and events are plain data: whole
 * numbers, strings, booleans, null, and arrays and objects of them.
 */
export type Path = {
  readonly states: readonly object[]; // one more than there are events
  readonly events: readonly unknown[];
  /**
   * For a lasso the index of the state that the last one equals: from there the events come again
   * and again. If that is the last one itself, nothing happens any more.
   */
  readonly loop: number | null;
};

/** What is said of a path in words. */
export type Legend = {
  readonly name: string;
  readonly says: string;
  readonly steps: readonly string[]; // what each event does; there may be fewer than events
};

/** A path in some format, or one sentence that says why there is none. */
export type Written = { readonly text: string } | { readonly refused: string };

/** Whether something could not be written. */
export const isRefused = (written: Written): written is Extract<Written, { refused: string }> =>
  'refused' in written;

/** The variables of a state, by name. */
export type Row = { readonly [variable: string]: unknown };

const started = { type: 'init' };

const fieldsOf = (state: object): Row => (Array.isArray(state) ? { state } : { ...state });

/** A name for the event that no state has for something else. */
const freeName = (states: readonly object[]): string => {
  let name = 'event';
  while (states.some((state) => Object.hasOwn(state, name))) name += '_';
  return name;
};

/**
 * Each state with the event that has led there; the one that leads to the first is of type `init`.
 * A state that is a list is one variable, `state`.
 */
export const rowsOf = ({ states, events }: Path): readonly Row[] => {
  const name = freeName(states);
  return states.map((state, index) => ({
    ...fieldsOf(state),
    [name]: index === 0 ? started : events[index - 1],
  }));
};

/** The index of the row that comes after the last one; `null` if the path ends there. */
export const nextRow = ({ states, loop }: Path): number | null =>
  loop === null ? null : Math.min(loop + 1, states.length - 1);

/** What a format can hold: each says what is wrong with a word, or `null`. */
export type Limits = {
  readonly name: (name: string) => string | null; // of a field
  readonly text: (text: string) => string | null;
};

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

const after = (place: string, name: string): string => (place === '' ? name : `${place}.${name}`);

/** The first thing in a value that cannot be written, and where it is. */
const flawIn = (value: unknown, place: string, limits: Limits): string | null => {
  const says = (problem: string | null) => (problem === null ? null : `${place} ${problem}`);
  if (value === null || typeof value === 'boolean') return null;
  if (typeof value === 'number') {
    return says(Number.isSafeInteger(value) ? null : `is ${value}, which is no whole number`);
  }
  if (typeof value === 'string') return says(limits.text(value));
  if (Array.isArray(value)) {
    for (const [index, part] of value.entries()) {
      const flaw = flawIn(part, `${place}[${index}]`, limits);
      if (flaw !== null) return flaw;
    }
    return null;
  }
  if (typeof value !== 'object' || !isPlain(value)) return says('is no plain data');
  for (const [name, part] of Object.entries(value)) {
    const problem = limits.name(name);
    if (problem !== null) return `${after(place, name)} ${problem}`;
    const flaw = flawIn(part, after(place, name), limits);
    if (flaw !== null) return flaw;
  }
  return null;
};

/** Why these rows cannot be written within the limits: one sentence, or `null` if they can. */
export const refusalOf = (rows: readonly Row[], limits: Limits): string | null => {
  for (const [index, row] of rows.entries()) {
    const flaw = flawIn(row, '', limits);
    if (flaw !== null) return `In state ${index} of the path, ${flaw}.`;
  }
  return null;
};
