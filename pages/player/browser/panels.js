// The player's elements. Words are set as text, never as HTML.

import { icon } from "./icons.js";
import { formatScale } from "./marks.js";

const SPEEDS = [0.25, 0.5, 1, 2, 4];

function make(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function button(name) {
  const made = make("button", `dh-button dh-${name.replace("_", "-")}`, icon(name));
  made.type = "button";
  made.dataset.word = name;
  return made;
}

function panel(name, ...more) {
  const made = make("figure", `dh-panel dh-${name}`, make("div", "dh-plot"), ...more, make("p", "dh-note"));
  // The picture itself says nothing to those who listen; its label and the line-up do.
  made.firstChild.setAttribute("aria-hidden", "true");
  made.dataset.word = `${name}_panel`;
  made.querySelector(".dh-note").hidden = true;
  return made;
}

// A chart whose title is not enough: a button shows what it is.
function explained(name) {
  const title = make("span", "dh-hint"), what = make("button", "dh-button dh-what", "?"), about = make("p", "dh-about");
  title.dataset.text = `axis_${name}`;
  what.type = "button";
  what.dataset.word = `what_${name}`;
  what.setAttribute("aria-expanded", "false");
  about.dataset.text = `about_${name}`;
  about.hidden = true;
  what.addEventListener("click", () => {
    about.hidden = !about.hidden;
    what.setAttribute("aria-expanded", String(!about.hidden));
  });
  return panel(name, make("div", "dh-head", title, what), about);
}

export function build() {
  const host = make("div", "dh-player");
  host.tabIndex = 0;
  host.setAttribute("role", "group");
  host.dataset.word = "player";

  const hint = (name) => {
    const made = make("span", "dh-hint");
    made.dataset.text = name;
    return made;
  };
  const badges = make("div", "dh-badges"), readout = make("div", "dh-readout"), bar = make("div", "dh-bar");
  bar.setAttribute("aria-hidden", "true");
  const contourReset = button("reset_view"), surfaceReset = button("reset_view");
  const mapHint = make("span", "dh-hint"), addStart = button("add_start");
  addStart.append(make("span", ""));
  addStart.lastChild.dataset.text = "add_start";
  const unit = hint("axis_loss");
  unit.className = "dh-unit";
  const contour = panel("contour", make("div", "dh-head", mapHint, badges, addStart), unit, bar, readout, contourReset);
  const sideReset = button("reset_view"), grid = make("div", "dh-grid"), side = make("div", "dh-side", grid);
  side.setAttribute("role", "group");
  side.dataset.word = "side_panel";
  const surface = panel("surface", make("div", "dh-head", hint("hint_surface")), surfaceReset);

  const buttons = Object.fromEntries(
    ["to_start", "step_back", "play", "step_forward", "to_end"].map((name) => [name, button(name)]));
  const scrub = make("input", "dh-scrub");
  Object.assign(scrub, { type: "range", min: 0, max: 1, step: 1, value: 0 });
  scrub.dataset.word = "scrub";
  const counter = make("output", "dh-counter");
  counter.setAttribute("aria-live", "off");
  const speed = make("select", "dh-speed", ...SPEEDS.map((value) => {
    const option = make("option", "", `${value}×`);
    option.value = value;
    option.selected = value === 1;
    return option;
  }));
  speed.dataset.word = "speed";
  const transport = make("div", "dh-transport", make("div", "dh-buttons", ...Object.values(buttons)), scrub, counter, speed);

  const choices = (group, names) => {
    const made = Object.fromEntries(names.map((name) => {
      const one = make("button", "dh-choice");
      one.type = "button";
      one.dataset.text = name;
      return [name, one];
    }));
    const around = make("div", "dh-choices", ...Object.values(made));
    around.setAttribute("role", "group");
    around.dataset.word = group;
    return [made, around];
  };
  const [{ together, side_by_side: apart }, viewChoice] = choices("view", ["together", "side_by_side"]);
  const fade = button("fade"), full = button("full_screen");
  for (const pressed of [fade, full]) pressed.setAttribute("aria-pressed", "false");
  const solid = make("button", "dh-choice dh-solid");
  Object.assign(solid, { type: "button" });
  solid.dataset.text = solid.dataset.word = "solid";
  solid.setAttribute("aria-pressed", "false");
  const save = button("save"), saves = Object.fromEntries(["contour_png", "contour_svg", "surface_png", "surface_svg"].map((name) => {
    const one = make("button", "dh-choice");
    one.type = "button";
    one.dataset.text = `save_${name}`;
    return [name, one];
  }));
  save.setAttribute("aria-expanded", "false");
  const saveMenu = make("div", "dh-menu", ...Object.values(saves));
  saveMenu.hidden = true;
  const looks = make("div", "dh-looks", viewChoice, solid, fade, make("div", "dh-saving", save, saveMenu), full);
  const deck = make("div", "dh-deck", transport, looks);

  const choice = make("select", "dh-speed dh-knob"), slider = make("input", "dh-scrub dh-slider"), value = make("output", "dh-value");
  choice.dataset.word = "sweep_choice";
  Object.assign(slider, { type: "range", min: 0, max: 1, step: 1, value: 0 });
  value.setAttribute("aria-live", "off");
  const strip = make("canvas", "dh-strip"), ends = make("ul", "dh-ends"), label = make("span", "dh-sweep-label");
  label.dataset.text = "sweep";
  strip.setAttribute("role", "img");
  const sweep = make("div", "dh-sweep", make("div", "dh-chosen", label, choice), make("div", "dh-slid", slider, strip), value, ends);
  sweep.hidden = true;

  const [scales, scale] = choices("scale", ["log", "linear"]);
  scale.classList.add("dh-scale");
  const title = make("span", "dh-hint");
  const losses = panel("losses", make("div", "dh-head", title, scale));
  const [sizes, norms] = ["sizes", "norms"].map(explained);

  const list = make("ul", "dh-list");
  list.dataset.word = "legend";
  const legend = make("div", "dh-legend", list);
  const live = make("p", "dh-live");
  live.setAttribute("aria-live", "polite");
  const whole = make("p", "dh-whole");
  whole.hidden = true;
  host.append(whole, contour, side, deck, sweep, surface, losses, sizes, norms, legend, live);
  return {
    host, contour, surface, losses, sizes, norms, transport, buttons, scrub, counter, speed, scales, list, badges, readout, bar,
    sweep, choice, slider, value, strip, ends, live, whole, contourReset, surfaceReset, title, mapHint, addStart,
    side: grid, sideReset, views: { together, side: apart }, solid, fade, full,
    save, saveMenu, saves,
  };
}

// Gives every element with a `data-word` its name, and those with a `data-text` their text.
export function name(parts, words) {
  for (const element of [parts.host, parts.sideReset, ...parts.host.querySelectorAll("[data-word]")]) {
    const word = words[element.dataset.word] ?? element.dataset.word;
    element.setAttribute("aria-label", word);
    if (element.tagName === "BUTTON") element.title = word;
    if (element.tagName === "FIGURE") element.setAttribute("role", "figure");
  }
  for (const element of parts.host.querySelectorAll("[data-text]")) element.textContent = words[element.dataset.text];
}

// The colour bar: which colour is which true loss.
export function drawBar(bar, stage, theme) {
  bar.replaceChildren();
  bar.style.setProperty("--dh-gradient", `linear-gradient(to top, ${theme.scale.join(", ")})`);
  const marks = [...stage.ticks];
  // Where the surface is cut, the last colour means "this or more".
  if (stage.cut) {
    const room = (stage.top - stage.low) / 12;
    while (marks.length && marks.at(-1)[0] > stage.top - room) marks.pop();
    marks.push([stage.top, stage.cut_loss]);
  }
  const texts = formatScale(marks.map(([, loss]) => loss));
  for (const [i, [height]] of marks.entries()) {
    const label = document.createElement("span");
    label.textContent = stage.cut && i === marks.length - 1 ? `≥ ${texts[i]}` : texts[i];
    label.style.bottom = `${(100 * (height - stage.low)) / (stage.top - stage.low)}%`;
    bar.append(label);
  }
}
