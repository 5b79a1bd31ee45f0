/** What a client asks of the key-value server. */
export type Request =
  | { readonly kind: 'put'; readonly key: string; readonly value: string }
  | { readonly kind: 'add'; readonly key: string; readonly amount: number }
  | { readonly kind: 'get' | 'save' | 'load'; readonly key: string }
  | { readonly kind: 'count' | 'time' }
  | { readonly kind: 'malformed'; readonly because: string };

/** A request and the id that its reply begins with, or nothing. */
export type Asked = { readonly id: string; readonly request: Request };

/** Bytes of a key, at most. */
export const keyBytesMax = 64;

/** Bytes of a value, at most: with its key it fits into a block of the disk. */
export const valueBytesMax = 400;

const kinds = 'put KEY VALUE, get KEY, add KEY N, count, time, save KEY or load KEY';

const bytesIn = (text: string): number => new TextEncoder().encode(text).length;

const malformed = (because: string): Request => ({ kind: 'malformed', because });

const withKey = (verb: string, key: string, rest: string): Request => {
  if (key === '') return malformed(`${verb} needs a key`);
  if (bytesIn(key) > keyBytesMax) return malformed(`a key has at most ${keyBytesMax} bytes`);
  if (verb === 'put') {
    const isFit = bytesIn(rest) <= valueBytesMax;
    if (!isFit) return malformed(`a value has at most ${valueBytesMax} bytes`);
    return rest === '' ? malformed('put needs a value') : { kind: 'put', key, value: rest };
  }
  if (verb === 'add') {
    const amount = Number(rest);
    const isWhole = /^-?\d+$/.test(rest) && Number.isSafeInteger(amount);
    return isWhole ? { kind: 'add', key, amount } : malformed(`not a whole number: '${rest}'`);
  }
  if (rest !== '') return malformed(`${verb} takes a key alone`);
  return verb === 'get' || verb === 'save' || verb === 'load'
    ? { kind: verb, key }
    : malformed(`expected ${kinds}`);
};

const requestIn = (text: string): Request => {
  const [, verb = '', key = '', rest = ''] = /^(\S*)\s*(\S*)\s*(.*)$/s.exec(text) ?? [];
  switch (verb) {
    case 'count':
    case 'time':
      return key === '' ? { kind: verb } : malformed(`${verb} stands alone`);
    case 'put':
    case 'add':
    case 'get':
    case 'save':
    case 'load':
      return withKey(verb, key, rest);
    default:
      return malformed(`expected ${kinds}`);
  }
};

/** What a datagram asks; a first word that begins with `#` is the id of the request. */
export const askedIn = (payload: Uint8Array): Asked => {
  const text = new TextDecoder().decode(payload).trim();
  const [, id = '', rest = ''] = /^(#\S*)?\s*(.*)$/s.exec(text) ?? [];
  return { id, request: requestIn(rest) };
};
