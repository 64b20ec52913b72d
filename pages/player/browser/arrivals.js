// Messages that arrive apart from the runs that refer to them, so that either may come first.

export class Arrivals {
  constructor(kept) {
    this.kept = kept;
    this.found = new Map();
    this.waiting = new Set();
  }

  put(digest, thing) {
    this.found.delete(digest);
    this.found.set(digest, thing);
    if (this.found.size > this.kept) this.found.delete(this.found.keys().next().value);
    for (const look of [...this.waiting]) look();
  }

  // Calls `ready` with the thing called `digest` as soon as it is there; returns a way to stop waiting.
  when(digest, ready) {
    const look = () => {
      const thing = this.found.get(digest);
      if (!thing) return;
      this.waiting.delete(look);
      ready(thing);
    };
    this.waiting.add(look);
    look();
    return () => this.waiting.delete(look);
  }
}
