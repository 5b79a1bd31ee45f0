// Who owns a folder when several take it at once, step by step.

import type * as Files from 'node:fs';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { tenancyOf } from './ownership.ts';

const between = vi.hoisted(() => ({ lookAndLink: [] as (() => void)[] }));

vi.mock('node:fs', async (original) => {
  const files = await original<typeof Files>();
  const linkSync: typeof files.linkSync = (from, to) => {
    between.lookAndLink.shift()?.();
    files.linkSync(from, to);
  };
  return { ...files, linkSync };
});

const rooms: string[] = [];
afterEach(() => {
  for (const room of rooms.splice(0)) rmSync(room, { recursive: true, force: true });
});

const folder = (): string => {
  const room = mkdtempSync(join(tmpdir(), 'lockstep-ownership-'));
  rooms.push(room);
  return room;
};

it('who links a name that was taken and removed since he looked owns nothing by it', () => {
  const room = folder();
  const others: { readonly isOurs: () => boolean }[] = [];
  between.lookAndLink.push(() => others.push(tenancyOf(room), tenancyOf(room)));
  const first = tenancyOf(room); // looks, and links when two others have been there
  expect([first, ...others].map(({ isOurs }) => isOurs())).toEqual([true, false, false]);
  expect(readdirSync(room)).toEqual(['served.3']);
});

it('who sees a newer one gives way before that has removed anything', () => {
  const room = folder();
  const first = tenancyOf(room);
  expect(first.isOurs()).toBe(true);
  writeFileSync(join(room, 'served.2'), '');
  expect(first.isOurs()).toBe(false);
});
