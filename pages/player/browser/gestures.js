// Moving and zooming a map that is not Plotly's: drag, wheel, two fingers. One finger is left to the page,
// which has to scroll past the panels.

const WHEEL = 0.0015;

export function listenToGestures(chart, map, change) {
  const fingers = new Map();
  const local = (event) => {
    const box = chart.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  // The view in which the point of the plane under `from` is under `to`, `factor` times as large.
  const moved = (from, to, factor) => {
    const { area } = map, share = [(to[0] - area.left) / area.width, (area.top + area.height - to[1]) / area.height];
    const under = map.toPlane(...from);
    const [x, y] = [map.x, map.y].map(([low, high], d) => {
      const width = (high - low) * factor, start = under[d] - share[d] * width;
      return [start, start + width];
    });
    change({ x, y });
  };
  const middle = (points) => [0, 1].map((d) => points.reduce((sum, point) => sum + point[d], 0) / points.length);
  const spread = (points) => Math.hypot(points[0][0] - points[1][0], points[0][1] - points[1][1]);

  chart.addEventListener("pointerdown", (event) => {
    if (!map.area || event.button !== 0) return;
    fingers.set(event.pointerId, local(event));
    chart.setPointerCapture(event.pointerId);
  });
  chart.addEventListener("pointermove", (event) => {
    // What holds something on the map does not move the map.
    if (!fingers.has(event.pointerId) || map.pointer.down?.holds) return;
    const before = [...fingers.values()];
    fingers.set(event.pointerId, local(event));
    const after = [...fingers.values()];
    if (before.length === 2) moved(middle(before), middle(after), spread(before) / Math.max(spread(after), 1));
    else if (before.length === 1 && event.pointerType !== "touch") moved(before[0], after[0], 1);
  });
  const end = (event) => fingers.delete(event.pointerId);
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) chart.addEventListener(name, end);
  chart.addEventListener("wheel", (event) => {
    if (!map.area) return;
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 30 : 1), at = local(event);
    moved(at, at, Math.exp(Math.min(Math.max(pixels, -400), 400) * WHEEL));
  }, { passive: false });
}
