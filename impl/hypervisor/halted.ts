import type { Copy } from './copy.ts';
import type { Links } from './links.ts';
import type { HaltReason } from './report.ts';
import { blank, type Look, type Role } from './role.ts';

/** Stopped for good: it answers nobody, whatever happens (R23-22). */
export class Halted implements Role {
  readonly mode = 'halted';

  constructor(copy: Copy, links: Links, because: HaltReason) {
    links.closeAll(`the VM is gone: ${because}`);
    copy.say(because === 'off' ? { did: 'stopped' } : { did: 'halted', because });
    copy.want({ type: 'tellService', copy: copy.name, what: 'halted' });
    copy.want({ type: 'halt', because });
  }

  handle(): void {
    // nothing concerns it any more
  }

  settle(): Role {
    return this;
  }

  nextDeadlineMs(): null {
    return null;
  }

  wantsCpu(): boolean {
    return false;
  }

  limitPercent(): number {
    return 0;
  }

  look(): Look {
    return blank;
  }
}
