// The one clock of all the panels. A frame is a step number; while playing it has a fraction.

// At speed 1 a whole run takes this long, however many steps it has.
const WHOLE_RUN = 8000;

export class Clock {
  constructor(show) {
    this.show = show;
    this.steps = 1;
    this.frame = 0;
    this.speed = 1;
    this.playing = false;
  }

  setSteps(steps) {
    const atEnd = this.frame >= this.steps;
    this.steps = steps;
    this.frame = atEnd ? steps : Math.min(this.frame, steps);
  }

  play() {
    if (this.playing) return;
    if (this.frame >= this.steps) this.frame = 0;
    this.playing = true;
    this.last = undefined;
    this.show();
    this.handle = requestAnimationFrame((now) => this.tick(now));
  }

  pause() {
    cancelAnimationFrame(this.handle);
    const was = this.playing;
    this.playing = false;
    this.frame = Math.round(this.frame);
    if (was) this.show();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  seek(frame) {
    cancelAnimationFrame(this.handle);
    this.playing = false;
    this.frame = Math.min(Math.max(Math.round(frame), 0), this.steps);
    this.show();
  }

  tick(now) {
    if (!this.playing) return;
    // A tab that was hidden goes on where it was.
    const passed = this.last === undefined ? 0 : Math.min(now - this.last, 500);
    this.last = now;
    this.frame += (passed / WHOLE_RUN) * this.steps * this.speed;
    if (this.frame >= this.steps) {
      this.frame = this.steps;
      this.playing = false;
    }
    this.show(passed);
    if (this.playing) this.handle = requestAnimationFrame((next) => this.tick(next));
  }
}
