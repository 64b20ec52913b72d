// The pictures on the buttons, as SVG paths in a box of 24.

const PATHS = {
  play: "M7 4.5v15l12.5-7.5z",
  pause: "M6 4.5h4.5v15H6zM13.5 4.5H18v15h-4.5z",
  to_start: "M5 5h2.6v14H5zM20 5v14L8.6 12z",
  to_end: "M16.4 5H19v14h-2.6zM4 5v14l11.4-7z",
  step_back: "M15.8 5.2 17.6 7l-5 5 5 5-1.8 1.8L9 12zM6 5.5h2.2v13H6z",
  step_forward: "M8.2 5.2 6.4 7l5 5-5 5 1.8 1.8L15 12zM15.8 5.5H18v13h-2.2z",
  fade: "M19 10.4a3.6 3.6 0 1 1 0 7.2 3.6 3.6 0 0 1 0-7.2zM12.6 9.2l2.2 1-1.2 2.7-2.2-1zM8.6 7.6l1.7.7-.8 2-1.7-.8zM5.4 6.3l1.3.6-.6 1.4-1.3-.5z",
  full_screen: "M4 4h6v2.2H6.2V10H4zM14 4h6v6h-2.2V6.2H14zM4 14h2.2v3.8H10V20H4zM17.8 14H20v6h-6v-2.2h3.8z",
  save: "M11 3h2v9l3-3 1.4 1.4L12 15.8 6.6 10.4 8 9l3 3zM5 18h14v2H5z",
  reset_view: "M12 5a7 7 0 1 1-6.7 9h2.2A5 5 0 1 0 12 7v3L7.5 6 12 2z",
  remove: "M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12 19 17.6 17.6 19 12 13.4 6.4 19 5 17.6 10.6 12 5 6.4z",
  add_start: "M11 3h2v3.1A6 6 0 0 1 17.9 11H21v2h-3.1A6 6 0 0 1 13 17.9V21h-2v-3.1A6 6 0 0 1 6.1 13H3v-2h3.1A6 6 0 0 1 11 6.1zM12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", width: 24, height: 24, "aria-hidden": "true" })) svg.setAttribute(key, value);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  path.setAttribute("fill", "currentColor");
  svg.append(path);
  return svg;
}
