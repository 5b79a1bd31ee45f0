import type { Command } from '../hypervisor/command.ts';
import type { HaltReason, Report } from '../hypervisor/report.ts';
import type { ChannelPort } from './channel.ts';
import type { HeartbeatPort } from './heartbeats.ts';
import type { NetworkPort } from './network.ts';
import type { ServicePort } from './service-client.ts';
import type { StoragePort } from './storage-client.ts';

/** Everything outside a hypervisor, as it commands it. */
export type Ports = {
  readonly channel: ChannelPort;
  readonly heartbeats: HeartbeatPort;
  readonly network: NetworkPort;
  readonly storage: StoragePort;
  readonly service: ServicePort;
  readonly onHalt: (because: HaltReason) => void;
  readonly onReport: (report: Report) => void;
};

/** Does what a hypervisor wants done: the only place where a command becomes a deed. */
export const perform = (command: Command, ports: Ports): void => {
  const { channel, heartbeats, network, storage, service } = ports;
  switch (command.type) {
    case 'connect':
      channel.connect(command.host);
      break;
    case 'send':
      channel.send(command.connection, command.bytes);
      break;
    case 'allow':
      channel.allow(command.connection, command.byteCount);
      break;
    case 'close':
      channel.close(command.connection);
      break;
    case 'beat':
      heartbeats.beat(command.host, command);
      break;
    case 'transmit':
      network.transmit(command.bytes);
      break;
    case 'print':
      network.print(command.bytes);
      break;
    case 'announce':
      network.announce();
      break;
    case 'submit':
      storage.submit(command.io, command);
      break;
    case 'testAndSet':
      storage.testAndSet(command.generation, command.copy);
      break;
    case 'askForBackup':
      service.askForBackup(command.copy);
      break;
    case 'tellService':
      service.tell(command.copy, command.what);
      break;
    case 'halt':
      ports.onHalt(command.because);
      break;
    case 'report':
      ports.onReport(command.report);
      break;
    default:
      command satisfies never;
  }
};
