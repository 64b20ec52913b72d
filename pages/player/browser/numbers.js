// Where the numbers of rings stand: up and right of their ring, or on another side where they meet no ring and no
// number. One without such a side is left out.

// A digit's width and the room between a ring and its number, in heights of a text and in pixels.
const DIGIT = 0.6, GAP = 5;

// The side of each ring in `pixels` where its number stands, as [across, down] of -1 or 1, or null. Numbers in `first`
// have theirs whatever is there: those rings are in hand. `left(x)`: the edge of the map leaves no room on the right.
export function sidesOfNumbers(pixels, { radius, size, view: [[low, high], [top, bottom]], left }, first) {
  const sides = pixels.map(() => null), taken = [];
  const box = (index, [across, down]) => {
    const [x, y] = pixels[index], inner = x + across * (radius + GAP), outer = inner + across * DIGIT * size * String(index + 1).length;
    return [Math.min(inner, outer), Math.max(inner, outer), y + down * radius - size / 2, y + down * radius + size / 2];
  };
  const meets = (one, other) => one[0] < other[1] && other[0] < one[1] && one[2] < other[3] && other[2] < one[3];
  const covers = ([x0, x1, y0, y1], [x, y]) => Math.hypot(x - Math.min(Math.max(x, x0), x1), y - Math.min(Math.max(y, y0), y1)) < radius + 1;
  const free = (place, index) => place[0] >= low && place[1] <= high && place[2] >= top && place[3] <= bottom
    && !taken.some((other) => meets(place, other)) && !pixels.some((pixel, other) => other !== index && covers(place, pixel));
  const numbers = [...pixels.keys()];
  for (const index of [...numbers.filter((one) => first.includes(one)), ...numbers.filter((one) => !first.includes(one))]) {
    const usual = left(pixels[index][0]) ? -1 : 1, ways = [[usual, -1], [-usual, -1], [usual, 1], [-usual, 1]];
    const side = first.includes(index) ? ways[0] : ways.find((way) => free(box(index, way), index));
    if (!side) continue;
    sides[index] = side;
    taken.push(box(index, side));
  }
  return sides;
}
