// The starts of the run on screen, as somebody arranges them: one for all the maps that show them.

import { startAt } from "./places.js";

// A page that has not answered after so long, in milliseconds, has not taken what was sent.
const PATIENCE = 4000;

const same = (some, others) => JSON.stringify(some) === JSON.stringify(others);

export class Starts {
  constructor(send) {
    Object.assign(this, { send, points: [], asked: null, held: null, selected: null, hovered: null, adding: false });
    this.listeners = new Set();
  }

  // Calls `listener` after every change; the answer stops that.
  listen(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  changed() {
    for (const listener of this.listeners) listener();
  }

  // What is being arranged stands until the page has drawn it.
  receive(run, stage) {
    const { starting } = run, given = run.starts;
    Object.assign(this, { stage, starting, given, refused: false });
    if (this.asked && same(this.asked, given)) this.asked = null;
    if (!this.asked && !this.held) this.points = given;
    this.settle();
    this.changed();
  }

  settle() {
    const { points } = this;
    if (this.full) this.adding = false;
    if (points.length === 1 || this.selected >= points.length) this.selected = null;
    if (this.hovered >= points.length) this.hovered = null;
  }

  get editable() {
    return Boolean(this.starting);
  }

  get several() {
    return this.points.length > 1;
  }

  get full() {
    return this.points.length >= (this.starting?.most ?? 0);
  }

  // Every start where it is to be seen now.
  get shown() {
    const { held } = this;
    return held ? this.points.map((point, i) => (i === held.index ? held.point : point)) : this.points;
  }

  arrange(points) {
    this.points = this.asked = points;
    this.refused = false;
    this.settle();
    this.changed();
    this.send(points);
    this.wait();
  }

  // A list that no run answers was refused; while a ring is held the map stays as it is.
  wait() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      if (!this.asked) return;
      if (this.held) return this.wait();
      this.asked = null;
      this.points = this.given;
      this.settle();
      this.changed();
    }, PATIENCE);
  }

  rounded([x, y]) {
    const start = startAt(this.stage, x, y);
    return [start.x, start.y];
  }

  add(point) {
    if (!this.editable) return;
    this.refused = this.full;
    if (this.full) this.changed();
    else this.arrange([...this.points, this.rounded(point)]);
  }

  move(index, point) {
    this.arrange(this.points.map((other, i) => (i === index ? this.rounded(point) : other)));
  }

  remove(index) {
    if (!this.several) return;
    const { selected } = this;
    this.hovered = null;
    this.selected = selected === null || selected === index ? null : selected - Number(selected > index);
    this.arrange(this.points.filter((_, i) => i !== index));
  }

  // A click on the map at `point`, where `ring` is the start under it, if any. `nearest` is the
  // start nearest to it on the screen.
  click(point, { ring, nearest, more }) {
    if (!this.editable) return;
    if (more || (this.adding && ring === null)) this.add(point);
    else if (ring !== null && this.several) this.select(this.selected === ring ? null : ring);
    else this.move(this.selected ?? nearest, point);
  }

  select(index) {
    this.selected = index;
    this.changed();
  }

  hover(index) {
    if (this.hovered === index) return;
    this.hovered = index;
    this.changed();
  }

  toggleAdding() {
    this.refused = this.full;
    this.adding = !this.adding && !this.full;
    if (this.adding) this.selected = null;
    this.changed();
  }

  // A start follows the pointer. Let go `outside` the picture it is gone, if there are others.
  hold(index, point, outside) {
    this.held = { index, point, outside, fresh: this.held?.fresh ?? false };
    this.changed();
  }

  // A start that is held before it is let go for the first time.
  holdNew(point) {
    this.refused = this.full;
    if (!this.editable || this.full) {
      this.changed();
      return false;
    }
    this.points = [...this.points, this.rounded(point)];
    this.held = { index: this.points.length - 1, point, outside: false, fresh: true };
    this.changed();
    return true;
  }

  drop() {
    const { held } = this;
    if (held.outside && (held.fresh || !this.several)) {
      this.cancel();
      return;
    }
    this.held = null;
    if (held.outside) this.remove(held.index);
    else this.move(held.index, held.point);
  }

  cancel() {
    if (this.held?.fresh) this.points = this.points.slice(0, -1);
    this.held = null;
    this.changed();
  }

  // Whether the key meant something here.
  key(name) {
    const { selected } = this;
    if (name === "Escape" && (this.held || this.adding || selected !== null)) {
      if (this.held) this.cancel();
      else if (this.adding) this.toggleAdding();
      else this.select(null);
      return true;
    }
    if ((name !== "Delete" && name !== "Backspace") || selected === null) return false;
    this.remove(selected);
    return true;
  }

  destroy() {
    clearTimeout(this.waiting);
  }
}
