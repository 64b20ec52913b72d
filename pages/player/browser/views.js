// The two views of a run: all entries together, in 3D and on one map, or a panel for each entry. Only the
// one on screen is drawn; the other follows when it is asked for.

import { Contour } from "./contour.js";
import { Scene, hasWebGL } from "./scene.js";
import { SideBySide } from "./sidebyside.js";

export class Views {
  // `actions`: readout(found), redraw(), and `words()` for what stands in place of a panel.
  constructor(parts, actions) {
    Object.assign(this, { parts, actions });
    this.contour = new Contour(parts.contour, {
      ...actions, hover: (found) => { parts.readout.textContent = found ? actions.readout(found) : ""; },
    });
    this.side = new SideBySide(parts.side, parts.sideReset, actions);
    if (hasWebGL()) this.scene = new Scene(parts.surface, (lost) => this.lost3D(lost));
    else this.note3D("no_webgl");
  }

  // `picture`: plotly, stage, theme, words, colours and looks; `whole` run, `run` as far as it is in
  // sight, `hidden` entries, the entry in `front`, whether paths are `fading` and the small panels `solid`.
  // All but the scene: that is `draw3D`'s.
  async draw(view, picture) {
    const before = this.view, ground = String(this.picture?.stage.viewpoint), { plotly, stage, theme, words, run, colours } = picture;
    Object.assign(this, { view, picture });
    const { contour, scene, side } = this;
    this.parts.host.classList.toggle("dh-side-by-side", view === "side");
    if (view === "side") {
      if (before !== "side") side.camera = scene?.camera();
      // Another ground has a viewpoint of its own.
      else if (ground !== String(stage.viewpoint)) side.camera = undefined;
      await side.draw(picture);
      if (before === "together" && contour.stage === stage) side.follow(contour);
      return;
    }
    // Drawings in 3D that nobody sees are given back: a browser has few.
    if (side.solid) side.clear();
    const { camera } = side;
    side.camera = undefined;
    contour.setRun(run, colours, picture);
    if (!contour.shows(stage, theme)) await contour.draw(plotly, stage, theme, words);
    else await contour.resize();
    if (before === "side" && side.stage === stage) await contour.follow(side);
    // Side by side somebody may have turned the scene, or put back one that stands here as it was turned.
    const putBack = scene?.bound ? () => scene.resetView() : undefined;
    this.turned = before !== "side" ? undefined : camera ? () => scene?.follow(camera) : putBack;
  }

  // Whether the maps can be seen before the scene, which takes longest of all the first time.
  get mapsAreFirst() {
    return this.view === "together" && Boolean(this.scene) && !this.scene.bound;
  }

  // The scene of what `draw` has drawn.
  async draw3D() {
    const { scene, picture, turned } = this;
    if (this.view === "side" || !scene) return;
    if (scene.shows(picture)) scene.setPicture(picture);
    else await scene.draw(picture);
    // Gone while it was being drawn: a context that nobody gives back takes another's place.
    if (this.gone) {
      scene.destroy();
      return;
    }
    await scene.resize();
    await turned?.();
  }

  frame(step, ghost, now, passed) {
    this.frameMaps(step, ghost, now, passed);
    if (this.view === "together") this.scene?.frame(step, now, passed);
  }

  frameMaps(step, ghost, now, passed) {
    (this.view === "side" ? this.side : this.contour).frame(step, ghost, now, passed);
  }

  morph(run) {
    if (this.view === "side") this.side.morph(run);
    else this.contour.morph(run);
  }

  // The whole run, of which one entry has changed.
  morph3D(run, entry, step) {
    if (this.view === "together") this.scene?.morph(run, entry, step);
  }

  // What the list says of each entry stands at its panel too.
  tell(told) {
    if (this.view === "side") this.side.tell(told);
  }

  // The part of the plane that is seen.
  get axes() {
    return this.view === "side" ? this.side : this.contour;
  }

  toPixel(x, y) {
    return (this.view === "side" ? [...this.side.maps.values()][0]?.map : this.contour)?.toPixel(x, y);
  }

  // A sentence in place of the 3D panel, or the panel again.
  note3D(word) {
    const note = this.parts.surface.querySelector(".dh-note");
    note.textContent = word ? this.actions.words()[word] : "";
    note.hidden = !word;
    this.parts.surface.classList.toggle("dh-without", Boolean(word));
  }

  lost3D(lost) {
    this.note3D(lost ? "lost_webgl" : null);
    if (!lost) this.actions.redraw(() => this.scene.draw(this.picture));
  }

  resize() {
    if (this.view === "side") return this.side.resize();
    return Promise.all([this.contour.resize(), this.scene?.resize()]);
  }

  destroy() {
    this.gone = true;
    this.contour.destroy();
    this.side.destroy();
    this.scene?.destroy();
  }
}
