/** A queue of which the front is known by place; taking from it costs the same however long. */
export class Fifo<T> {
  #items: T[] = [];
  #front = 0;

  get length(): number {
    return this.#items.length - this.#front;
  }

  /** The item at a place, 0 being the oldest. */
  at(place: number): T | undefined {
    return this.#items[this.#front + place];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#front];
    if (this.length > 0) this.#front += 1;
    if (this.#front > 64 && this.#front * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#front);
      this.#front = 0;
    }
    return item;
  }

  clear(): void {
    this.#items = [];
    this.#front = 0;
  }
}
