import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defaultSettings } from '../hypervisor/settings.ts';
import { configIn } from './config.ts';

const key = randomBytes(32).toString('hex');
const place = { address: '127.0.0.1', port: 7000 };
const host = {
  role: 'host',
  name: 'A',
  keys: { B: key },
  listen: place,
  guest: 'key-value',
  storage: { name: 'storage', ...place },
  service: { name: 'service', ...place },
  gateway: { name: 'gateway', ...place },
};

const read = (config: unknown): unknown => configIn('A.json', JSON.stringify(config));

it('what is left out is as usual', () => {
  expect(read({ ...host, settings: { timeoutMs: 4000 } })).toEqual({
    ...host,
    boots: false,
    hosts: {},
    status: null,
    timerEveryMs: 20,
    speed: null,
    reports: null,
    settings: { ...defaultSettings, timeoutMs: 4000 },
  });
});

it.each<[unknown, string]>([
  [[], 'In A.json, the file should be an object, but is [].'],
  [
    { ...host, role: 'hsot' },
    'In A.json, role should be "host" or "storage" or "service" or "gateway", but is "hsot".',
  ],
  [
    { ...host, keys: { B: 'abc' } },
    'In A.json, keys.B should be 64 hexadecimal digits, but is "abc".',
  ],
  [
    { ...host, listen: { ...place, port: 70_000 } },
    'In A.json, listen.port should be a whole number from 0 to 65535, but is 70000.',
  ],
  [{ ...host, guest: undefined }, 'In A.json, guest should be a text, but is missing.'],
  [
    { ...host, settings: { ackPoint: 'sent' } },
    'In A.json, settings.ackPoint should be "received" or "replayed", but is "sent".',
  ],
  [
    { ...host, settings: { timeoutMs: 2000 } },
    'In A.json, settings.heartbeatEveryMs should be a sixth of timeoutMs at most, but is 500.',
  ],
  [
    { ...host, settings: { flushWithinMs: 30 } },
    'In A.json, settings.flushWithinMs should be a quarter of slightLagMs at most, but is 30.',
  ],
  [{ ...host, status: 7 }, 'In A.json, status should be an address and a port or null, but is 7.'],
])('%# what is wrong is said in one sentence', (config, sentence) => {
  expect(() => read(config)).toThrow(sentence);
});

it('what is not known is named', () => {
  expect(() => read({ ...host, boot: true })).toThrow('In A.json, boot is not known; known are');
  expect(() => read({ ...host, settings: { timeout: 1 } })).toThrow(
    'settings.timeout is not known',
  );
});

it('what is no JSON is said so', () => {
  expect(() => configIn('A.json', '{')).toThrow('In A.json, the file should be JSON, but is not:');
});

const examples = join(import.meta.dirname, '../../docs/three-hosts');

it.each(readdirSync(examples).filter((file) => file.endsWith('.json')))(
  'the example %s is read',
  (file) => {
    const config = configIn(file, readFileSync(join(examples, file), 'utf8'));
    expect(`${config.name}.json`).toBe(file);
  },
);
