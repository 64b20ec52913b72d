// Shows another value of a sweep in every panel of a player at once, without the server.

// After this rest, in milliseconds, panels that skipped some values show the last.
const REST = 120;

// A browser that takes longer than this for a picture in 3D (no GPU) skips some.
const SLOW = 60;

// The swept entry's paths for value `index`; its own where that is undefined or the present value.
export function morph(player, index) {
  const { plain, swept, clock } = player;
  if (!swept || player.stage.empty) return;
  const began = performance.now(), step = clock.frame;
  const own = index === undefined || index === plain.sweep.present;
  const run = own ? plain : swept.instead(plain, index);
  player.run = run;
  // Whoever drags a sweep asks where it all ends.
  player.reached = clock.steps;
  const shown = player.presentation.visible(run);
  player.views.morph(shown);
  player.views.frameMaps(step, clock.playing ? 0 : player.reached);
  player.charts.morph(shown, step, player.reached);
  player.legend.morph(run);
  player.legend.frame(step, false);
  player.morphed = performance.now() - began;
  if (!(began < player.nextScene)) {
    player.views.morph3D(run, swept.entry, step);
    requestAnimationFrame(() => requestAnimationFrame((now) => {
      const took = now - began;
      player.nextScene = took > SLOW ? now + 2 * Math.min(took, 300) : 0;
    }));
  }
  clearTimeout(player.rested);
  player.rested = setTimeout(() => {
    if (player.destroyed) return;
    player.legend.frame(clock.frame, true);
    // Plotly's public door takes so long that a drag would stumble over it.
    const { scene, view } = player.views;
    if (player.sweepBar.holding && scene && !scene.usesPrivate) return;
    // Side by side the scene may never have been drawn; it is set when it is looked at.
    if (view === "together") scene?.setRun(player.run);
    player.show(0, true);
  }, REST);
}

// The value that the slider was let go at becomes the entry's; undefined where it is already.
export function release(player, index) {
  morph(player, index);
  const { swept } = player;
  if (!swept || index === undefined) return;
  player.setTriggerValue("swept", { entry: swept.entry, knob: swept.knob, value: swept.values[index] });
}
