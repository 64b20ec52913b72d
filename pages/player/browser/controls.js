// Buttons, slider, select and keys: what a person does becomes a call of the clock.

const KEYS = { " ": "play", ArrowLeft: "step_back", ArrowRight: "step_forward", Home: "to_start", End: "to_end" };

export function wire(parts, clock, { scale, resetContour, resetSurface }) {
  const { host, buttons, scrub, speed, scales, contour, surface } = parts;
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
  parts.contourReset.addEventListener("click", resetContour);
  parts.surfaceReset.addEventListener("click", resetSurface);

  host.addEventListener("keydown", (event) => {
    const action = KEYS[event.key], { tagName } = event.target;
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    // Selects, pressed buttons and the sweep have keys of their own; the slider's arrows do the same
    // as ours.
    if (event.target.closest(".dh-sweep")) return;
    if (tagName === "SELECT" || (tagName === "BUTTON" && event.key === " ")) return;
    event.preventDefault();
    event.stopPropagation();
    actions[action]();
  });

  for (const panel of [contour, surface]) {
    panel.addEventListener("pointerdown", (event) => {
      if (!event.target.closest("button")) host.focus({ preventScroll: true });
    }, true);
    // The wheel zooms once the player is in use; before, it scrolls the page as anywhere.
    panel.addEventListener("wheel", (event) => {
      if (!host.contains(document.activeElement)) event.stopPropagation();
    }, { capture: true, passive: true });
  }
}
