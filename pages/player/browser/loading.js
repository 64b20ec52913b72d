// Loads Plotly.js and style sheets, once for all the players of a page.

let plotly;
export function loadPlotly(address) {
  plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(globalThis.Plotly);
    script.onerror = () => {
      // The next attempt asks again.
      plotly = undefined;
      reject(new Error("Plotly.js did not load"));
    };
    document.head.append(script);
  });
  return plotly;
}

const styles = new Map();
export function loadStyle(address) {
  if (!styles.has(address)) {
    styles.set(address, new Promise((resolve) => {
      const link = document.createElement("link");
      Object.assign(link, { rel: "stylesheet", href: address, onload: resolve, onerror: resolve });
      document.head.append(link);
    }));
  }
  return styles.get(address);
}
