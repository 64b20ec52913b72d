// What hands do on a panel that is not Plotly's to move: drag, wheel, two fingers.

const WHEEL = 0.0015;

// Calls `moved({ from, to, factor, fingers, event })`: what was under the pixel `from` of the chart is to be under `to`,
// and what is seen `factor` times as large. Of two fingers the middle counts; a wheel has none, a mouse one.
// `begins(event)` says whether a press or a turn of the wheel is meant.
export function listenToHands(chart, begins, moved) {
  const fingers = new Map();
  const local = (event) => {
    const box = chart.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const middle = (points) => [0, 1].map((d) => points.reduce((sum, point) => sum + point[d], 0) / points.length);
  const spread = (points) => (points.length === 2 ? Math.max(Math.hypot(points[0][0] - points[1][0], points[0][1] - points[1][1]), 1) : 1);

  chart.addEventListener("pointerdown", (event) => {
    if (!begins(event)) return;
    fingers.set(event.pointerId, local(event));
    chart.setPointerCapture(event.pointerId);
  });
  chart.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    const before = [...fingers.values()];
    fingers.set(event.pointerId, local(event));
    const after = [...fingers.values()];
    if (after.length <= 2) moved({ from: middle(before), to: middle(after), factor: spread(before) / spread(after), fingers: after.length, event });
  });
  const end = (event) => fingers.delete(event.pointerId);
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) chart.addEventListener(name, end);
  chart.addEventListener("wheel", (event) => {
    if (!begins(event)) return;
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 30 : 1), at = local(event);
    moved({ from: at, to: at, factor: Math.exp(Math.min(Math.max(pixels, -400), 400) * WHEEL), fingers: 0, event });
  }, { passive: false });
}

// Moves and zooms a map. One finger is left to the page, which has to scroll past the panels.
export function listenToGestures(chart, map, change) {
  listenToHands(chart, (event) => map.area && event.button === 0, ({ from, to, factor, fingers, event }) => {
    // What holds something on the map does not move the map.
    if (fingers && map.pointer.down?.holds) return;
    if (fingers === 1 && event.pointerType === "touch") return;
    const { area } = map, share = [(to[0] - area.left) / area.width, (area.top + area.height - to[1]) / area.height];
    const under = map.toPlane(...from);
    const [x, y] = [map.x, map.y].map(([low, high], d) => {
      const width = (high - low) * factor, start = under[d] - share[d] * width;
      return [start, start + width];
    });
    change({ x, y });
  });
}
