import { type Said, silence } from './line.ts';
import type { Happening } from './reported.ts';

const linkOf = ({ net, from, to }: Extract<Happening, { readonly what: 'cut' | 'healed' }>) => ({
  net,
  from,
  to,
});

const ofHosts: Readonly<Partial<Record<Happening['what'], string>>> = {
  crashed: 'crash',
  repaired: 'repair',
  paused: 'pause',
  resumed: 'resume',
  storageLost: 'loseStorage',
  storageRegained: 'regainStorage',
};

const ofTheStorage = (happening: Happening): readonly Said[] => {
  switch (happening.what) {
    case 'arbitrated':
      return [{ did: 'arbitrate', copy: happening.copy, outcome: happening.outcome }];
    case 'requestLost':
      return [{ did: 'loseRequest', copy: happening.copy }];
    case 'replyLost':
      return [{ did: 'loseReply', copy: happening.copy }];
    case 'applied': {
      const { copy, io, transferredCount: transferred, isWhole } = happening;
      return isWhole ? [{ did: 'perform', copy, io }] : [{ did: 'failIo', copy, io, transferred }];
    }
    case 'refusedIo':
      // what the storage refuses it has performed, to no effect (R23-20)
      return [{ did: 'perform', copy: happening.copy, io: happening.io }];
    case 'lostIo':
      return [{ did: 'loseIo', copy: happening.copy, io: happening.io }];
    default:
      return silence();
  }
};

/** What befell a run, in the words of an observation. */
export const toldOfWorld = (happening: Happening): readonly Said[] => {
  const ofHost = ofHosts[happening.what];
  if (ofHost !== undefined && 'host' in happening) return [{ did: ofHost, host: happening.host }];
  switch (happening.what) {
    case 'sent':
      return [{ did: 'send', packet: happening.packet }];
    case 'operated':
      return [{ did: 'operate', kind: happening.kind }];
    case 'cut':
      return [{ did: 'cut', ...linkOf(happening) }];
    case 'healed':
      return [{ did: 'heal', ...linkOf(happening) }];
    case 'wedged':
      return [{ did: 'wedge', copy: happening.copy }];
    case 'reset':
      return [{ did: 'reset', copy: happening.copy }];
    case 'serviceLost':
      return [{ did: 'loseService' }];
    case 'serviceRegained':
      return [{ did: 'regainService' }];
    // where the VM boots is in the header; a destination is told by the copy that takes it; of
    // clocks and speeds an observation says nothing
    case 'booted':
    case 'placed':
    case 'skewed':
    case 'overcommitted':
      return silence();
    default:
      return ofTheStorage(happening);
  }
};
