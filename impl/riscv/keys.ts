import { button, ev, type InputEvent, rel } from './input.ts';

// What an operator does, as events. Bytes typed are keys of a keyboard with the American layout.

const leftShift = 42;

/** The keys from a code on, by what they type. */
type Row = { readonly first: number; readonly plain: string; readonly shifted: string };

const rows: readonly Row[] = [
  { first: 1, plain: '\u001b1234567890-=', shifted: '\u001b!@#$%^&*()_+' },
  { first: 14, plain: '\b\tqwertyuiop[]\n', shifted: '\b\tQWERTYUIOP{}\n' },
  { first: 30, plain: "asdfghjkl;'`", shifted: 'ASDFGHJKL:"~' },
  { first: 43, plain: '\\zxcvbnm,./', shifted: '|ZXCVBNM<>?' },
  { first: 57, plain: ' ', shifted: ' ' },
];

/** All that a keyboard and a mouse have. */
export const keyCodes: readonly number[] = [
  leftShift,
  ...rows.flatMap(({ first, plain }) => Array.from(plain, (_, at) => first + at)),
];
export const buttonCodes: readonly number[] = [button.left, button.right, button.middle];
export const axisCodes: readonly number[] = [rel.x, rel.y];

const strokesOf = (code: number): readonly InputEvent[] =>
  [1, 0].map((value) => ({ type: ev.key, code, value }));

const typed = (character: string): readonly InputEvent[] => {
  for (const { first, plain, shifted } of rows) {
    if (plain.includes(character)) return strokesOf(first + plain.indexOf(character));
    if (!shifted.includes(character)) continue;
    const [press, release] = strokesOf(leftShift);
    const stroke = strokesOf(first + shifted.indexOf(character));
    return press === undefined || release === undefined ? [] : [press, ...stroke, release];
  }
  return []; // no key types it
};

/** The keys that type bytes of ASCII. */
export const strokesFor = (bytes: Uint8Array): readonly InputEvent[] =>
  [...bytes].flatMap((byte) => typed(byte === 13 ? '\n' : String.fromCharCode(byte)));

const signed = (byte: number): number => (byte << 24) >> 24;

/**
 * What a mouse does: in bytes by how much it moves to the right and down, each signed, and which
 * buttons are down (1 left, 2 right, 4 middle), as one that is plugged into a PS/2 port says it.
 */
export const movesFor = ([x = 0, y = 0, buttons = 0]: Uint8Array): readonly InputEvent[] => [
  ...buttonCodes.map((code, at) => ({ type: ev.key, code, value: (buttons >> at) & 1 })),
  { type: ev.rel, code: rel.x, value: signed(x) },
  { type: ev.rel, code: rel.y, value: signed(y) },
];
