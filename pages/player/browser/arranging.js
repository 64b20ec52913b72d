// Ties the starts to the player around them: hint, button, keys and the page that computes.

import { fill } from "./legend.js";
import { Starts } from "./starts.js";

export function arrange(player) {
  const { parts } = player;
  const starts = new Starts((points) => player.setTriggerValue("starts", points));
  parts.addStart.addEventListener("click", () => starts.toggleAdding());
  parts.host.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "SELECT") return;
    if (!starts.key(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  starts.listen(() => {
    const { words } = player.stage ?? {};
    if (!words) return;
    const { host, mapHint, addStart } = parts;
    mapHint.textContent = hint(starts, words);
    addStart.hidden = !starts.editable;
    addStart.setAttribute("aria-pressed", String(starts.adding));
    // Not disabled: it says why there is no room, to those who listen as well.
    addStart.setAttribute("aria-disabled", String(starts.full));
    addStart.title = starts.full ? starts.starting?.full ?? "" : words.add_start;
    host.classList.toggle("dh-clickable", starts.editable);
    host.classList.toggle("dh-holding", Boolean(starts.held));
    host.classList.toggle("dh-telling", starts.adding || Boolean(starts.held) || starts.selected !== null);
  });
  return starts;
}

// What a click would do now, in the words of those who have a mouse or of those who have none.
function hint(starts, words, touch = matchMedia("(hover: none)").matches) {
  const { held, selected } = starts;
  if (!starts.editable) return words.hint_contour_still;
  if (held?.outside && starts.several) return fill(words, "hint_removing", { number: held.index + 1 });
  if (held) return words.hint_holding;
  if (starts.adding) return words[touch ? "hint_adding_touch" : "hint_adding"];
  if (selected !== null) return fill(words, touch ? "hint_selected_touch" : "hint_selected", { number: selected + 1 });
  if (starts.full && (starts.several || starts.refused)) return starts.starting.full;
  if (starts.several) return words[touch ? "hint_starts_touch" : "hint_starts"];
  if (starts.full) return words.hint_contour;
  return words[touch ? "hint_contour_touch" : "hint_contour_more"];
}
