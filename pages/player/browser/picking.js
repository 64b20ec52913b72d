// Nothing in our scenes answers to the pointer, yet Plotly.js draws every change a second time, each
// object in a colour of its own, and reads that picture back to know what lies under the pointer. The
// reading waits until all of it is drawn: without a GPU, most of a second at the first drawing.
//
// An object without slots in that second picture is left out of it, and a picture without objects is
// given up when the list of objects changes next.

export function stopPicking(plot) {
  const picked = plot.objects.filter((object) => object.pickSlots);
  if (!picked.length) return;
  for (const object of picked) object.pickSlots = 0;
  const nothing = {};
  plot.add(nothing);
  plot.remove(nothing);
}
