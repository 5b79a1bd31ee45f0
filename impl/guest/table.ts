import type { Request } from './request.ts';

/** Keys in the table, at most. */
export const keyCountMax = 65_536;

/** What a request may look at besides the table. */
export type Registers = { readonly time: number; readonly servedCount: number };

const put = (table: Map<string, string>, key: string, value: string): string | null => {
  if (!table.has(key) && table.size >= keyCountMax) return 'error: the table is full';
  table.set(key, value);
  return null;
};

const add = (table: Map<string, string>, key: string, amount: number): string => {
  const before = table.get(key) ?? '0';
  if (!/^-?\d+$/.test(before)) return `error: ${key} is no whole number`;
  const sum = Number(before) + amount;
  if (!Number.isSafeInteger(sum)) return `error: ${key} would grow beyond 2^53`;
  return put(table, key, `${sum}`) ?? `${sum}`;
};

/** Takes what the disk holds for a key, and answers so. */
export const loaded = (table: Map<string, string>, key: string, value: string | null): string =>
  value === null ? `error: no ${key} on the disk` : (put(table, key, value) ?? value);

/** Does what a request asks that needs no disk, and answers it. */
export const answerOf = (
  request: Request,
  table: Map<string, string>,
  { time, servedCount }: Registers,
): string => {
  switch (request.kind) {
    case 'put':
      return put(table, request.key, request.value) ?? 'ok';
    case 'add':
      return add(table, request.key, request.amount);
    case 'count':
      return `${servedCount}`;
    case 'time':
      return `${time}`;
    case 'malformed':
      return `error: ${request.because}`;
    default:
      return table.get(request.key) ?? `error: no ${request.key}`;
  }
};
