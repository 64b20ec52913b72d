// Turning, moving and zooming a scene. Plotly's own way is off (scene.js names no drag mode): it hears nothing for half
// a second after it has drawn a scene anew, and its scene turns on after the hand for as long as a picture takes, which
// without a GPU is several times around, without telling anybody.

import { listenToHands } from "./gestures.js";

// The height of a panel is half a turn, as in Plotly.
const TURN = Math.PI;

// From straight above there would be no telling which way is up.
const STEEPEST = 1.55;

// Plotly's camera sees so much of what is one away from it.
const SEEN = 2 * Math.tan(Math.PI / 8);

// In sides of the box.
const NEAREST = 0.2, FURTHEST = 20;

const RIGHT = 2;

// `scene` has the `camera()` it is seen by, and is told the next one by `look(camera)`.
export function listenToTurns(chart, scene) {
  const begins = (event) => scene.camera() && (event.button === 0 || event.button === RIGHT);
  listenToHands(chart, begins, ({ from, to, factor, fingers, event }) => {
    const [right, down] = [0, 1].map((d) => (to[d] - from[d]) / chart.clientHeight);
    const pushed = fingers === 2 || event.buttons & RIGHT || event.ctrlKey;
    let camera = scene.camera();
    if (fingers) camera = pushed ? moved(camera, right, down) : turned(camera, right, down);
    scene.look(zoomed(camera, factor));
  });
  chart.addEventListener("contextmenu", (event) => event.preventDefault());
}

// The arm from what is looked at to the eye: its length, its direction from above and its height in radians.
function arm({ eye, center }) {
  const [x, y, z] = ["x", "y", "z"].map((d) => eye[d] - center[d]), length = Math.hypot(x, y, z);
  return { length, azimuth: Math.atan2(y, x), up: Math.asin(z / length) };
}

function held(camera, { length, azimuth, up }, center = camera.center) {
  const flat = length * Math.cos(up);
  const eye = { x: center.x + flat * Math.cos(azimuth), y: center.y + flat * Math.sin(azimuth), z: center.z + length * Math.sin(up) };
  return { ...camera, eye, center };
}

// `right` and `down` in heights of the panel.
function turned(camera, right, down) {
  const { length, azimuth, up } = arm(camera);
  return held(camera, { length, azimuth: azimuth - TURN * right, up: Math.min(Math.max(up + TURN * down, -STEEPEST), STEEPEST) });
}

// What is looked at stays under the hand.
function moved(camera, right, down) {
  const { center } = camera, own = arm(camera), { length, azimuth, up } = own, far = length * SEEN, [aside, along] = [-right * far, down * far];
  const flat = -along * Math.sin(up);
  return held(camera, own, {
    x: center.x - aside * Math.sin(azimuth) + flat * Math.cos(azimuth),
    y: center.y + aside * Math.cos(azimuth) + flat * Math.sin(azimuth),
    z: center.z + along * Math.cos(up),
  });
}

function zoomed(camera, factor) {
  const own = arm(camera);
  return held(camera, { ...own, length: Math.min(Math.max(own.length * factor, NEAREST), FURTHEST) });
}
