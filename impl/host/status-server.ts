import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Running } from './running.ts';
import type { Address } from './secure.ts';

const askersMax = 64; // at a time: they prove nothing, and take no file handles from others

/**
 * Answers `GET /status` with a JSON document, for people and for tools. It is read only; a page
 * in a browser cannot read it, for what it is asked under has to be an address.
 */
export const serveStatus = async (at: Address, status: () => unknown): Promise<Running> => {
  const server = createServer((request, response) => {
    const isOurs = /^(?:localhost|[\d.]+|\[[\da-f:]+\])(?::\d+)?$/i.test(
      request.headers.host ?? '',
    );
    const isStatus = request.method === 'GET' && request.url === '/status';
    response.writeHead(isOurs && isStatus ? 200 : 404, { 'content-type': 'application/json' });
    response.end(isOurs && isStatus ? `${JSON.stringify(status())}\n` : '{}\n');
  });
  server.maxConnections = askersMax;
  server.listen({ host: at.address, port: at.port });
  await once(server, 'listening');
  server.on('error', () => undefined); // one who cannot be let in
  const bound = server.address();
  const stop = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { port: typeof bound === 'object' && bound !== null ? bound.port : at.port, stop };
};
