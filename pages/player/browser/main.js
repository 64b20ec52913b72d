// What Streamlit calls. Python sends three kinds of messages (stage.py, sweep.py and run.py), and each of these
// functions is called again, with the same element, whenever its message or the theme changes.

import { Player } from "./player.js";
import { receive } from "./stages.js";
import { receiveSweep as keepSweep } from "./sweeps.js";

const players = new WeakMap();

export function receiveStage({ data }) {
  if (data) receive(data);
}

export function receiveSweep({ data }) {
  if (data) keepSweep(data);
}

export function showRun(component, assets) {
  const { parentElement } = component;
  let player = players.get(parentElement);
  if (!player) {
    player = new Player(parentElement, assets);
    players.set(parentElement, player);
  }
  player.receive(component);
  // React also calls this when a newer message overtakes: only a removed element ends the player.
  return () => setTimeout(() => {
    if (parentElement.isConnected || players.get(parentElement) !== player) return;
    players.delete(parentElement);
    player.destroy();
  });
}
