import type { Copy } from './copy.ts';
import { Link, windowBytes } from './link.ts';

/** The connections of a copy that are open. */
export class Links {
  readonly #copy: Copy;
  readonly #links = new Map<number, Link>();

  constructor(copy: Copy) {
    this.#copy = copy;
  }

  /** A peer has connected: nobody sends entries to whom they connect. */
  accept(connection: number, host: string): Link {
    return this.#add(new Link(this.#copy, connection, host, windowBytes));
  }

  /** One's own attempt has succeeded: what comes there goes into a log buffer sooner or later. */
  open(connection: number, host: string): Link {
    return this.#add(new Link(this.#copy, connection, host, this.#copy.settings.backupBytes));
  }

  /** One's own attempt has succeeded, too late: it is not wanted any more. */
  turnAway(connection: number, host: string): void {
    this.close(this.open(connection, host), 'it comes too late');
  }

  of(connection: number): Link | null {
    return this.#links.get(connection) ?? null;
  }

  all(): readonly Link[] {
    return [...this.#links.values()];
  }

  close(link: Link, because: string): void {
    if (this.#links.delete(link.connection)) link.close(because);
  }

  closeAll(because: string): void {
    for (const link of this.all()) this.close(link, because);
  }

  /** It is gone already. */
  wasClosed(link: Link): void {
    if (this.#links.delete(link.connection)) link.wasClosed();
  }

  /** Whatever may go goes, and whatever there is room for may come. */
  flush(): void {
    for (const link of this.#links.values()) link.flush();
  }

  #add(link: Link): Link {
    this.#links.set(link.connection, link);
    return link;
  }
}
