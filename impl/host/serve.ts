import { type Config, type HostConfig, partyOf } from './config.ts';
import { Gateway } from './gateway.ts';
import { Host } from './host.ts';
import type { OnEvent } from './running.ts';
import { serveCluster } from './service-server.ts';
import { serveStatus } from './status-server.ts';
import { serveStorage } from './storage-server.ts';

/** One process of Lockstep, while it runs. */
export type Served = {
  /** Orders the VM to be powered off, if it is served here; false if it is not. */
  readonly powerOff: () => boolean;
  readonly migrate: (host: string | null) => void;
  readonly stop: () => void;
};

/** What a process does when the VM is off, and when it finds a bug in itself. */
export type Endings = {
  readonly onOff: () => void;
  readonly onBroken: (error: unknown) => void;
};

const serveHost = async (
  config: HostConfig,
  onEvent: OnEvent,
  { onOff, onBroken }: Endings,
): Promise<Served> => {
  const onHalt = (because: string): void => {
    if (because === 'off') onOff();
  };
  const host = new Host(config, { onEvent, onBroken, onHalt });
  const status = config.status && (await serveStatus(config.status, () => host.status()));
  onEvent('listening', { ...config.listen, pid: process.pid, status: status?.port ?? null });
  await host.open();
  return {
    powerOff: () => {
      if (host.isServing) host.powerOff();
      return host.isServing;
    },
    migrate: (to) => host.migrate(to),
    stop: () => {
      status?.stop();
      host.stop();
    },
  };
};

/** Starts what a configuration describes. */
export const serve = async (
  config: Config,
  onEvent: OnEvent,
  endings: Endings,
): Promise<Served> => {
  if (config.role === 'host') return serveHost(config, onEvent, endings);
  const place = { party: partyOf(config), at: config.listen, onEvent };
  const running = await (config.role === 'storage'
    ? serveStorage({ ...place, folder: config.folder, geometry: config })
    : config.role === 'service'
      ? serveCluster({ ...place, settings: config })
      : Gateway.open({
          ...place,
          guest: config.guest,
          console: config.console,
          reports: config.reports,
        }));
  onEvent('listening', { ...config.listen, port: running.port, pid: process.pid });
  return { powerOff: () => false, migrate: () => undefined, stop: running.stop };
};
