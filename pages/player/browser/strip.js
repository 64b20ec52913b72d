// The strip over the sweep's slider: for each value, where its runs ended. Height and pattern say
// the same as the colour, for those who cannot tell the colours apart and for the back of the hall.

// Okabe and Ito's palette; several local minima are shades of one colour.
const LOOKS = {
  deepest: { light: ["#00795a"], dark: ["#2fc79b"], height: 1 },
  local: { light: ["#d98200", "#a35f00", "#efb55a", "#7a4700"], dark: ["#f2b04a", "#c98a2b", "#ffd79a", "#9c6a1c"], height: 0.66 },
  moving: { light: ["#6f7780"], dark: ["#9aa4ae"], height: 0.33 },
  elsewhere: { light: ["#2f6fb5"], dark: ["#7db5ee"], height: 0.5 },
  diverged: { light: ["#c1272d"], dark: ["#ff7b7f"], height: 1, crossed: true },
  left: { light: ["#8a4fbf"], dark: ["#c79bf0"], height: 1, crossed: true },
};

// Half the width of the slider's thumb: its middle stays so far from both ends.
const THUMB = 12;

function lookOf(ends, number, dark) {
  const { kind } = ends[number], look = LOOKS[kind];
  const before = ends.slice(0, number).filter((end) => end.kind === kind).length;
  const colours = dark ? look.dark : look.light;
  return { ...look, colour: colours[before % colours.length] };
}

function bar(pen, look, x, y, width, height) {
  const tall = height * look.height, top = y + height - tall;
  pen.fillStyle = look.colour;
  pen.fillRect(x, top, width, tall);
  if (!look.crossed) return;
  pen.save();
  pen.beginPath();
  pen.rect(x, top, width, tall);
  pen.clip();
  pen.beginPath();
  for (let at = x - tall; at < x + width; at += 5) {
    pen.moveTo(at, top + tall);
    pen.lineTo(at + tall, top);
  }
  pen.strokeStyle = "rgba(0,0,0,0.45)";
  pen.lineWidth = 1.5;
  pen.stroke();
  pen.restore();
}

function sized(canvas, width, height) {
  const ratio = Math.min(globalThis.devicePixelRatio || 1, 2);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  return pen;
}

// A column a value, right over where the slider's thumb stands for it; `present` is marked below.
export function drawStrip(canvas, swept, present, theme) {
  const width = canvas.clientWidth, height = canvas.clientHeight, last = Math.max(swept.values.length - 1, 1);
  if (!width || !height) return;
  const pen = sized(canvas, width, height), each = (width - 2 * THUMB) / last, mark = 8;
  swept.values.forEach((_, index) => {
    const x = THUMB + (index - 0.5) * each, [from, to] = [Math.max(x, 0), Math.min(x + each, width)];
    const wide = Math.max(to - from - (each > 5 ? 1 : 0), 1), runs = swept.endsAt(index), full = height - mark;
    if (runs.length === 1) return bar(pen, lookOf(swept.ends, runs[0], theme.dark), from, 0, wide, full);
    // Of several runs, each end has its share of the column.
    let top = 0;
    swept.ends.forEach((_, end) => {
      const share = (full * runs.filter((one) => one === end).length) / runs.length;
      if (share) bar(pen, { ...lookOf(swept.ends, end, theme.dark), height: 1 }, from, top, wide, share);
      top += share;
    });
  });
  if (present === null || present < 0) return;
  const x = THUMB + present * each;
  pen.fillStyle = theme.text;
  pen.beginPath();
  pen.moveTo(x, height - mark);
  pen.lineTo(x + 6, height);
  pen.lineTo(x - 6, height);
  pen.fill();
}

// What the columns mean, in words.
export function drawEnds(list, swept, theme) {
  list.replaceChildren(...swept.ends.map((end, number) => {
    const item = document.createElement("li"), sample = document.createElement("canvas");
    sample.setAttribute("aria-hidden", "true");
    sample.className = "dh-sample";
    bar(sized(sample, 18, 18), lookOf(swept.ends, number, theme.dark), 0, 0, 18, 18);
    item.append(sample, end.title);
    return item;
  }));
}
