// Who else follows the clock of the player, or draws on its maps: the strip that shows the inside of a step.

const followers = new Set(), painters = new Set();

// `follower(player)` is called with every frame; the function that comes back ends that.
export function follow(follower) {
  followers.add(follower);
  return () => followers.delete(follower);
}

export function told(player) {
  for (const follower of followers) follower(player);
}

// `painter(pen, map)` draws over the paths of a map, under their heads.
export function paint(painter) {
  painters.add(painter);
  return () => painters.delete(painter);
}

export function painted(pen, map) {
  for (const painter of painters) painter(pen, map);
}
