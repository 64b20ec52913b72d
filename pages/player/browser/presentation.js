// How a run is shown: in which view, which trails, which entries are out of sight. What a person
// chooses here holds at once and is then told to Python, which keeps it in the link and sends it back
// with the next run. What arrives is followed only where it is news: not what was known before, and not
// the echo of a choice, which a newer one may have overtaken.

const PLAIN = { view: "together", trails: "stay", hidden: [], projector: false };

const PATIENCE = 4000;

const written = ({ view, trails, hidden }) => JSON.stringify([view, trails, [...hidden].sort()]);

export class Presentation {
  constructor(tell) {
    this.tell = tell;
    Object.assign(this, PLAIN, { hidden: new Set() });
    this.known = written(PLAIN);
    this.told = [];
  }

  // What came with a run of `count` entries.
  receive(given, count) {
    const present = { ...PLAIN, ...given }, text = written(present);
    // Where a choice was taken back before Python saw it nothing changes, and no echo comes.
    this.told = this.told.filter(({ at }) => performance.now() - at < PATIENCE);
    const echo = this.told.findIndex((choice) => choice.text === text);
    this.projector = present.projector;
    if (echo >= 0) this.told.splice(0, echo + 1);
    else if (text !== this.known) {
      this.told = [];
      this.take(present);
    }
    this.known = text;
    for (const entry of this.hidden) if (entry >= count) this.hidden.delete(entry);
  }

  take({ view, trails, hidden }) {
    Object.assign(this, { view, trails, hidden: new Set(hidden) });
  }

  choose(change) {
    const next = { view: this.view, trails: this.trails, hidden: [...this.hidden].sort(), ...change };
    if (written(next) === written(this)) return false;
    this.take(next);
    this.told.push({ text: written(next), at: performance.now() });
    this.tell(next);
    return true;
  }

  toggled(entry) {
    const hidden = new Set(this.hidden);
    if (!hidden.delete(entry)) hidden.add(entry);
    return [...hidden].sort();
  }

  // `run` without the rows that are out of sight.
  visible(run) {
    return this.hidden.size ? { ...run, rows: run.rows.filter((row) => !this.hidden.has(row.entry)) } : run;
  }
}

// Whether two runs have the same paths, so that what has been seen of one has been seen of the other.
export function samePaths(one, other) {
  if (one?.stage !== other.stage || one.rows.length !== other.rows.length) return false;
  const same = (a, b) => a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
  return one.rows.every((row, r) => same(row.x, other.rows[r].x) && same(row.y, other.rows[r].y));
}
