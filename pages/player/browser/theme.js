// The page's colours as the charts need them, read from Streamlit's CSS variables.

import { sizesOf } from "./sizes.js";

// Valleys first. Muted on purpose: the paths have to stand out.
const LIGHT = ["#2f6690", "#5b93ab", "#93bcc0", "#c6dad0", "#e9ead9", "#f6efe2"];
const DARK = ["#0a1c33", "#123a55", "#1f586f", "#407a85", "#76a09b", "#b3c6b6"];

export function readTheme(element, projector = false) {
  const style = getComputedStyle(element);
  const value = (name, otherwise) => {
    const text = style.getPropertyValue(`--st-${name}`).trim();
    return text && text !== "unset" ? text : otherwise;
  };
  const background = value("background-color", "#ffffff");
  const text = value("text-color", "#31333f");
  const dark = luminance(background) < luminance(text);
  return {
    dark,
    background,
    text,
    accent: value("primary-color", text),
    font: value("font", "sans-serif"),
    grid: dark ? "rgba(255,255,255,0.14)" : "rgba(0,0,0,0.12)",
    halo: dark ? "rgba(4,10,20,0.85)" : "rgba(255,255,255,0.9)",
    level: dark ? "rgba(255,255,255,0.16)" : "rgba(20,50,70,0.22)",
    ridge: dark ? "#24455a" : "#7f9fa8",
    scale: dark ? DARK : LIGHT,
    sizes: sizesOf(projector),
    key: [background, text, value("font", ""), style.getPropertyValue("font-size"), projector].join("|"),
  };
}

export function plotlyScale(theme) {
  return theme.scale.map((colour, i) => [i / (theme.scale.length - 1), colour]);
}

// An optimizer's colour with enough contrast to the theme, the hue unchanged.
export function visible(colour, theme) {
  const [r, g, b] = rgb(colour);
  const light = luminance(colour);
  if (theme.dark && light < 0.3) return mix([r, g, b], [255, 255, 255], Math.min(0.55, (0.3 - light) * 1.6 + 0.1));
  if (!theme.dark && light > 0.45) return mix([r, g, b], [0, 0, 0], Math.min(0.4, light - 0.35));
  return colour;
}

// The colour `share` of the way from one colour to another.
export function blend(from, to, share) {
  return mix(rgb(from), rgb(to), share);
}

function mix(from, to, share) {
  return `rgb(${from.map((v, i) => Math.round(v + (to[i] - v) * share)).join(",")})`;
}

const canvas = document.createElement("canvas");
canvas.width = canvas.height = 1;
const pen = canvas.getContext("2d", { willReadFrequently: true });

// Red, green and blue from 0 to 255.
export function rgb(colour) {
  pen.fillStyle = "#808080";
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

// Relative luminance, WCAG 2.2.
function luminance(colour) {
  const [r, g, b] = rgb(colour).map((v) => {
    const share = v / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
