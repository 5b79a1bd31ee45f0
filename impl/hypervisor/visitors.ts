import type { Link } from './link.ts';
import type { Message } from './message.ts';

type Hello = Extract<Message, { type: 'hello' }>;

/** Destinations that have connected, and of which the clustering service may tell only later. */
export class Visitors {
  readonly #hellos = new Map<Link, Hello>();

  add(link: Link, hello: Hello): void {
    this.#hellos.set(link, hello);
  }

  /** The one that is expected, if it is here. */
  take(copy: string, purpose: 'clone' | 'arrive'): Link | null {
    for (const [link, hello] of this.#hellos) {
      if (hello.copy !== copy || hello.purpose !== purpose) continue;
      this.#hellos.delete(link);
      return link;
    }
    return null;
  }

  forget(link: Link): void {
    this.#hellos.delete(link);
  }
}
