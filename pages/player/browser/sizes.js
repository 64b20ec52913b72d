// How thick and how large everything drawn is, in pixels: at a desk, or from the back of a hall.

// From how many rows on lines are thin and plain.
export const MANY = 16;

export function sizesOf(projector) {
  const grow = projector ? 1.5 : 1;
  return {
    grow,
    line: 4 * grow, thinLine: 3 * grow, ghost: 2 * grow, halo: 3 * grow,
    head: 8 * grow, smallHead: 6 * grow, arrow: 11 * grow,
    ring: 10 * grow, star: 8 * grow, cross: 5 * grow, mark: 2.5 * grow,
    text: 15 * grow, tick: 14 * (projector ? 1.25 : 1), title: 16 * (projector ? 1.25 : 1),
    sceneLine: 7 * grow, sceneThinLine: 4 * grow, sceneHalo: 5 * grow, sceneHead: 9 * grow, sceneSmallHead: 6 * grow,
  };
}
