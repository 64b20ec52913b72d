// What tests may look at: `downhill_player` in the page, read-only.

export const counts = { mounts: 0, updates: 0, seen: undefined, error: null, latest: null };

globalThis.downhill_player ??= Object.freeze({
  get mounts() { return counts.mounts; },
  get updates() { return counts.updates; },
  // When a run was first to be seen, in milliseconds of the page's clock: its map, its curves and its list. Where no
  // scene is to be drawn after them this is when they were about to be.
  get seen() { return counts.seen ?? null; },
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
    const { run, clock, stage, presentation } = counts.latest ?? {};
    return (run ? presentation.visible(run).rows : []).map((row) => ({
      entry: row.entry, start: row.start, seed: row.seed, ...row.place(clock.frame),
      status: row.statusAt(clock.frame, stage.bounds).kind,
    }));
  },
  // The starts as they are being arranged.
  get starts() {
    const { shown, selected, adding, starting } = counts.latest?.starts ?? {};
    return { points: structuredClone(shown), selected, adding, most: starting?.most };
  },
  // What each row measures at the step shown.
  get numbers() {
    const { run, clock } = counts.latest ?? {};
    return (run?.rows ?? []).map((row) => row.numbersAt(clock.frame));
  },
  // Of each chart under the panels: whether its axis is logarithmic, from where to where it goes in
  // powers of ten or values, and its area in pixels.
  get charts() {
    return Object.fromEntries((counts.latest?.charts?.all ?? []).map(([name, { log, range, area }]) => [name, { log, range, area }]));
  },
  get colours() { return [...(counts.latest?.colours ?? [])]; },
  get camera() { return structuredClone(counts.latest?.views?.scene?.camera() ?? null); },
  get view() {
    const axes = counts.latest?.views?.axes;
    return axes?.x ? { x: [...axes.x], y: [...axes.y] } : null;
  },
  // How the run is shown, and the panels of the entries side by side: the part of the plane that each
  // shows and where its heads are, in pixels of its map.
  get shown() {
    const { view, trails, hidden, projector } = counts.latest?.presentation ?? {};
    return { view, trails, hidden: [...(hidden ?? [])].sort(), projector };
  },
  get small() {
    const { views } = counts.latest ?? {};
    if (views?.view !== "side") return [];
    if (views.side.solid) return [...views.side.maps.values()].map(({ entry, scene }) => ({ entry, step: scene.at, eye: scene.camera()?.eye }));
    return [...views.side.maps.values()].map(({ entry, map }) => ({
      entry, step: map.at, x: [...map.x], y: [...map.y], area: { ...map.area }, paths: map.run.rows.length,
      heads: map.run.rows.map((row) => { const { x, y } = row.place(map.at); return map.toPixel(x, y); }),
    }));
  },
  // Whether the 3D frames go through Plotly's private objects.
  get private_drawing() { return counts.latest?.views?.scene?.usesPrivate ?? null; },
  // The value that the sweep's slider shows, and how long the last morph took, in milliseconds.
  get swept() {
    const player = counts.latest, index = player?.sweepBar.index ?? player?.plain?.sweep?.present;
    return player?.swept?.values[index] ?? null;
  },
  get morphed() { return counts.latest?.morphed ?? null; },
  pixel(x, y) { return counts.latest?.views.toPixel(x, y); },
});
