// Ties how a run is shown to the player that shows it: its panels, its buttons, its list.

import { counts } from "./exposed.js";

// Every panel as the present run, and the choice of how it is shown, have it.
export async function present(player) {
  const { presentation, parts, plotly, stage, run, theme, colours, looks, swept } = player, { view, hidden, trails } = presentation;
  const solid = Boolean(player.solid), fading = trails === "fade";
  const pressed = (button, on) => button.setAttribute("aria-pressed", String(on));
  pressed(parts.views.together, view === "together");
  pressed(parts.views.side, view === "side");
  pressed(parts.solid, solid);
  pressed(parts.fade, fading);
  parts.save.parentElement.hidden = view === "side";
  parts.solid.hidden = view !== "side" || !player.views.scene;
  player.legend.hide(hidden);
  await player.views.draw(view, {
    plotly, stage, theme, colours, looks, words: stage.words, whole: run, run: presentation.visible(run),
    hidden, front: swept?.entry, fading, solid,
  });
  player.drawCharts();
  if (player.views.mapsAreFirst) {
    player.showFirst();
    await painted();
    if (player.destroyed) return;
  }
  counts.seen ??= performance.now();
  await player.views.draw3D();
}

// Once what is drawn is on the screen. A hidden page paints nothing, nor does one that is hidden meanwhile.
function painted() {
  if (document.hidden) return Promise.resolve();
  return new Promise((done) => {
    setTimeout(done, 1000);
    requestAnimationFrame(() => setTimeout(done));
  });
}

function again(player) {
  player.enqueue(() => present(player).then(() => player.show(0, true)));
}

export function choose(player, change) {
  if (!player.views || !player.presentation.choose(change)) return;
  player.legend.hide(player.presentation.hidden);
  again(player);
}

export function toggle(player, entry) {
  if (entry < (player.run?.entries.length ?? 0)) choose(player, { hidden: player.presentation.toggled(entry) });
}

// Maps or surfaces side by side: a matter of this screen alone, which no link keeps.
export function turnSolid(player) {
  player.solid = !player.solid;
  again(player);
}
