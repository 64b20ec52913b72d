// Buttons, slider, select and keys: what a person does becomes a call of the clock or of the player.

const KEYS = { " ": "play", ArrowLeft: "step_back", ArrowRight: "step_forward", Home: "to_start", End: "to_end" };

// Where keys are nobody's: the page itself and Streamlit's frame around it.
const PAGE = "body, html, [data-testid=stApp], [data-testid=stAppViewContainer], [data-testid=stMain], [data-testid=stMainBlockContainer]";

// What takes letters and digits as text or as a choice.
const TYPING = "input:not([type=range]), textarea, select, [contenteditable], [role=combobox], [role=textbox]";

// Returns a way to stop listening to the page.
export function wire(parts, clock, { scale, reset, resetSurface, choose, toggle, turnSolid, inCharge, frame }) {
  const { host, buttons, scrub, speed, scales, contour, surface, side, views, solid, fade, full } = parts;
  const actions = {
    play: () => clock.toggle(),
    to_start: () => clock.seek(0),
    to_end: () => clock.seek(clock.steps),
    step_back: () => clock.seek(Math.ceil(clock.frame) - 1),
    step_forward: () => clock.seek(Math.floor(clock.frame) + 1),
  };
  for (const [action, button] of Object.entries(buttons)) button.addEventListener("click", actions[action]);
  scrub.addEventListener("input", () => clock.seek(Number(scrub.value)));
  speed.addEventListener("change", () => { clock.speed = Number(speed.value); });
  for (const [name, choice] of Object.entries(scales)) choice.addEventListener("click", () => scale(name));
  for (const button of [parts.contourReset, parts.sideReset]) button.addEventListener("click", reset);
  parts.surfaceReset.addEventListener("click", resetSurface);
  for (const [view, button] of Object.entries(views)) button.addEventListener("click", () => choose({ view }));
  solid.addEventListener("click", turnSolid);
  fade.addEventListener("click", () => choose({ trails: fade.getAttribute("aria-pressed") === "true" ? "stay" : "fade" }));

  const fillScreen = () => (document.fullscreenElement === frame ? document.exitFullscreen() : frame.requestFullscreen?.())?.catch(() => {});
  const filled = () => full.setAttribute("aria-pressed", String(document.fullscreenElement === frame));
  full.hidden = !document.fullscreenEnabled;
  full.addEventListener("click", fillScreen);
  document.addEventListener("fullscreenchange", filled);

  const press = (event) => {
    const { target, key } = event, within = host.contains(target), action = KEYS[key];
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target.closest?.(TYPING)) return;
    if (!within && !(target.matches?.(PAGE) && inCharge())) return;
    const chosen = /^[1-8]$/.test(key) ? () => toggle(Number(key) - 1) : key === "f" && !full.hidden ? fillScreen : null;
    // Space presses buttons, and the sweep's slider has arrows of its own; the scrubber's do the same as ours.
    if (action && (key === " " ? target.tagName === "BUTTON" : target.closest?.(".dh-sweep"))) return;
    if (!action && (!chosen || event.repeat)) return;
    event.preventDefault();
    event.stopPropagation();
    if (action) actions[action]();
    else chosen();
  };
  document.addEventListener("keydown", press);

  for (const panel of [contour, surface, side]) {
    panel.addEventListener("pointerdown", (event) => {
      if (!event.target.closest("button")) host.focus({ preventScroll: true });
    }, true);
    // The wheel zooms once the player is in use; before, it scrolls the page as anywhere.
    panel.addEventListener("wheel", (event) => {
      if (!host.contains(document.activeElement)) event.stopPropagation();
    }, { capture: true, passive: true });
  }
  return () => {
    document.removeEventListener("keydown", press);
    document.removeEventListener("fullscreenchange", filled);
  };
}
