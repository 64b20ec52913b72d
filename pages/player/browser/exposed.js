// What tests may look at: `downhill_player` in the page, read-only.

export const counts = { mounts: 0, updates: 0, error: null, latest: null };

globalThis.downhill_player ??= Object.freeze({
  get mounts() { return counts.mounts; },
  get updates() { return counts.updates; },
  get error() { return counts.error; },
  get frame() { return counts.latest?.clock.frame; },
  get steps() { return counts.latest?.clock.steps; },
  get playing() { return counts.latest?.clock.playing; },
  get speed() { return counts.latest?.clock.speed; },
  // The digests of the run and of the surface on screen.
  get drawn() { return counts.latest?.drawn ?? null; },
  get stage() { return counts.latest?.stage?.digest ?? null; },
  // Where each row's head is, in the coordinates of the surface.
  get heads() {
    const { run, clock, stage } = counts.latest ?? {};
    return (run?.rows ?? []).map((row) => ({
      entry: row.entry, start: row.start, seed: row.seed, ...row.place(clock.frame),
      status: row.statusAt(clock.frame, stage.bounds).kind,
    }));
  },
  // The starts as they are being arranged.
  get starts() {
    const { shown, selected, adding, starting } = counts.latest?.starts ?? {};
    return { points: structuredClone(shown), selected, adding, most: starting?.most };
  },
  get camera() { return structuredClone(counts.latest?.scene?.camera() ?? null); },
  get view() {
    const contour = counts.latest?.contour;
    return contour?.x ? { x: [...contour.x], y: [...contour.y] } : null;
  },
  // Whether the 3D frames go through Plotly's private objects.
  get private_drawing() { return counts.latest?.scene?.usesPrivate ?? null; },
  // The value that the sweep's slider shows, and how long the last morph took, in milliseconds.
  get swept() {
    const player = counts.latest, index = player?.sweepBar.index ?? player?.plain?.sweep?.present;
    return player?.swept?.values[index] ?? null;
  },
  get morphed() { return counts.latest?.morphed ?? null; },
  pixel(x, y) { return counts.latest?.contour.toPixel(x, y); },
});
