import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePorts } from './ports.ts';

it('ports dealt out at once are all different, and none that the kernel gives', async () => {
  const ports = (await Promise.all([freePorts(20), freePorts(20), freePorts(20)])).flat();
  expect(new Set(ports).size).toBe(60);
  expect(Math.max(...ports)).toBeLessThan(32_768);
});

it('a port that somebody listens on is not dealt out', async () => {
  const [port = 0] = await freePorts(1);
  const server = createServer().listen(port + 1, '127.0.0.1');
  await once(server, 'listening').catch(() => undefined); // somebody else listens there
  expect(await freePorts(1)).not.toContain(port + 1);
  server.close();
});
