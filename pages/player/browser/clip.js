// Cuts line segments at a box, in any number of dimensions (Liang and Barsky, 1984).

// Where the segment between vertices `a` and `b` of `axes` (one array a dimension) is in the box:
// [t0, t1] within [0, 1], or null. A vertex that is not a number is nowhere.
function span(axes, a, b, box) {
  let enter = 0, leave = 1;
  for (let d = 0; d < axes.length; d++) {
    const from = axes[d][a], step = axes[d][b] - from, [low, high] = box[d];
    if (!Number.isFinite(from) || !Number.isFinite(step)) return null;
    if (step === 0) {
      if (from < low || from > high) return null;
      continue;
    }
    const one = (low - from) / step, two = (high - from) / step;
    enter = Math.max(enter, Math.min(one, two));
    leave = Math.min(leave, Math.max(one, two));
    if (enter > leave) return null;
  }
  return [enter, leave];
}

function between(axes, a, b, t) {
  return axes.map((axis) => axis[a] + (axis[b] - axis[a]) * t);
}

export function contains(point, box) {
  return point.every((value, d) => value >= box[d][0] && value <= box[d][1]);
}

// The path in the box, broken by NaN where it is outside. `ends[i]` counts the points up to and
// with vertex i, so that a part of the path is a part of the result.
export function clipped(axes, count, box) {
  const points = axes.map(() => []);
  const ends = new Uint32Array(count);
  const add = (point) => points.forEach((list, d) => list.push(point[d]));
  const gap = () => {
    const length = points[0].length;
    if (length && !Number.isNaN(points[0][length - 1])) add(axes.map(() => NaN));
  };
  for (let i = 0; i < count; i++) {
    if (i === 0) {
      const first = axes.map((axis) => axis[0]);
      if (contains(first, box)) add(first);
    } else {
      const part = span(axes, i - 1, i, box);
      if (!part) gap();
      else {
        if (part[0] > 0 || points[0].length === 0 || Number.isNaN(points[0].at(-1))) {
          gap();
          add(between(axes, i - 1, i, part[0]));
        }
        add(between(axes, i - 1, i, part[1]));
        if (part[1] < 1) gap();
      }
    }
    ends[i] = points[0].length;
  }
  return { points: points.map((list) => Float32Array.from(list)), ends };
}

// Where the path last left the box on its way to vertex `until`, and the direction it took there;
// null if it never was inside.
export function exit(axes, until, box) {
  for (let i = until; i > 0; i--) {
    const part = span(axes, i - 1, i, box);
    if (part) {
      const point = between(axes, i - 1, i, part[1]);
      return { point, direction: axes.map((axis) => axis[i] - axis[i - 1]), vertex: i };
    }
  }
  return null;
}
