// Plotly.js notices in the midst of a drawing that the WebGL context is lost, takes the scene down and
// draws on: labels that it writes anew then, and what it has taken down, cannot be compiled, and an
// error goes to the console. Labels are not needed any more, and taking down can wait.

const outliving = new WeakSet();

export function outliveLoss(plot) {
  if (outliving.has(plot)) return;
  outliving.add(plot);
  const { oncontextloss: takeDown, onrender: label } = plot;
  // By then somebody may have taken it down already.
  plot.oncontextloss = () => setTimeout(() => { if (!plot._stopped) takeDown?.(); });
  plot.onrender = () => { if (!plot.contextLost) label?.(); };
}
