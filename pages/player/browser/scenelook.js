// How the surface looks in 3D, and from where.

import { LEVELS } from "./contour.js";
import { plotlyScale } from "./theme.js";

export function surfaceTrace(stage, theme) {
  const size = (stage.top - stage.low) / LEVELS;
  return {
    type: "surface", x: stage.x, y: stage.y, z: stage.rows(), cmin: stage.low, cmax: stage.top, showscale: false,
    colorscale: plotlyScale(theme), hoverinfo: "skip", opacity: 1,
    lighting: { ambient: 0.72, diffuse: 0.55, specular: 0.06, roughness: 0.95, fresnel: 0.02 },
    lightposition: { x: -2000, y: -3000, z: 9000 },
    contours: {
      x: { highlight: false }, y: { highlight: false },
      // Plotly draws the levels of a surface with holes a hundred times slower.
      z: { show: !stage.holes, highlight: false, start: stage.low + size, end: stage.top, size, color: theme.ridge, width: 1 },
    },
  };
}

// From where Python found that least is hidden (viewpoint.py); further away where the panel is
// narrow or low, so that the labels fit.
export function viewpoint(stage, { clientWidth, clientHeight }) {
  const low = Math.min(Math.max(350 / clientHeight, 1), 1.15);
  const far = Math.max(clientWidth < 370 ? 2.12 : 1.96, 1.96 * low), [azimuth, up] = stage.viewpoint.map((degrees) => (degrees / 180) * Math.PI);
  const eye = { x: far * Math.cos(up) * Math.cos(azimuth), y: far * Math.cos(up) * Math.sin(azimuth), z: far * Math.sin(up) };
  return { eye, center: { x: 0, y: 0, z: -0.21 }, up: { x: 0, y: 0, z: 1 } };
}

// As somebody has turned a scene on this ground, else the viewpoint, which depends on the panel's size.
export function keptCamera(scene) {
  const now = scene.camera(), ground = String(scene.stage.viewpoint), same = ground === scene.ground;
  scene.ground = ground;
  const turned = same && now && JSON.stringify(now.eye) !== JSON.stringify(scene.given.eye);
  return turned ? now : (scene.given = viewpoint(scene.stage, scene.panel));
}
